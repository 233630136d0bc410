"""Korean and Japanese numbers: digits with myriad units, Sino-Korean and native numerals, kanji."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from auditor.facts.numeral import DIGITS, HALF, LETTERS, NUMBER_WORD, ONES, TENS, Numeral, decimal, without_point, year
from auditor.patterns import lazy_pattern

_EAST_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("영공〇零", "일一壹", "이二", "삼三", "사四", "오五", "육륙六", "칠七", "팔八", "구九")
    )
    for character in characters
}
_EAST_TENS = {"십": 10, "十": 10, "백": 100, "百": 100, "천": 1000, "千": 1000}
SCALES = {"만": 10**4, "万": 10**4, "萬": 10**4, "억": 10**8, "億": 10**8, "조": 10**12, "兆": 10**12}


def myriad_value(numeral: str) -> Decimal:
    """The value of a numeral in the myriad system: 천오백, 1만 5천, 三十二, 4.5억, 일이삼 digit by digit."""
    total, section, number = Decimal(0), Decimal(0), None
    digits_only = all(character in _EAST_DIGITS for character in numeral)
    if digits_only:
        return Decimal("".join(str(_EAST_DIGITS[character]) for character in numeral))
    for match in re.finditer(rf"{DIGITS}|\S", numeral):
        token = match[0]
        if token in SCALES:
            section += number or 0
            total += (section or Decimal(1)) * SCALES[token]
            section, number = Decimal(0), None
        elif token in _EAST_TENS:
            section += (number if number is not None else Decimal(1)) * _EAST_TENS[token]
            number = None
        elif token in _EAST_DIGITS:
            number = (number or Decimal(0)) * 10 + _EAST_DIGITS[token]
        else:
            number = decimal(token)
    return total + section + (number or 0)


def with_lower_parts(found: list[Numeral], text: str) -> list[Numeral]:
    """Join what one number is written in: 13만 5천, 4조 2,000억. Scales fall: "50억 70억" are two numbers."""
    merged: list[Numeral] = []
    for numeral in found:
        before = merged[-1] if merged else None
        if before is not None and text[before.start].isdigit() and text[numeral.start].isdigit():
            gap = text[before.end : numeral.start]
            scale = SCALES.get(text[before.end - 1], 0)
            # Behind a space only a full section goes on: "5만 3개" is no fifty thousand and three.
            if numeral.value < scale and (not gap or (gap == " " and numeral.value >= 1000)):
                value = before.value + numeral.value
                merged[-1] = replace(numeral, start=before.start, value=value, readings=frozenset({value}))
                continue
        merged.append(numeral)
    return merged


_KOREAN_COUNTERS = (
    "가지|개월|개년|개|건|곳|군데|권|그루|년|달|단계|달러|대|도|등|마리|만|명|모델|문장|박자|박스|발|배|번째|번|벌|부분|분|사람|살|상자|"
    "센트|세대|세트|시간|시|쌍|억|열|원|월|위|일|자리|자릿수|잔|장|점|조각|조|주|줄|차례|차원|차|채|초|층|칸|퍼센트|프로|페이지|편|학년|"
    "행|호|회|쪽|킬로|미터|밀리|기가|메가|바이트|비트|째"
)
_KOREAN_ONES = (
    ("하나", 1),
    ("한", 1),
    ("첫", 1),
    ("둘", 2),
    ("두", 2),
    ("셋", 3),
    ("세", 3),
    ("석", 3),
    ("넷", 4),
    ("네", 4),
    ("넉", 4),
    ("다섯", 5),
    ("여섯", 6),
    ("일곱", 7),
    ("여덟", 8),
    ("아홉", 9),
)
_KOREAN_TENS = (
    ("열", 10),
    ("스물", 20),
    ("스무", 20),
    ("서른", 30),
    ("마흔", 40),
    ("쉰", 50),
    ("예순", 60),
    ("일흔", 70),
    ("여든", 80),
    ("아흔", 90),
)
_KOREAN_NATIVE = {**dict(_KOREAN_ONES), **dict(_KOREAN_TENS)}
_KOREAN_PAIRS = {"한두": (1, 2), "두세": (2, 3), "두어": (2,), "서너": (3, 4), "너덧": (4, 5), "네다섯": (4, 5)}
# Words that hold a number without being one, and English number words in Hangul.
_KOREAN_DAYS = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "여드레": 8,
    "열흘": 10,
    "보름": 15,
}
_KOREAN_OTHER = {
    **_KOREAN_DAYS,
    "양쪽": 2,
    "양측": 2,
    "양면": 2,
    "이중": 2,
    "더블": 2,
    "트리플": 3,
    "제로": 0,
    "원": 1,
    "투": 2,
    "쓰리": 3,
    "포": 4,
    "파이브": 5,
    "식스": 6,
    "세븐": 7,
    "에이트": 8,
    "나인": 9,
    "텐": 10,
}
_ONE_TO_NINE = "|".join(word for word, _ in _KOREAN_ONES if word != "첫")
_ANY_ONE = "|".join(word for word, _ in _KOREAN_ONES)
_ANY_TEN = "|".join(word for word, _ in _KOREAN_TENS)
_ENDINGS = "은|는|이|가|을|를|의|에|로|도|만|와|과|다|뿐|죠|예요|이에요|입니다|까지|부터|보다|씩"
_SINO = "일이삼사오육륙칠팔구영공십백천만억조"
_KOREAN = lazy_pattern(
    rf"(?P<sign>[$€£¥₩]\s?)?(?P<digits>(?:{DIGITS})(?:\s?백만|\s?천만|[십백천]?(?:\s?[만억조])?))"
    rf"(?P<letter>[kKmMbB](?![A-Za-z\d]))?(?P<percent>\s?(?:%|퍼센트|프로(?!그|젝|토|세|필|덕|듀|파|모|바|페)))?"
    rf"|(?<![가-힣])(?P<sino>[{_SINO}]{{2,}}|[{_SINO}](?=\s?(?:{_KOREAN_COUNTERS})))(?:\s?점\s?(?P<fraction>[{_SINO[:11]}]+))?"
    rf"(?P<sino_percent>\s?(?:퍼센트|프로(?!그|젝|토)))?"
    rf"|(?<![가-힣])(?P<pair>{'|'.join(_KOREAN_PAIRS)})(?=\s?[가-힣])"
    rf"|(?<![가-힣])(?P<native>(?:{_ANY_TEN})(?:{_ONE_TO_NINE})?|{_ANY_ONE})"
    rf"(?=\s?(?:{_KOREAN_COUNTERS})|\s|(?:{_ENDINGS})|\W|$)"
    rf"|(?<![A-Za-z])(?P<english>(?i:{NUMBER_WORD}))(?![A-Za-z])"
    rf"|(?<![가-힣])(?P<other>(?:{'|'.join(word for word in _KOREAN_OTHER if len(word) > 1)})"
    rf"|(?:{'|'.join(word for word in _KOREAN_OTHER if len(word) == 1)})(?=\W|$|[은는이가을를의에로도와과째예요죠]))"
    rf"|(?<![가-힣])(?P<half>절반|반값|반액)"
)
_NATIVE_COUNTER = lazy_pattern(
    r"\s?(?:가지|번째|마리|사람|군데)|\s(?:개|번|명|시간|배|장|줄|살|달|단어|모델|부분|쌍)(?!\w{3})"
)
_ONLY = lazy_pattern(r"[\d\s][만조]$")


def _untranslated(match: re.Match[str]) -> Numeral:
    """An English number word in a text of another language ("GPT four")."""
    word = match["english"].lower()
    value = Decimal(ONES[word] if word in ONES else TENS[word])
    return Numeral(match.start(), match.end(), value, frozenset({value}), spelled=True, certain=False)


def korean(text: str) -> Iterator[Numeral]:
    """The numerals of a Korean text in order."""
    for match in _KOREAN.finditer(text):
        start, end = match.span()
        if match["digits"]:
            written = match["digits"]
            value = myriad_value(written)
            readings = year(value) | without_point(written)
            leading = re.match(DIGITS, written)
            assert leading is not None
            if _ONLY.search(written):  # 5만 is fifty thousand or "only five", 3조 three trillion or group three
                readings |= {decimal(leading[0])}
            if match["letter"]:
                readings |= {value * LETTERS[match["letter"].lower()]}
            unit = "%" if match["percent"] else (match["sign"] or "").strip()
            yield Numeral(start, end, value, readings, unit)
        elif match["sino"]:
            value = myriad_value(match["sino"])
            if match["fraction"]:
                value = Decimal(f"{value}.{myriad_value(match['fraction'])}")
            # 이 is "this", 일 "work", 만들다 begins with ten thousand: a lone syllable or a run without a counter
            # confirms a number that is there, and proves none.
            yield Numeral(start, end, value, year(value), "%" if match["sino_percent"] else "", True, False)
        elif match["pair"]:
            values = [Decimal(value) for value in _KOREAN_PAIRS[match["pair"]]]
            yield Numeral(start, end, values[0], frozenset(values), spelled=True, certain=False)
        elif match["native"]:
            value = Decimal(_native(match["native"]))
            # 네 is "yes", 세일 a sale: only a counter of its own behind it makes a native numeral certain.
            counted = value > 1 and _NATIVE_COUNTER.match(text, end) is not None
            yield Numeral(start, end, value, frozenset({value}), spelled=True, certain=counted)
        elif match["english"]:
            yield _untranslated(match)
        elif match["half"]:
            yield Numeral(start, end, min(HALF), HALF, spelled=True, certain=False)
        else:
            word = match["other"]
            value = Decimal(_KOREAN_OTHER[word])
            hours = {24 * value} if word in _KOREAN_DAYS else set()
            yield Numeral(start, end, value, frozenset({value} | hours), spelled=True, certain=False)


def _native(word: str) -> int:
    if word in _KOREAN_NATIVE:
        return _KOREAN_NATIVE[word]
    for tens, value in _KOREAN_TENS:
        if word.startswith(tens):
            return value + _KOREAN_NATIVE[word.removeprefix(tens)]
    raise ValueError(f"not a Korean numeral: {word!r}")  # pragma: no cover - the pattern admits nothing else


_JAPANESE_OTHER = {
    "ひとつ": 1,
    "ふたつ": 2,
    "みっつ": 3,
    "よっつ": 4,
    "いつつ": 5,
    "むっつ": 6,
    "ななつ": 7,
    "やっつ": 8,
    "ここのつ": 9,
    "両方": 2,
    "ゼロ": 0,
    "ワン": 1,
    "ツー": 2,
    "スリー": 3,
    "フォー": 4,
    "ファイブ": 5,
}
_KANJI = "〇零一二三四五六七八九十百千万億兆"
_JAPANESE_COUNTERS = (
    "つ|個|人|名|回|度|年|月|日|週|時|分|秒|番|枚|本|冊|台|件|行|列|点|倍|種|階|歳|円|ドル|セント|パーセント|%|"
    "次元|段|章|ページ|文字|語|桁|ヶ|か|カ|箇"
)
_JAPANESE = lazy_pattern(
    rf"(?P<sign>[$€£¥]\s?)?(?P<digits>(?:{DIGITS})[十百千]?[万億兆]?)"
    rf"(?P<letter>[kKmMbB](?![A-Za-z\d]))?(?P<percent>\s?(?:%|パーセント)|割)?"
    rf"|(?P<kanji>[{_KANJI}]+)(?:[・.点](?P<fraction>[〇零一二三四五六七八九]+))?(?P<kanji_percent>パーセント)?"
    rf"|(?<![A-Za-z])(?P<english>(?i:{NUMBER_WORD}))(?![A-Za-z])"
    rf"|(?P<other>{'|'.join(_JAPANESE_OTHER)})|(?P<half>半分|半額|半数)"
)
_JAPANESE_COUNTER = lazy_pattern(rf"(?:{_JAPANESE_COUNTERS})")
# 十分 is "enough" where no ten minutes pass, 二度と "never again", 万人 everybody.
_NO_COUNT = lazy_pattern(
    r"(?<=十)分(?![間前後ほくでか経過以])|(?<=二)度と|(?<=[万千百])人(?=[にのを受向])|(?<=三)日坊主"
)


def japanese(text: str) -> Iterator[Numeral]:
    """The numerals of a Japanese text in order."""
    for match in _JAPANESE.finditer(text):
        start, end = match.span()
        if match["digits"]:
            value = myriad_value(match["digits"])
            readings = year(value) | without_point(match["digits"])
            if match["letter"]:
                readings |= {value * LETTERS[match["letter"].lower()]}
            if match["percent"] == "割":  # tenths: 8割 is 80 percent
                value, readings = value * 10, frozenset({value * 10})
            unit = "%" if match["percent"] else (match["sign"] or "").strip()
            yield Numeral(start, end, value, readings, unit)
        elif match["kanji"]:
            value = myriad_value(match["kanji"])
            if match["fraction"]:
                value = Decimal(f"{value}.{myriad_value(match['fraction'])}")
            # 一番, 一緒, 万が一: a single character is a number only before a counter, and 一 hardly ever.
            counted = len(match["kanji"]) > 1 or _JAPANESE_COUNTER.match(text, end) is not None
            certain = value > 1 and counted and not (len(match["kanji"]) == 1 and _NO_COUNT.match(text, end))
            yield Numeral(start, end, value, year(value), "%" if match["kanji_percent"] else "", True, certain)
        elif match["english"]:
            yield _untranslated(match)
        elif match["half"]:
            yield Numeral(start, end, min(HALF), HALF, spelled=True, certain=False)
        else:
            value = Decimal(_JAPANESE_OTHER[match["other"]])
            yield Numeral(start, end, value, frozenset({value}), spelled=True, certain=False)
