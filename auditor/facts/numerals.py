"""Numbers in running text: digits with units and scales, and the number words of English, Korean and Japanese.

What a numeral is worth is often open: "4.0" may be spelled "four zero", 8B is
eight billion or the name of a size, 5만 is fifty thousand or "only five". So every
numeral has readings, and two numerals agree when they share one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from auditor.facts.words import primary


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: ``text[start:end]``, what it is worth, and every value it may stand for.

    ``unit`` is ``%``, a currency sign or empty. ``spelled`` says that it is written
    in words. ``certain`` is false where the words may mean something else ("one of
    them", 한, "hundreds of"): such a numeral can confirm another, never accuse.
    """

    start: int
    end: int
    value: Decimal
    readings: frozenset[Decimal]
    unit: str = ""
    spelled: bool = False
    certain: bool = True


_THOUSAND = Decimal(1000)

_ONE_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = {word: value for value, word in enumerate(_ONE_WORDS.split())}
_TENS = {word: 10 * value for value, word in enumerate(_TEN_WORDS.split(), 2)}
_SCALES = {
    "hundred": Decimal(100),
    "thousand": _THOUSAND,
    "million": _THOUSAND**2,
    "billion": _THOUSAND**3,
    "trillion": _THOUSAND**4,
}
_LETTERS = {"k": _THOUSAND, "m": _THOUSAND**2, "mn": _THOUSAND**2, "b": _THOUSAND**3, "bn": _THOUSAND**3}
# Words that hold a number without counting: ordinals, multiples, months, which other languages number.
_HOLDING = {
    word: Decimal(value)
    for words, value in (
        ("first once single january", 1),
        ("second secondly twice double doubled both couple pair february", 2),
        ("third thirdly triple march", 3),
        ("fourth quarter april", 4),
        ("fifth may", 5),
        ("sixth june", 6),
        ("seventh july", 7),
        ("eighth august", 8),
        ("ninth september", 9),
        ("tenth october", 10),
        ("november", 11),
        ("dozen december", 12),
        ("half", "0.5"),
    )
    for word in words.split()
}

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])\.\d+"
_NUMBER_WORD = "|".join([*_ONES, *_TENS])
_SCALE_WORD = "|".join(_SCALES)
# A numeral in words: "two", "twenty-five", "three hundred and twenty", "three point five", "a thousand".
_SPELLED = (
    rf"(?:(?:{_NUMBER_WORD})|(?:a|an)(?=[ ](?:{_SCALE_WORD})\b)|(?:{_SCALE_WORD}))\b"
    rf"(?:(?:[ -]|(?:(?<=hundred)|(?<=thousand))[ ]and[ ](?=(?:{_NUMBER_WORD})\b))(?:{_NUMBER_WORD}|{_SCALE_WORD})\b)*"
    rf"(?:[ ]point(?:[ ](?:oh|{_NUMBER_WORD})\b)+(?:[ ](?:{_SCALE_WORD})\b)*)?"
)
_ENGLISH = re.compile(
    rf"(?P<sign>[$€£¥]\s?)?(?P<digits>{_DIGITS})(?:\s?(?P<scale>{_SCALE_WORD})(?!\w)|(?P<letter>k|mn?|bn?)(?![a-z\d]))?"
    rf"(?P<ordinal>st|nd|rd|th)?(?P<percent>\s?(?:%|percent\b|per[ ]cent\b))?"
    rf"|\b(?P<words>{_SPELLED})(?P<spelled_percent>[ ](?:percent|per[ ]cent)\b)?"
    rf"|\b(?P<holding>{'|'.join(_HOLDING)})\b",
    re.IGNORECASE,
)
# Behind a number word these make a fraction, a vague amount or a fixed phrase of it.
_NO_NUMBER_AFTER = re.compile(r"[ -](?:thirds?|quarters?|halves|fifths?|tenths?|hundredths?)\b", re.IGNORECASE)


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits.replace(",", ""))
    except InvalidOperation as error:  # pragma: no cover - the pattern admits nothing else
        raise ValueError(f"not a number: {digits!r}") from error


