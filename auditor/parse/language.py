"""The language of a transcript: from an option, its name, its header, or its text; and how that was decided."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from auditor.model import Cue, Language
from auditor.patterns import lazy_pattern

# ISO 639-1, and the three-letter codes of languages that recognisers know and it lacks.
CODES = frozenset(
    [
        "aa",
        "ab",
        "af",
        "am",
        "an",
        "ar",
        "as",
        "av",
        "ay",
        "az",
        "ba",
        "be",
        "bg",
        "bh",
        "bi",
        "bm",
        "bn",
        "bo",
        "br",
        "bs",
        "ca",
        "ce",
        "ch",
        "co",
        "cs",
        "cu",
        "cv",
        "cy",
        "da",
        "de",
        "dv",
        "dz",
        "ee",
        "el",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fa",
        "ff",
        "fi",
        "fj",
        "fo",
        "fr",
        "fy",
        "ga",
        "gd",
        "gl",
        "gn",
        "gu",
        "gv",
        "ha",
        "he",
        "hi",
        "ho",
        "hr",
        "ht",
        "hu",
        "hy",
        "hz",
        "ia",
        "id",
        "ie",
        "ig",
        "ii",
        "ik",
        "io",
        "is",
        "it",
        "iu",
        "ja",
        "jv",
        "ka",
        "kg",
        "ki",
        "kj",
        "kk",
        "kl",
        "km",
        "kn",
        "ko",
        "kr",
        "ks",
        "ku",
        "kv",
        "kw",
        "ky",
        "la",
        "lb",
        "lg",
        "li",
        "ln",
        "lo",
        "lt",
        "lu",
        "lv",
        "mg",
        "mh",
        "mi",
        "mk",
        "ml",
        "mn",
        "mr",
        "ms",
        "mt",
        "my",
        "na",
        "nb",
        "nd",
        "ne",
        "ng",
        "nl",
        "nn",
        "no",
        "nr",
        "nv",
        "ny",
        "oc",
        "oj",
        "om",
        "or",
        "os",
        "pa",
        "pi",
        "pl",
        "ps",
        "pt",
        "qu",
        "rm",
        "rn",
        "ro",
        "ru",
        "rw",
        "sa",
        "sc",
        "sd",
        "se",
        "sg",
        "si",
        "sk",
        "sl",
        "sm",
        "sn",
        "so",
        "sq",
        "sr",
        "ss",
        "st",
        "su",
        "sv",
        "sw",
        "ta",
        "te",
        "tg",
        "th",
        "ti",
        "tk",
        "tl",
        "tn",
        "to",
        "tr",
        "ts",
        "tt",
        "tw",
        "ty",
        "ug",
        "uk",
        "ur",
        "uz",
        "ve",
        "vi",
        "vo",
        "wa",
        "wo",
        "xh",
        "yi",
        "yo",
        "za",
        "zh",
        "zu",
        "fil",
        "haw",
        "yue",
        "cmn",
    ]
)

# After "_" or "-" at the end of a longer name these are as likely words as languages ("how_to.srt").
_ALSO_WORDS = frozenset(
    [
        "am",
        "an",
        "as",
        "be",
        "bi",
        "de",
        "do",
        "el",
        "en",
        "es",
        "et",
        "fr",
        "ha",
        "he",
        "hi",
        "ho",
        "id",
        "ie",
        "ii",
        "in",
        "is",
        "it",
        "la",
        "me",
        "mi",
        "my",
        "na",
        "no",
        "oh",
        "or",
        "pa",
        "so",
        "to",
    ]
)
_SAFE_AFTER_UNDERSCORE = {"de", "en", "es", "fr"}

_TAG = lazy_pattern(
    r"(?P<code>[A-Za-z]{2,3})(?:[-_](?P<script>Hans|Hant|Latn|Cyrl|Arab))?(?:[-_](?P<region>[A-Za-z]{2}|\d{3}))?$", re.I
)
_SUFFIX = lazy_pattern(r"[-_](?P<tag>[a-z]{2,3}(?:[-_](?:Hans|Hant))?(?:[-_][A-Z]{2})?)$")


def normalise(text: str) -> str | None:
    """The BCP 47 form of a language tag (``ko_KR`` -> ``ko-KR``), or ``None`` when it names no language known here."""
    match = _TAG.match(text.strip())
    if match is None or match["code"].lower() not in CODES:
        return None
    parts = [match["code"].lower()]
    if match["script"]:
        parts.append(match["script"].title())
    if match["region"]:
        parts.append(match["region"].upper())
    return "-".join(parts)


def primary(tag: str | None) -> str:
    """The language subtag: ``zh`` for ``zh-Hans``; empty when the language is unknown."""
    return tag.split("-", 1)[0] if tag else ""


# English words that are the codes of languages hardly anybody captions in: in a name they are words.
_RATHER_WORDS = frozenset(
    {"to", "so", "or", "am", "as", "my", "be", "an", "la", "oh", "pa", "ho", "ie", "io", "om", "na"}
)


def _named(text: str) -> str | None:
    """The language a part of a path names, unless it is rather an English word (``how.to.srt``, ``my/``)."""
    tag = normalise(text)
    return None if tag is None or primary(tag) in _RATHER_WORDS else tag


def _from_name(path: str) -> Language | None:
    *folders, name = ["", *(part for part in path.split("/") if part not in ("", "."))]
    stem = name.rsplit(".", 1)[0]
    parts = [stem, stem.rsplit(".", 1)[1]] if "." in stem else [stem]
    suffix = _SUFFIX.search(stem)
    if suffix and (suffix["tag"] not in _ALSO_WORDS or suffix["tag"] in _SAFE_AFTER_UNDERSCORE):
        parts.append(suffix["tag"])
    for part in parts:
        if tag := _named(part):
            return Language(tag, "file name")
    tag = _named(folders[-1]) if folders and folders[-1] else None
    return Language(tag, "folder name") if tag else None


# Scripts that decide a language by themselves, by code point ranges. Han alone is Chinese unless
# kana stand beside it; Latin, Cyrillic, Arabic and Devanagari are shared and go to the identifier.
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("ko", "가-힣ᄀ-ᇿ㄰-㆏"),
    ("kana", "ぁ-ゟァ-ヿｦ-ﾝ"),
    ("han", "㐀-䶿一-鿿"),
    ("th", "ก-๛"),
    ("lo", "ກ-ໟ"),
    ("km", "ក-៿"),
    ("my", "က-႟"),
    ("he", "א-ת"),
    ("el", "Ͱ-Ͽ"),
    ("hy", "Ա-֏"),
    ("ka", "Ⴀ-ჿ"),
    ("ta", "஀-௿"),
    ("te", "ఀ-౿"),
    ("bn", "ঀ-৿"),
    ("shared", "A-Za-zÀ-ɏЀ-ӿ؀-ۿऀ-ॿ"),
)
_COUNTERS = tuple((name, lazy_pattern(f"[{ranges}]")) for name, ranges in _SCRIPTS)

# A few hundred letters decide a language; the identifier needs no more than a few thousand.
_ENOUGH_LETTERS = 20
_SAMPLE_CHARACTERS = 4_000

# Characters that only one of the two Chinese orthographies uses, among the most frequent of each.
SIMPLIFIED_ONLY = frozenset("这们为说时过对还没会样经发现开点问间东车长门见让谁话请认识讲词语读写学习")
_TRADITIONAL_ONLY = frozenset("這們為說時過對還沒會樣經發現開點問間東車長門見讓誰話請認識講詞語讀寫學習")


def sampled(cues: Iterable[Cue]) -> list[str]:
    """The texts of the first cues, of a few thousand characters: enough to tell the language of a transcript."""
    parts: list[str] = []
    length = 0
    for cue in cues:
        parts.append(cue.text)
        length += len(cue.text)
        if length > _SAMPLE_CHARACTERS:
            break
    return parts


def classify(text: str) -> tuple[str, float]:
    """The language py3langid takes a text for (ISO 639-1), and how sure it is (0-1)."""
    from py3langid import rank

    scores = rank(text)
    best, most = scores[0]
    # The scores are log probabilities up to a constant, so their differences are what counts.
    return str(best), 1 / sum(math.exp(max(-700.0, float(score) - float(most))) for _, score in scores)


def identify(text: str) -> str | None:
    """The language of a text by its scripts and, where those are shared, by py3langid; ``None`` when too short."""
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _COUNTERS})
    total = counts.total()
    if total < _ENOUGH_LETTERS:
        return None
    if counts["kana"] > 0.1 * (counts["kana"] + counts["han"]) and counts["kana"] + counts["han"] > 0.2 * total:
        return "ja"
    # Technical speech in these languages is full of Latin terms: a fifth of the letters is enough.
    name, count = max(((n, c) for n, c in counts.items() if n not in ("shared", "kana")), key=lambda item: item[1])
    if count > 0.2 * total:
        if name != "han":
            return name
        simplified = sum(character in SIMPLIFIED_ONLY for character in text)
        traditional = sum(character in _TRADITIONAL_ONLY for character in text)
        return "zh-Hant" if traditional > simplified else "zh-Hans"
    return classify(text)[0]


def decide(path: str, header: Iterable[tuple[str, str]], cues: Iterable[Cue], given: Language | None) -> Language:
    """Decide the language of a file, in this order: ``given``, file name, folder name, header, text."""
    if given is not None and given.tag:
        return given
    named = _from_name(path)
    if named:
        return named
    for key, value in header:
        if key.lower() == "language":
            tag = normalise(value)
            if tag:
                return Language(tag, "header")
    tag = identify("\n".join(sampled(cues)))
    return Language(tag, "text") if tag else Language(None, "unknown")
