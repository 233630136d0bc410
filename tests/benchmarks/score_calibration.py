"""Fidelity against true word error rate, when clean transcripts are damaged at 0 to 40 % of their cues.

Usage: python tests/benchmarks/score_calibration.py FOLDER [SEED]

FOLDER holds clean transcripts. Each is damaged in five ways and at nine rates;
the error rate of the damaged text against the clean one is counted by jiwer (by
words, by characters in languages written without spaces). Printed: Spearman's
rank correlation of fidelity with the error rate, and how far the bands hold.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import jiwer
from auditor.config import Config, ruleset
from auditor.engine import audit_document
from auditor.facts.words import UNSPACED, primary
from auditor.model import Cue, Document
from auditor.run import discover

from auditor import read

RATES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)

# Written for this benchmark; none of them is in the rules' data in this wording on purpose or by exclusion.
PHANTOMS = {
    "en": ("Thanks for watching!", "Please subscribe to my channel.", "Subtitles by the Amara.org community"),
    "ko": ("시청해 주셔서 감사합니다.", "구독과 좋아요 부탁드립니다.", "한글자막 by 한효정"),
    "ja": ("ご視聴ありがとうございました。", "チャンネル登録をお願いします。", "次回もお楽しみに"),
}
FOREIGN = {
    "en": ("Und dann haben wir das noch einmal ganz langsam gemacht.", "그래서 다시 한번 천천히 해 보았어요."),
    "ko": ("And then we went on with it for a while.", "それからもう一度ゆっくりやってみました。"),
    "ja": ("And then we went on with it for a while.", "그래서 다시 한번 천천히 해 보았어요."),
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


def repeated_tail(cue: Cue, language: str, chance: random.Random) -> str:
    """The cue before, once more: made consecutive by :func:`damaged`."""
    return ""


DAMAGES: dict[str, Damage] = {
    "loop": loop,
    "phantom": phantom,
    "foreign": foreign,
    "salad": salad,
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
    return statistics.correlation(_ranks(first), _ranks(second))


def main(arguments: Sequence[str]) -> int:
    """Run the calibration over a folder and print its figures."""
    if not arguments or not Path(arguments[0]).is_dir():
        print(__doc__)
        return 2
    seed = int(arguments[1]) if len(arguments) > 1 else 0
    rules = ruleset(Config())
    points: list[tuple[str, str, float, float, float]] = []
    for path in discover([arguments[0]]):
        clean = read(path)
        language = primary(clean.language.tag)
        if language not in PHANTOMS or len(clean.cues) < 20:
            continue
        for kind in (*DAMAGES, "mixed"):
            for rate in RATES:
                spoiled = damaged(clean, rate, kind, language, random.Random(f"{seed}{path}{kind}{rate}"))
                score = audit_document(spoiled, rules).scores.fidelity
                points.append((language, kind, rate, error_rate(clean, spoiled, language), score))
    for language in sorted({point[0] for point in points}):
        for kind in (*DAMAGES, "mixed", "all"):
            some = [p for p in points if p[0] == language and kind in (p[1], "all")]
            rho = -spearman([p[3] for p in some], [p[4] for p in some])
            undamaged = [p[4] for p in some if p[2] == 0]
            bad = [p[4] for p in some if p[3] > 0.3]
            high = sum(score > 60 for score in bad)
            print(
                f"{language} {kind:8} n={len(some):5} Spearman {rho:.3f}  undamaged min {min(undamaged):.1f}"
                f"  WER>0.3: {high} of {len(bad)} above 60"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