def _english_words(words: list[str]) -> tuple[Decimal, frozenset[Decimal]]:
    """The value of number words, and all readings: "twenty twenty four" is 2024, "four zero" 4, 0 or 40."""
    if "point" in words:
        at = words.index("point")
        whole, _ = _english_words(words[:at]) if at else (Decimal(0), frozenset())
        tail = words[at + 1 :]
        digits = [word for word in tail if word not in _SCALES]
        scale = Decimal(1)
        for word in tail[len(digits) :]:
            scale *= _SCALES[word]
        fraction = "".join(str(0 if word == "oh" else _ONES.get(word, _TENS.get(word, 0))) for word in digits)
        value = Decimal(f"{whole}.{fraction}") * scale
        return value, frozenset({value})
    # Split into well-formed numbers first; more than one is a year, a telephone number or a spelled-out name.
    parts: list[Decimal] = []
    total, current, last = Decimal(0), None, ""
    for word in words:
        if word in ("and", "a", "an"):
            continue
        if word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                current = (current or Decimal(1)) * 100
            else:
                total, current = total + (current if current is not None else Decimal(1)) * scale, None
            last = "scale"
            continue
        value = Decimal(_ONES[word] if word in _ONES else _TENS[word])
        kind = "tens" if word in _TENS else "ones"
        fits = not last or last == "scale" or (last == "tens" and kind == "ones" and 0 < value < 10)
        if not fits:
            parts.append(total + (current or 0))
            total, current = Decimal(0), None
        current = (current or Decimal(0)) + value
        last = kind
    parts.append(total + (current or 0))
    if len(parts) == 1:
        return parts[0], frozenset(parts)
    together = Decimal("".join(str(part) for part in parts))
    return together, frozenset({together, *parts})


def _year(value: Decimal) -> frozenset[Decimal]:
    """The short form of a year: '90 for 1990."""
    return frozenset({value, value % 100}) if 1900 <= value <= 2099 and value == int(value) else frozenset({value})


def _without_point(digits: str) -> frozenset[Decimal]:
    """A point in front may belong to the text (".40" of an attribute, the second half of "495 .95")."""
    return frozenset({_decimal(digits[1:])}) if re.fullmatch(r"\.\d+", digits) else frozenset()


def _english(text: str) -> Iterator[Numeral]:
    for match in _ENGLISH.finditer(text):
        start, end = match.span()
        if match["holding"]:
            value = _HOLDING[match["holding"].lower()]
            yield Numeral(start, end, value, frozenset({value}), spelled=True, certain=False)
        elif match["digits"]:
            value = plain = _decimal(match["digits"])
            readings = _year(plain) | _without_point(match["digits"])
            if match["scale"]:
                value = plain * _SCALES[match["scale"].lower()]
                readings = frozenset({value})
            elif match["letter"]:
                # "8B" names a model's size as often as it counts; both may be kept in translation.
                value = plain * _LETTERS[match["letter"].lower()]
                readings = frozenset({plain, value})
            unit = "%" if match["percent"] else (match["sign"] or "").strip()
            yield Numeral(start, end, value, readings, unit)
        else:
            words = re.split(r"[ -]+", match["words"].lower())
            value, readings = _english_words(words)
            counted = any(word in _ONES or word in _TENS for word in words)
            certain = counted and words not in (["one"], ["zero"]) and not _NO_NUMBER_AFTER.match(text, end)
            readings |= _year(value)
            yield Numeral(start, end, value, readings, "%" if match["spelled_percent"] else "", True, certain)


_EAST_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("영공〇零", "일一壹", "이二", "삼三", "사四", "오五", "육륙六", "칠七", "팔八", "구九")
    )
    for character in characters
}
_EAST_TENS = {"십": 10, "十": 10, "백": 100, "百": 100, "천": 1000, "千": 1000}
_EAST_SCALES = {"만": 10**4, "万": 10**4, "萬": 10**4, "억": 10**8, "億": 10**8, "조": 10**12, "兆": 10**12}


def _east_asian(numeral: str) -> Decimal:
    """The value of a numeral in the myriad system: 천오백, 1만 5천, 三十二, 4.5억, 일이삼 digit by digit."""
    total, section, number = Decimal(0), Decimal(0), None
    digits_only = all(character in _EAST_DIGITS for character in numeral)
    if digits_only:
        return Decimal("".join(str(_EAST_DIGITS[character]) for character in numeral))
    for match in re.finditer(rf"{_DIGITS}|\S", numeral):
        token = match[0]
        if token in _EAST_SCALES:
            section += number or 0
            total += (section or Decimal(1)) * _EAST_SCALES[token]
            section, number = Decimal(0), None
        elif token in _EAST_TENS:
            section += (number if number is not None else Decimal(1)) * _EAST_TENS[token]
            number = None
        elif token in _EAST_DIGITS:
            number = (number or Decimal(0)) * 10 + _EAST_DIGITS[token]
        else:
            number = _decimal(token)
    return total + section + (number or 0)


