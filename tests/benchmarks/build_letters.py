"""Build ``auditor/facts/letters_of``: which letters follow each other in a language, a file for each.

Usage::

    apt-get download debian-handbook installation-guide-amd64 mecab-ipadic
    for package in *.deb; do dpkg-deb -x $package TEXTS; done
    python tests/benchmarks/build_letters.py TEXTS [FOLDER]

The Debian Administrator's Handbook (GPL-2+ or CC-BY-SA-3.0) and the Debian
Installation Guide (GPL-2) are prose in many languages. Written language lacks the
words of speech that recognisers hear all day; the lines in ``SPEECH`` add them, and
for Japanese, whose kana are its grammar, the inflected words of the IPA dictionary
(Copyright 2000-2003 Nara Institute of Science and Technology, BSD-like), weighted
by its costs. Only counts of groups of one to three letters leave all these, no text;
``NOTICE`` says what the licences ask for.
"""

from __future__ import annotations

import html
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from auditor.facts.letters import FOLDS, FOREIGN, LEVELS, LONGEST, SCALE, TABLES, folded

LANGUAGES = ("de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pt", "ru")

# Groups rarer than this in SCALE say little, and there are many of them.
_LEAST = {"ja": 5, "ko": 7}
_LEAST_OTHERWISE = 7
# Thousands of syllables make too many groups of three; two are enough to find what Kiwi should be asked about.
_LENGTHS = {"ko": 2}
_LEAST_PARAGRAPH = 40

# The parts of a table that come from SPEECH and from the dictionary.
_SPOKEN_PART = 0.05
_DICTIONARY_PART = 0.2
_COST = 1500.0  # the dictionary's cost by which a word is e times rarer
_KANA = re.compile("[ぁ-ん]")

SPEECH = {
    "en": (
        "uh um yeah okay oh wow hmm huh hey hi hello yep yup nope ok alright gonna wanna gotta kinda sorta "
        "so yeah uh it's you know i mean um i'm i don't we're we've we'll they're that's there's let's can't won't didn't "
        "isn't doesn't he's she's it'll you'll you're i've i'd what's here's cool awesome guys stuff bit lot thanks bye "
        "ah uh huh mm hmm ooh whoa yay oops ugh ha ha right"
    ),
    "ja": (
        "うーん ええと えっと えーと あのー その まあ ああ おお うん はい ええ いや いいえ そう そうだ そうですね ね よ な "
        "さあ よし じゃあ では ほら おい わあ へえ ふむ なるほど もう ちょっと だよね だよ だね だな なんだ なんだけど んだ "
        "んです んですよ んですけど でしょう だろう かな かもね ましょう みよう いこう しよう です だ よね だから だけど "
        "でも けど ってこと っていう みたいな すごい すごく やった ありがとう こんにちは おめでとう ようこそ さようなら おはよう "
        "行くよ 見てみよう やってみて 私たち 僕ら 君 あなた これで それで ここで いいね いいよ わかった わかる わからない "
        "さっそく そろそろ ゆっくり はっきり しっかり すっきり ちゃんと きちんと ずっと もっと やっと きっと ちょうど たぶん "
        "とても とっても やはり やっぱり もちろん まだ まだまだ また すぐ ようやく だんだん どんどん いろいろ たくさん いっぱい "
        "ほとんど だいたい なんとなく なかなか わざわざ たまに ときどき よく あまり ぜんぜん まったく ほんとう ほんとに まさに "
        "つまり ただ ただし なぜなら だって それから そして それなら ところで さて とにかく しかし しかも あるいは つまりね "
        "みんな だれ なに いつ どこ どう どうやって どんな どれ どちら こう こういう そういう ああいう これら それら あれ "
        "やる やらない やろう できる できた できない なる なった なります ある あった ない なかった いる いた いない みる みた "
        "いう いった くる きた いく くれる くれた もらう もらった あげる しまう しまった おく おいた ください おしゃべり おもしろい "
        "かわいい うれしい たのしい むずかしい やさしい おかしい うまい うまく ひどい こわい しなきゃ しなくちゃ じゃない "
        "じゃなくて ではない でしたね ましたね ませんか ですか ますか のか のは のも とか なんて なんか くらい ぐらい だけ しか "
        "ばかり ながら たり だり のに のでね ならば たら れば ても でもね という とは とも には にも へと からね までに より ほど "
        "なのだ のだ だけなのだ だったのだ なのである のだった だったら だったなら たなら もらえたなら できたなら よかったら よければ "
        "よろしければ てほしい てほしかった てもらえる てもらった てくれた てあげた てみた てみよう てしまった ちゃった じゃった "
        "てる てた てない ている ていた ていない てある ておく ておこう だろうか かもしれない はずだ べきだ つもりだ ことだ ものだ "
        "とおりだ ばかりだ ところだ わけだ ためだ せいだ おかげだ からだ だけだ くらいだ ぐらいだ までだ ままだ ようだ みたいだ らしい "
        "そうだった ないだろう ではないか じゃないか んじゃない んだろう なんだろう なのか なのに だとしても としたら とすれば すれば "
        "なければ なくても なくて ないで ずに ました ましたね でしたら まして いただいて いただける いただきたい ください "
        "こっち そっち あっち どっち こちら そちら あちら ここだ そこだ これだ それだ どれだ だれだ いつだ なぜだ どうぞ どうも "
        "おかえり おかえりなさい おつかれさま ごめんなさい すみません よろしく おねがいします おしまい おわり はじめ はじめに つぎに "
        "さいごに もういちど いっしょに まっすぐ そのまま このまま あのころ さっき いま いまは いまや きょう あした きのう すでに "
        "見える 思う 思った 考えてみる 話そう 始めよう 続けよう 戻ろう 使おう 行こう 作ろう 終わった 忘れないで 覚えている 知っている"
    ),
    "ko": (
        "음 어 아 네 예 자 뭐 그 저 저기 글쎄요 그래요 그렇죠 그죠 맞아요 맞죠 아니요 좋아요 좋습니다 와 오 이제 막 되게 "
        "진짜 정말 그냥 약간 조금 해 볼게요 볼까요 봅시다 해요 했어요 하죠 했죠 거예요 거죠 건데요 는데요 거든요 잖아요 네요 군요 "
        "이에요 예요 이죠 이고요 고요 어요 아요 을게요 할게요 갈게요 갑니다 됩니다 돼요 되죠 있어요 있죠 없어요 없죠 같아요 싶어요 "
        "안녕하세요 반갑습니다 감사합니다 고마워요 여러분 우리 저희 제가 여기 저기 거기 이거 그거 저거 이게 그게 이건 그건 뭔가 "
        "근데 그런데 그래서 그러니까 그러면 그럼 하지만 아무튼 어쨌든 물론 사실 바로 아주 너무 많이 다시 먼저 그다음 자 그럼"
    ),
}

