"""Fidelity against true word error rate, when clean transcripts are damaged at 0 to 40 % of their cues.

Usage: python tests/benchmarks/score_calibration.py FOLDER [SEED]

FOLDER holds clean transcripts. Each is damaged in several ways and at nine rates;
the error rate of the damaged text against the clean one is counted by jiwer (by
words, by characters in languages written without spaces). Printed: Spearman's
rank correlation of fidelity with the error rate, and how far the bands hold.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import jiwer
from msgspec.structs import replace

from auditor import read
from auditor.config import Config, ruleset
from auditor.engine import audit_document
from auditor.facts.words import UNSPACED, primary
from auditor.model import Cue, Document
from auditor.storage import discover

RATES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)

# Written for this benchmark, in everyday wordings; the rules' data were not consulted for them.
PHANTOMS = {
    "en": (
        "Thanks for watching!",
        "Please subscribe to my channel.",
        "Subtitles by the Amara.org community",
        "See you in the next video.",
        "Don't forget to like and subscribe!",
        "Thank you.",
        "Transcribed by ESO, translated by",
        "Thank you so much for watching, bye bye.",
    ),
    "ko": (
        "시청해 주셔서 감사합니다.",
        "구독과 좋아요 부탁드립니다.",
        "한글자막 by 한효정",
        "다음 영상에서 만나요.",
        "영상 끝까지 봐 주셔서 감사합니다.",
        "감사합니다.",
        "MBC 뉴스 김철수입니다.",
        "구독, 좋아요, 알림 설정까지 눌러 주세요!",
    ),
    "ja": (
        "ご視聴ありがとうございました。",
        "チャンネル登録をお願いします。",
        "次回もお楽しみに",
        "最後までご視聴いただきありがとうございます。",
        "チャンネル登録と高評価をよろしくお願いします。",
        "ありがとうございました。",
        "字幕作成者 山田太郎",
        "また次の動画でお会いしましょう。",
    ),
}
FOREIGN = {
    "en": (
        "Und dann haben wir das noch einmal ganz langsam gemacht.",
        "Das Wasser im Topf ist jetzt so heiß, dass es gleich kocht.",
        "Después volvimos a la cocina para ver si quedaba algo de pan.",
        "Nous avons attendu le train pendant plus de deux heures.",
        "La mattina dopo siamo andati al mercato con tutta la famiglia.",
        "A minha irmã trabalha numa loja perto da estação.",
        "그래서 다시 한번 천천히 해 보았어요.",
        "それからもう一度ゆっくりやってみました。",
        "Потом мы ещё раз медленно всё повторили.",
        "然后我们又慢慢地做了一遍。",
    ),
    "ko": (
        "And then we went on with it for a while.",
        "She left the keys on the kitchen table this morning.",
        "They were looking for a quiet place to sit and read.",
        "It was raining, so nobody wanted to walk to the station.",
        "それからもう一度ゆっくりやってみました。",
        "昨日は雨が降っていたので、家で本を読みました。",
        "然后我们又慢慢地做了一遍。",
        "Und dann haben wir das noch einmal ganz langsam gemacht.",
    ),
    "ja": (
        "And then we went on with it for a while.",
        "She left the keys on the kitchen table this morning.",
        "They were looking for a quiet place to sit and read.",
        "It was raining, so nobody wanted to walk to the station.",
        "그래서 다시 한번 천천히 해 보았어요.",
        "어제는 비가 와서 집에서 책을 읽었습니다.",
        "然后我们又慢慢地做了一遍。",
        "Nous avons attendu le train pendant plus de deux heures.",
    ),
}
ALPHABETS = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "ko": "".join(map(chr, range(ord("가"), ord("힣") + 1, 7))),
    "ja": "".join(map(chr, range(ord("ぁ"), ord("ん") + 1))),
}

Damage = Callable[[Cue, str, random.Random], str]


def _units(text: str, language: str) -> list[str]:
    return list(text.replace(" ", "").replace("\n", "")) if language in UNSPACED else text.split()


def _joined(units: Sequence[str], language: str) -> str:
    return ("" if language in UNSPACED else " ").join(units)


def loop(cue: Cue, language: str, chance: random.Random) -> str:
    """The cue's last words over and over."""
    units = _units(cue.text, language)
    tail = units[-min(len(units), chance.randint(2, 4) * (3 if language in UNSPACED else 1)) :]
    return _joined([*units, *(tail * chance.randint(4, 9))], language)