def _with_lower_parts(found: list[Numeral], text: str) -> list[Numeral]:
    """Join what one number is written in: 13만 5천, 4조 2,000억. Scales fall: "50억 70억" are two numbers."""
    merged: list[Numeral] = []
    for numeral in found:
        before = merged[-1] if merged else None
        if before is not None and text[before.start].isdigit() and text[numeral.start].isdigit():
            gap = text[before.end : numeral.start]
            scale = _EAST_SCALES.get(text[before.end - 1], 0)
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
_KOREAN_OTHER = {
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
_KOREAN = re.compile(
    rf"(?P<sign>[$€£¥₩]\s?)?(?P<digits>(?:{_DIGITS})(?:\s?백만|\s?천만|[십백천]?(?:\s?[만억조])?))"
    rf"(?P<letter>[kKmMbB](?![A-Za-z\d]))?(?P<percent>\s?(?:%|퍼센트|프로(?!그|젝|토|세|필|덕|듀|파|모|바|페)))?"
    rf"|(?<![가-힣])(?P<sino>[{_SINO}]{{2,}}|[{_SINO}](?=\s?(?:{_KOREAN_COUNTERS})))(?:\s?점\s?(?P<fraction>[{_SINO[:11]}]+))?"
    rf"(?P<sino_percent>\s?(?:퍼센트|프로(?!그|젝|토)))?"
    rf"|(?<![가-힣])(?P<pair>{'|'.join(_KOREAN_PAIRS)})(?=\s?[가-힣])"
    rf"|(?<![가-힣])(?P<native>(?:{_ANY_TEN})(?:{_ONE_TO_NINE})?|{_ANY_ONE})"
    rf"(?=\s?(?:{_KOREAN_COUNTERS})|\s|(?:{_ENDINGS})|\W|$)"
    rf"|(?<![A-Za-z])(?P<english>{_NUMBER_WORD})(?![A-Za-z])"
    rf"|(?<![가-힣])(?P<other>{'|'.join(_KOREAN_OTHER)})(?=\W|$|[은는이가을를의에로도와과째예요죠])"
)
_NATIVE_COUNTER = re.compile(
    r"\s?(?:가지|번째|마리|사람|군데)|\s(?:개|번|명|시간|배|장|줄|살|달|단어|모델|부분|쌍)(?!\w{3})"
)
_ONLY = re.compile(r"[만조]$")


def _untranslated(match: re.Match[str]) -> Numeral:
    """An English number word in a text of another language ("GPT four")."""
    word = match["english"].lower()
    value = Decimal(_ONES[word] if word in _ONES else _TENS[word])
    return Numeral(match.start(), match.end(), value, frozenset({value}), spelled=True, certain=False)


def _korean(text: str) -> Iterator[Numeral]:
    for match in _KOREAN.finditer(text):
        start, end = match.span()
        if match["digits"]:
            written = match["digits"]
            value = _east_asian(written)
            readings = _year(value) | _without_point(written)
            leading = re.match(_DIGITS, written)
            assert leading is not None
            if _ONLY.search(written):  # 5만 is fifty thousand or "only five", 3조 three trillion or group three
                readings |= {_decimal(leading[0])}
            if match["letter"]:
                readings |= {value * _LETTERS[match["letter"].lower()]}
            unit = "%" if match["percent"] else (match["sign"] or "").strip()
            yield Numeral(start, end, value, readings, unit)
        elif match["sino"]:
            value = _east_asian(match["sino"])
            if match["fraction"]:
                value = Decimal(f"{value}.{_east_asian(match['fraction'])}")
            # 이 is "this", 일 "work", 만들다 begins with ten thousand: a lone syllable or a run without a counter
            # confirms a number that is there, and proves none.
            yield Numeral(start, end, value, _year(value), "%" if match["sino_percent"] else "", True, False)
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
        else:
            value = Decimal(_KOREAN_OTHER[match["other"]])
            yield Numeral(start, end, value, frozenset({value}), spelled=True, certain=False)


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
_JAPANESE = re.compile(
    rf"(?P<sign>[$€£¥]\s?)?(?P<digits>(?:{_DIGITS})[十百千]?[万億兆]?)"
    rf"(?P<letter>[kKmMbB](?![A-Za-z\d]))?(?P<percent>\s?(?:%|パーセント)|割)?"
    rf"|(?P<kanji>[{_KANJI}]+)(?:[・.点](?P<fraction>[〇零一二三四五六七八九]+))?(?P<kanji_percent>パーセント)?"
    rf"|(?<![A-Za-z])(?P<english>{_NUMBER_WORD})(?![A-Za-z])"
    rf"|(?P<other>{'|'.join(_JAPANESE_OTHER)})"
)
_JAPANESE_COUNTER = re.compile(rf"(?:{_JAPANESE_COUNTERS})")


def _japanese(text: str) -> Iterator[Numeral]:
    for match in _JAPANESE.finditer(text):
        start, end = match.span()
        if match["digits"]:
            value = _east_asian(match["digits"])
            readings = _year(value) | _without_point(match["digits"])
            if match["letter"]:
                readings |= {value * _LETTERS[match["letter"].lower()]}
            if match["percent"] == "割":  # tenths: 8割 is 80 percent
                value, readings = value * 10, frozenset({value * 10})
            unit = "%" if match["percent"] else (match["sign"] or "").strip()
            yield Numeral(start, end, value, readings, unit)
        elif match["kanji"]:
            value = _east_asian(match["kanji"])
            if match["fraction"]:
                value = Decimal(f"{value}.{_east_asian(match['fraction'])}")
            # 一番, 一緒, 万が一: a single character is a number only before a counter, and 一 hardly ever.
            certain = value > 1 and (len(match["kanji"]) > 1 or _JAPANESE_COUNTER.match(text, end) is not None)
            yield Numeral(start, end, value, _year(value), "%" if match["kanji_percent"] else "", True, certain)
        elif match["english"]:
            yield _untranslated(match)
        else:
            value = Decimal(_JAPANESE_OTHER[match["other"]])
            yield Numeral(start, end, value, frozenset({value}), spelled=True, certain=False)


_FINDERS = {"en": _english, "ko": _korean, "ja": _japanese}

LANGUAGES = frozenset(_FINDERS)
"""Languages whose number words are known; in others only digits are read."""

_RANGE = re.compile(r" (?:to|or) |[-~–]|에서 |이나 |내지 |から|または")


def _ranges(found: list[Numeral], text: str) -> list[Numeral]:
    """The lower bound of a range borrows the scale of the upper: "7 to 8 billion", 3~5만."""
    result = list(found)
    for at in range(len(found) - 1):
        low, high = found[at], found[at + 1]
        bare = text[high.start : high.end].lstrip("$€£¥₩ ")
        number = re.match(_DIGITS, bare)
        if number is None or low.spelled or low.value >= 1000 or not _RANGE.fullmatch(text[low.end : high.start]):
            continue
        scale = high.value / (_decimal(number[0]) or 1)
        if scale > 1:
            result[at] = replace(low, readings=low.readings | {low.value * scale})
    return result


_BROKEN = re.compile(r"\s|-|\s?\.\s?|\s?점\s?|\spoint\s")
_MOST_JOINED = 4
_MOST_DIGITS = 6


def _joined(found: list[Numeral], text: str) -> list[Numeral]:
    """Numerals that stand beside each other may be one number: "4 0" is 40, "3. 5" or 3점 5 is 3.5."""
    readings = [set(numeral.readings) for numeral in found]
    for at in range(len(found)):
        together = _plain(found[at])
        for last in range(at + 1, min(len(found), at + _MOST_JOINED)):
            between = text[found[last - 1].end : found[last].start]
            if len(between) > 7 or _BROKEN.fullmatch(between) is None:
                break
            following = _plain(found[last])
            if not following.isdigit() or len(together) + len(following) > _MOST_DIGITS:
                break
            candidates = {together + following}
            if last == at + 1 and together.isdigit():
                candidates.add(f"{together}.{following}")
            values = {Decimal(candidate) for candidate in candidates if candidate.count(".") < 2}
            for member in range(at, last + 1):
                readings[member] |= values
            together += following
    return [
        numeral if frozenset(more) == numeral.readings else replace(numeral, readings=frozenset(more))
        for numeral, more in zip(found, readings, strict=True)
    ]


def _plain(numeral: Numeral) -> str:
    return format(numeral.value.normalize(), "f") if numeral.value else "0"


def numerals(text: str, language: str | None) -> tuple[Numeral, ...]:
    """The numerals of a text in order, full-width digits included, with all their readings.

    ``language`` is a BCP 47 tag; of languages other than :data:`LANGUAGES` only digits are read.
    """
    # One character for one character, so that offsets stay those of the text.
    plain = "".join(_narrow(character) for character in text) if not text.isascii() else text
    finder = _FINDERS.get(primary(language))
    if finder is None:
        found = [
            Numeral(match.start(), match.end(), value, _year(value))
            for match in re.finditer(_DIGITS, plain)
            for value in (_decimal(match[0]),)
        ]
    else:
        found = _with_lower_parts(list(finder(plain)), plain)
    return tuple(_joined(_ranges(found, plain), plain))


def _narrow(character: str) -> str:
    if "０" <= character <= "９" or character in "．，％＄":
        return unicodedata.normalize("NFKC", character)
    return character


def canonical(numeral: Numeral) -> str:
    """How a numeral is written so that two spellings of one number are equal: ``2500``, ``3.5``, ``25 percent``."""
    written = _plain(numeral)
    names = {"%": "percent", "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₩": "won"}
    return f"{written} {names[numeral.unit]}" if numeral.unit else written