_SKIPPED = re.compile(r"<(code|pre|kbd|tt|script|style|head)\b.*?</\1>", re.S)
_BLOCK = re.compile(r"</?(?:p|li|dd|dt|div|h[1-6]|ul|ol|dl|td|tr|table|br|hr|body)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")


def paragraphs(folder: Path, language: str) -> Iterator[str]:
    """The paragraphs of the HTML files in the folders of a language, as text without code."""
    pages = (page for page in folder.rglob("*.html") if re.split("[-_]", page.parent.name)[0] == language)
    for page in sorted(pages):
        content = _SKIPPED.sub(" ", page.read_text(encoding="utf-8"))
        for block in _BLOCK.split(content):
            text = " ".join(html.unescape(_TAG.sub("", block)).split())
            if len(text) >= _LEAST_PARAGRAPH:
                yield text


def groups(text: str, length: int) -> Iterator[str]:
    """The groups of letters of a text, which begins and ends with a space; a space stands alone or at an edge."""
    for at in range(len(text) - length + 1):
        group = text[at : at + length]
        if " " not in group[1:-1]:
            yield group


def dictionary(folder: Path) -> Counter[str]:
    """The words of the IPA dictionary with kana in them, folded, by how frequent their costs make them."""
    found: Counter[str] = Counter()
    for page in sorted(folder.rglob("ipadic/*.csv")):
        if page.stem.startswith(("Symbol", "Noun.name", "Noun.place", "Noun.org", "Noun.proper")):
            continue
        for line in page.read_text(encoding="euc-jp").splitlines():
            surface, _, _, cost, *_ = line.split(",")
            word = folded(surface, "ja").strip()
            if " " not in word and _KANA.search(word):
                found[word] += math.exp(-int(cost) / _COST)  # type: ignore[assignment]
    return found


def table(texts: list[str], words: Counter[str], language: str) -> dict[int, dict[int, list[str]]]:
    """Per length, the groups by level: a group of level n comes 2 ** (n / 2) times in ``SCALE``."""
    levels: dict[int, dict[int, list[str]]] = {}
    spoken = folded(SPEECH.get(language, ""), language).casefold()
    for length in range(1, _LENGTHS.get(language, LONGEST) + 1):
        written: Counter[str] = Counter()
        for text in texts:
            written.update(groups(folded(text, language).casefold(), length))
        listed: Counter[str] = Counter()
        for word, weight in words.items():
            for group in groups(word, length):
                listed[group] += weight
        said = Counter(groups(spoken, length))
        parts = [(said, _SPOKEN_PART if said else 0.0), (listed, _DICTIONARY_PART if listed else 0.0)]
        shares: dict[str, float] = {}
        for counts, part in [(written, 1 - sum(part for _, part in parts)), *parts]:
            total = sum(counts.values())
            for group, count in counts.items():
                shares[group] = shares.get(group, 0.0) + part * count / total
        least = _LEAST.get(language, _LEAST_OTHERWISE) if length > 1 else 0
        by_level: dict[int, list[str]] = {}
        for group, share in shares.items():
            if language in FOLDS and FOREIGN in group:
                continue
            level = round(2 * math.log2(SCALE * share))
            if level >= least:
                by_level.setdefault(level, []).append(group)
        levels[length] = {level: sorted(by_level[level]) for level in sorted(by_level, reverse=True)}
    return levels


def main(arguments: list[str]) -> int:
    """Write the tables."""
    if not arguments:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    words = dictionary(folder)
    english = set(paragraphs(folder, "en"))
    output = Path(arguments[1]) if len(arguments) > 1 else Path(TABLES)
    for language in LANGUAGES:
        texts = [
            text for text in dict.fromkeys(paragraphs(folder, language)) if language == "en" or text not in english
        ]
        rows: dict[str, str] = {}
        for levels in table(texts, words if language == "ja" else Counter(), language).values():
            for level, found in levels.items():
                for group in found:
                    rows[group[:-1]] = rows.get(group[:-1], "") + group[-1] + LEVELS[level]
        text = "".join(f"{group}\t{letters}\n" for group, letters in rows.items())
        (output / f"{language}.txt").write_text(text, encoding="utf-8", newline="\n")
        print(f"{language}: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