def stuck(cue: Cue, language: str, chance: random.Random) -> str:
    """The cue's first words over and over instead of the rest, about as long as the cue was."""
    units = _units(cue.text, language)
    head = units[: chance.randint(1, 3) * (3 if language in UNSPACED else 1)]
    copies = max(8 if len(head) == 1 else 5, len(units) // max(1, len(head)))
    return _joined(head * copies, language)


def phantom(cue: Cue, language: str, chance: random.Random) -> str:
    """A phrase recognisers invent instead of the cue."""
    return chance.choice(PHANTOMS[language])


def foreign(cue: Cue, language: str, chance: random.Random) -> str:
    """A sentence of another language instead of the cue."""
    return chance.choice(FOREIGN[language])


def salad(cue: Cue, language: str, chance: random.Random) -> str:
    """The cue's letters shuffled over its words."""
    letters = [character for character in cue.text if character.isalpha()]
    chance.shuffle(letters)
    source = iter(letters)
    return "".join(next(source) if character.isalpha() else character for character in cue.text)


def scramble(cue: Cue, language: str, chance: random.Random) -> str:
    """The letters of each word shuffled, or each stretch between marks where words are not spaced."""
    return " ".join("".join(chance.sample(word, len(word))) for word in cue.text.split())


def noise(cue: Cue, language: str, chance: random.Random) -> str:
    """Letters of the script drawn at random in the place of the cue's."""
    alphabet = ALPHABETS[language]
    return "".join(chance.choice(alphabet) if character.isalpha() else character for character in cue.text)


def repeated_tail(cue: Cue, language: str, chance: random.Random) -> str:
    """The cue before, once more: made consecutive by :func:`damaged`."""
    return ""


DAMAGES: dict[str, Damage] = {
    "loop": loop,
    "stuck": stuck,
    "phantom": phantom,
    "foreign": foreign,
    "salad": salad,
    "scramble": scramble,
    "noise": noise,
    "tail": repeated_tail,
}


def damaged(document: Document, rate: float, kind: str, language: str, chance: random.Random) -> Document:
    """The document with ``rate`` of its cues damaged in one way, or in all ways when ``kind`` is ``mixed``."""
    chosen = set(chance.sample(range(len(document.cues)), round(rate * len(document.cues))))
    if kind == "tail":  # the last cues are copies of the one before them
        first = len(document.cues) - len(chosen)
        stuck = document.cues[max(0, first - 1)].text
        ending = [replace(cue, text=stuck, raw_text=stuck, text_map=None) for cue in document.cues[first:]]
        return replace(document, cues=(*document.cues[:first], *ending))
    cues: list[Cue] = []
    for at, cue in enumerate(document.cues):
        if at in chosen:
            name = chance.choice(list(DAMAGES)[:-1]) if kind == "mixed" else kind
            text = DAMAGES[name](cue, language, chance)
            cues.append(replace(cue, text=text, raw_text=text, text_map=None))
        else:
            cues.append(cue)
    return replace(document, cues=tuple(cues))


def error_rate(clean: Document, spoiled: Document, language: str) -> float:
    """Word error rate of the spoiled text against the clean one; by characters where words are not spaced."""
    reference = " ".join(" ".join(_units(cue.text, language)) for cue in clean.cues)
    hypothesis = " ".join(" ".join(_units(cue.text, language)) for cue in spoiled.cues)
    return float(jiwer.wer(reference, hypothesis))


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for place in order[at : end + 1]:
            ranks[place] = (at + end) / 2
        at = end + 1
    return ranks


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's rank correlation, ties averaged."""
    ranks = _ranks(first), _ranks(second)
    return 0.0 if len(set(second)) == 1 else statistics.correlation(*ranks)


def _report(name: str, points: Sequence[tuple[float, float, float]]) -> str:
    """One line about points of damage rate, error rate and fidelity."""
    rho = -spearman([point[1] for point in points], [point[2] for point in points])
    clean = min(point[2] for point in points if point[0] == 0)
    tenth = max(point[2] for point in points if point[0] == 0.1)
    bad = [point[2] for point in points if point[1] > 0.3]
    high = sum(score > 60 for score in bad)
    return (
        f"{name:12} n={len(points):5} Spearman {rho:.3f}  undamaged least {clean:5.1f}  at 10 % most {tenth:5.1f}"
        f"  error rate over 0.3: {high} of {len(bad)} above 60"
    )


def main(arguments: Sequence[str]) -> int:
    """Run the calibration over a folder and print its figures."""
    if not arguments or not Path(arguments[0]).is_dir():
        print(__doc__)
        return 2
    seed = int(arguments[1]) if len(arguments) > 1 else 0
    rules = ruleset(Config())
    points: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for path in discover([arguments[0]]):
        clean = read(path)
        language = primary(clean.language.tag)
        if language not in PHANTOMS or len(clean.cues) < 20:
            continue
        for kind in (*DAMAGES, "mixed"):
            for rate in RATES:
                spoiled = damaged(clean, rate, kind, language, random.Random(f"{seed}{path}{kind}{rate}"))
                score = audit_document(spoiled, rules).scores.fidelity
                point = (rate, error_rate(clean, spoiled, language), score)
                points.setdefault((language, kind), []).append(point)
    for language in sorted({language for language, _ in points}):
        for kind in (*DAMAGES, "mixed"):
            print(_report(f"{language} {kind}", points[language, kind]))
        together = [point for (tag, _), some in points.items() if tag == language for point in some]
        print(_report(f"{language} all", together))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
