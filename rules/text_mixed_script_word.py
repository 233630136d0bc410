"""One word in two scripts that is no loan form ("H깅페이스", "트레인0.com"), or with look-alike letters.

## Why
A word half in one script and half in another is a word the recogniser or translator
gave up on halfway, or one where a letter of another alphabet merely looks right. No
search finds it, and a voice reads it out as nonsense.

Most words in two scripts are fine. Korean hangs particles and nouns on Latin words
(GPT를, SNS용, T셔츠, A형, 4K급) and capitals on Hangul (챗GPT, 비타민C); Japanese writes
Latin words into kana and kanji without a space. So only these are flagged: Latin
letters replaced by Cyrillic or Greek look-alikes, a single Latin letter before Hangul
that is no Korean word, lower-case Latin or a dotted name hanging on Hangul, Hangul
and kana in one word, and kana that cannot begin a word behind a Latin letter.

## Fix
Listen to the word and write it in one script, as your glossary does. Look-alike letters
are replaced by those of the word's own alphabet, which changes nothing to the eye. If
it is a name that is written like that, accept the finding.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:03.000
    H깅페이스에서 모델을 받아요

    00:03.000 --> 00:05.000
    트레인0.com 파일을 열어요

    00:05.000 --> 00:07.000
    가상env를 만들어요

## Fails
    00:01.000 --> 00:03.000
    Turn the plаte by a quarter.

## Fails: lecture.ja.vtt
    00:01.000 --> 00:03.000
    Gーグルで検索します

## Passes: lecture.ko.vtt
    00:01.000 --> 00:03.000
    GPT를 쓰는 SNS용 T셔츠, X선, A형, 4K급, e커머스

    00:03.000 --> 00:05.000
    챗GPT와 몽고DB, 비타민C, 5만km, HF_토큰, 北한

## Passes: lecture.ja.vtt
    00:01.000 --> 00:03.000
    TシャツとYシャツ、CDプレイヤー、GoogleのAPIキー、OKー

## Passes
    00:01.000 --> 00:03.000
    Multiply 2π by μm, the β-test by ΔT.

## Limits
Whether Hangul behind a single letter is a word, the morphological analyser Kiwi
decides: names it does not know (a brand such as T맵) are flagged. Joined words (-, /, &, _)
are judged part by part. In Russian and its neighbours a case ending on a Latin name passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.korean import kiwi, without_particle
from auditor.facts.spans import text_span
from auditor.facts.texts import Memo, texts
from auditor.facts.words import SCRIPTS, script_counts, words
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, NoOptions, Rule

_PART = lazy_pattern(r"[^\-/&@_+'’]+")

# Letters of Cyrillic and Greek that look like Latin ones (Unicode's confusables.txt, letters of the basic blocks).
_LOOKALIKES = {
    "Cyrillic": frozenset("АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝ"),
    "Greek": frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"),
}
_LATIN_BESIDE = {
    "Cyrillic": frozenset("ABEKMHOPCTXYaeopcyxSIJsij"),
    "Greek": frozenset("ABEZHIKMNOPTYXo"),
}
_OF_SCRIPT = {"Cyrillic": lazy_pattern("[Ѐ-ԯ]+"), "Greek": lazy_pattern("[Ͱ-Ͽἀ-῿]+")}
_LATIN = lazy_pattern("[A-Za-zÀ-ÖØ-öø-ɏ]+")

_ONE_LETTER_BEFORE = lazy_pattern(r"([A-Za-z])([가-힣]{1,20})")
_LOWER_BEHIND = lazy_pattern(r"(?P<hangul>[가-힣]+)(?P<latin>[a-z]{2,})")
_DOTTED = lazy_pattern(r"(?P<hangul>[가-힣]+)\d*\.[A-Za-z]{2,}")
_HANGUL_KANA = lazy_pattern("[가-힣][ぁ-ゖァ-ヺ]|[ぁ-ゖァ-ヺ](?P<behind>[가-힣]+)")
# A long-vowel mark, a small vowel or ん behind a Latin letter and before more katakana: the letter ate a kana.
_BITTEN_KANA = lazy_pattern("[A-Za-z][ーァィゥェォャュョン][アイウエオカ-ヂツ-モヤユヨラ-ワ]")

_UNITS_LIST = (
    "mm cm km kg mg ml kl dl kw kwh mw hz khz mhz ghz bps kbps mbps gbps kb mb gb tb px pt dpi fps rpm nm ms ha"
)
_UNITS = frozenset(_UNITS_LIST.split())
_NUMERAL_END = lazy_pattern("(?:[영일이삼사오육칠팔구십백천만억조당각총약수몇제곱]|세제곱)$")
# Written in capitals as a rule, so a loan form in lower case too: 카카오tv, 챗gpt.
_ACRONYM_LIST = "tv pc ai gpt api db os ui ux cd dvd led usb url sns app web vs llm ml ip id"
_ACRONYMS = frozenset(_ACRONYM_LIST.split())
_SENTENCE_END = lazy_pattern("(?:다|요|죠|까|네|지|군|음|함|오)$")


@lru_cache(maxsize=4096)
def _is_particle(hangul: str) -> bool:
    """Whether a string is nothing but particles."""
    rest = f"말{hangul}"
    while (shorter := without_particle(rest)) != rest:
        rest = shorter
    return rest == "말"


@lru_cache(maxsize=4096)
def _unknown(hangul: str) -> bool:
    """Whether Kiwi finds no word or ending at the beginning of a string, with and without a particle at its end."""
    if _is_particle(hangul):
        return False
    return all(kiwi().tokenize(form)[0].oov for form in {hangul, without_particle(hangul)})


def _lookalike(part: str, own: str) -> str | None:
    """Why a word of Latin and another alphabet is one with look-alike letters."""
    for script, letters in _OF_SCRIPT.items():
        others = "".join(letters.findall(part))
        if not others:
            continue
        latin = "".join(_LATIN.findall(part))
        if len(latin) < 2 and len(others) < 2:
            continue
        if own == script and letters.fullmatch(part[len(latin) :]):  # a case ending behind a Latin name
            return None
        if len(others) <= len(latin) and set(others) <= _LOOKALIKES[script]:
            return f"'{others}' is {script}, the rest Latin: letters that only look alike"
        if len(latin) < len(others) and set(latin) <= _LATIN_BESIDE[script]:
            return f"'{latin}' is Latin, the rest {script}: letters that only look alike"
    return None


def _korean(part: str) -> str | None:
    single = _ONE_LETTER_BEFORE.fullmatch(part)
    if single and _unknown(single[2]):
        return f"'{single[2]}' behind the letter {single[1]} is no Korean word"
    dotted = _DOTTED.search(part)
    if dotted and not _SENTENCE_END.search(dotted["hangul"]):
        return "a dotted name half in Hangul, half in Latin letters"
    lower = _LOWER_BEHIND.search(part)
    if lower and lower["latin"] not in _ACRONYMS:
        measures = lower["latin"] in _UNITS and _NUMERAL_END.search(lower["hangul"])
        return None if measures else f"Hangul goes on in lower-case Latin letters ('{lower['latin']}')"
    return None


def _judge(part: str, own: str) -> str | None:
    """Why a word in two scripts is no loan form; ``None`` when it is one."""
    scripts = script_counts(part)
    if len(scripts) < 2:
        return None
    if "Latin" in scripts and ("Cyrillic" in scripts or "Greek" in scripts):
        return _lookalike(part, own)
    if "Hangul" in scripts and "Kana" in scripts:
        mixed = _HANGUL_KANA.search(part)
        if mixed and not (mixed["behind"] and _is_particle(mixed["behind"])):
            return "Hangul and kana in one word"
        return None
    if "Hangul" in scripts and "Latin" in scripts:
        return _korean(part)
    if "Kana" in scripts and "Latin" in scripts:
        bitten = _BITTEN_KANA.search(part)
        return f"no Japanese word begins with '{bitten[0][1]}'" if bitten else None
    return None


def _own_alphabet(document: Document) -> str:
    """The script that look-alikes are judged against: the one most letters of the file are in, Latin or another."""
    totals = {"Latin": 0, "Cyrillic": 0, "Greek": 0}
    for text in texts(document).shown:
        if text.isascii():
            totals["Latin"] += len(text)
            continue
        for script, count in script_counts(text).items():
            if script in totals:
                totals[script] += count
    return max(totals, key=lambda script: totals[script])


def _may_mix(token: str) -> bool:
    """Whether a token holds letters of two scripts that :func:`_judge` has something to say about."""
    if token.isascii():
        return False
    if _LATIN_LETTER.search(token):
        return len(script_counts(token)) > 1
    return _HANGUL_LETTER.search(token) is not None and "Kana" in script_counts(token)


_LATIN_LETTER = lazy_pattern(f"[{dict(SCRIPTS)['Latin']}]")
_HANGUL_LETTER = lazy_pattern(f"[{dict(SCRIPTS)['Hangul']}]")
_MAY_MIX = Memo(_may_mix)


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each word in two scripts that is no loan form."""
    known = texts(document)
    if known.joined.isascii():
        return
    suspects = set(filter(_MAY_MIX.__getitem__, known.vocabulary))
    if not suspects:
        return
    own = _own_alphabet(document)
    for cue, tokens in zip(document.cues, known.tokens, strict=True):
        if suspects.isdisjoint(tokens):
            continue
        for word in words(cue.text):
            if word.text.isascii():
                continue
            for match in _PART.finditer(word.text):
                why = _judge(match[0], own)
                if why is not None:
                    start, end = word.start + match.start(), word.start + match.end()
                    yield Hit(
                        span=text_span(cue, start, end),
                        cue=cue.index,
                        text=match[0],
                        message=why,
                        extent=(end - start) / len(cue.text),
                    )


RULE = Rule(
    code="TXT606",
    name="mixed-script-word",
    family=Family.TEXT,
    category=Category.FIDELITY,
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    options=NoOptions(),
    check=check,
)
