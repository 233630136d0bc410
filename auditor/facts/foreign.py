"""Foreign words in a track of another script: which are terms, and which are noise.

Technical speech borrows names, acronyms, identifiers and nouns. It borrows no
pronouns, prepositions or light verbs, and it puts what it borrows into its own
sentences. So two kinds of foreign words are noise: those that can name nothing,
and those that stand outside every sentence and that the track uses nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import chain
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from auditor.facts.alignment import track
from auditor.facts.english import NAMING_NOTHING, makes_speech, names_nothing
from auditor.facts.letters import is_spelled_as
from auditor.facts.repetition import foreign_runs
from auditor.facts.same_speech import believed_source
from auditor.facts.source_terms import status
from auditor.facts.texts import texts
from auditor.facts.words import Word, primary, script_counts, script_of, scripts_of, words
from auditor.model import Cue, Document
from auditor.parse.language import SIMPLIFIED_ONLY, classify
from auditor.patterns import lazy_pattern


class Why(Enum):
    """What makes a foreign run noise; the value says it to the user."""

    NAMES_NOTHING = "words of everyday English that can be no term"
    SPEECH_AROUND_A_TERM = "an English utterance, not a term"
    LIKE_A_TITLE = "an English utterance, unless it is a title or name"
    OUTSIDE = "stands outside the sentence, and this track uses it nowhere else"
    OTHER_SCRIPT = "letters of another script inside this track"


class Fragment(Struct, frozen=True):
    """A stretch of foreign words in a cue that is noise; ``start`` and ``end`` are offsets into its text.

    ``absent`` says that the source speech does not hold it, by the source track.
    """

    cue: Cue
    start: int
    end: int
    why: Why
    absent: bool = False


# Nouns and particles behind a foreign word that show it is talked about, not talked in: 함수 get, "get" button,
# get이라는, putメソッド, 方法 get.
_MENTIONED_AFTER = lazy_pattern(
    r"[\"'”’」』)\]»]?\s*(?:"
    r"(?:이라는|라는|이라고|라고|이란|란|같은)\b|"
    r"(?:(?:문|절|형|키|값|탭)(?=[\s,.?!을를은는이가의에과와도로만]|$)|구문|조건문|반복문|루프|부정사|관사|대명사|접속사|조동사|함수|메서드|메소드|메쏘드|키워드|예약어|연산자|명령|커맨드|요청|버튼|메뉴|"
    r"옵션|필드|변수|인자|매개|파라미터|클래스|블록|단어|문자|문자열|태그|속성|파일|폴더|패키지|라이브러리|모듈|플래그|프롬프트|모델|"
    r"방식의|동사|전치사|발음|철자|테스트|조건)|"
    r"(?:文|節|構文|ループ|不定詞|冠詞|関数|メソッド|キーワード|予約語|演算子|コマンド|命令|リクエスト|ボタン|メニュー|オプション|タブ|フィールド|"
    r"変数|引数|クラス|ブロック|単語|という|って|と呼|と書|と入力|ファイル|パッケージ|ライブラリ|モジュール|フラグ|属性|キー|テスト|条件|型|形)|"
    r"(?:语句|語句|从句|從句|循环|迴圈|函数|函數|方法|关键字|關鍵字|运算符|運算子|命令|请求|請求|按钮|按鈕|选项|選項|字段|欄位|变量|變數|"
    r"参数|參數|类|類|词|詞|这个词|這個詞|单词|單詞)"
    r")"
)
_MENTIONED_BEFORE = lazy_pattern(
    r"(?:함수|메서드|메소드|예약어|키워드|연산자|명령|명령어|버튼|단어|전치사|동사|부사|관사|변수|클래스|"
    r"関数|メソッド|予約語|キーワード|演算子|コマンド|ボタン|単語|変数|"
    r"函数|函數|方法|关键字|關鍵字|保留字|运算符|命令|按钮|按鈕|单词|單詞|变量|"
    r"оператор\w*|слов[оауе]\w*|кнопк\w+|функци\w+|метод\w*|команд\w+|цикл\w*|"
    r"\b(?:called|means?|meaning|word|words|say|says|said|saying|written|write|pronounced|character|characters|named|name))"
    r"[\s:,]*$",
    re.IGNORECASE,
)
_QUOTES = "\"'“‘「『`(（[<《〈«„"
_CODE_BEFORE = lazy_pattern(r"[._/\\=:@#$%\-`]$")
_CODE_AFTER = lazy_pattern(r"^\s?[(=_`/\\]|^[.:][\w]|^\s?\[")
_IDENTIFIER = lazy_pattern(r".*[\d_+#@&/].*|.*\w[.]\w.*|[a-z]+-[a-z\-]+|.*[a-z][A-Z].*")

# A predicate that ends a Korean sentence, a Japanese or Chinese full stop, or any sentence mark.
_KOREAN_END = lazy_pattern(r"[가-힣](?:요|다|죠|까|네|지|군|음|함)$|(?:요|죠)$")
_MARK_END = lazy_pattern(r"[.!?…。！？｡]$")


def is_identifier(word: str) -> bool:
    """Whether a word has the shape of code: digits, underscores, dots or capitals inside."""
    return _IDENTIFIER.fullmatch(word) is not None


def is_acronym(word: str) -> bool:
    """Whether a word is written in capitals, as acronyms are."""
    letters = word.removesuffix("s") if word.endswith("s") else word
    return len(letters) > 1 and letters.isupper()


def _parts(run: Sequence[Word]) -> list[str]:
    """The words of a run; a title-cased compound (Get-Tuck) counts as its parts."""
    parts: list[str] = []
    for word in run:
        pieces = word.text.split("-")
        if len(pieces) > 1 and not is_identifier(word.text):
            parts.extend(piece for piece in pieces if piece)
        else:
            parts.append(word.text)
    return parts


def mentioned(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is quoted, part of code, or named as a word, function, button and the like."""
    before, after = text[:start], text[end:]
    if before[-1:] in _QUOTES and before[-1:]:
        return True
    if _CODE_BEFORE.search(before) or _CODE_AFTER.search(after):
        return True
    if before.rstrip()[-1:].isdigit() and after.lstrip()[:1].isdigit():  # "1 in 1", "3 of 4"
        return True
    return _MENTIONED_AFTER.match(after) is not None or _MENTIONED_BEFORE.search(before) is not None


def _ends_sentence(text: str) -> bool:
    stripped = text.rstrip()
    if not stripped:
        return True
    return _MARK_END.search(stripped) is not None or _KOREAN_END.search(stripped) is not None


def _alone_behind(text: str, end: int) -> bool:
    """Whether nothing but marks follows: no particle, no word the fragment could belong to."""
    return not any(character.isalnum() for character in text[end:])


_SETTLED: WeakKeyDictionary[Document, Counter[str]] = WeakKeyDictionary()


def settled_terms(document: Document) -> Counter[str]:
    """How often each foreign word stands inside a sentence of the track, by its lower-case form."""
    known = _SETTLED.get(document)
    if known is None:
        own = scripts_of(document.language.tag) or frozenset()
        known = Counter()
        for cue in document.cues:
            for run in foreign_runs(cue.text, own):
                if not _outside(document, cue, run):
                    known.update({word.key for word in run})
        _SETTLED[document] = known
    return known


def _outside(document: Document, cue: Cue, run: Sequence[Word]) -> bool:
    """Whether a run stands behind a finished sentence at its cue's end, and the next cue does not go on with it."""
    if not _alone_behind(cue.text, run[-1].end) or not _ends_sentence(cue.text[: run[0].start]):
        return False
    if cue.index < len(document.cues) and run[-1].text[-1:] not in ".!?":
        following = document.cues[cue.index].text.lstrip()
        # "GPT | 4와", "GSM | 8K": an acronym goes on with a number or another term of the next sentence.
        goes_on = following[:1].isdigit() or script_of(following[:1]) == script_of(run[-1].text)
        if is_acronym(run[-1].text) and goes_on and _has_own_words(document, following):
            return False
    return True


def _has_own_words(document: Document, text: str) -> bool:
    own = scripts_of(document.language.tag) or frozenset()
    return any(script in own for script in script_counts(text))


def _is_title(run: Sequence[Word]) -> bool:
    """Whether several words are written as titles are: Let It Be, Give and Take."""
    small = {"a", "an", "the", "and", "or", "of", "in", "on", "to", "for"}
    return len(run) > 1 and all(word.text[:1].isupper() or word.text in small for word in run)


def _speaks(text: str, run: Sequence[Word]) -> Why | None:
    if len(run) == 1 and (_is_label(run[0].text) or _is_number_sign(text, run[0])):
        return None
    parts = _parts(run)
    if all(len(part) == 1 for part in parts):
        return None
    # In capitals it is a keyword (WHERE, AND, IN), whatever it means in English.
    nothing = [names_nothing(part) and not is_acronym(part) for part in parts]
    speech = any(makes_speech(part) for part in parts if not is_acronym(part))
    if not all(nothing) and not speech:
        return None
    if _is_title(run) and len({word.key for word in run}) == len(run):
        return Why.LIKE_A_TITLE
    return Why.NAMES_NOTHING if all(nothing) else Why.SPEECH_AROUND_A_TERM


def _is_label(word: str) -> bool:
    """Whether a word is a compound or a capitalised function word, as labels and names are: Know-how, Will."""
    if "-" in word or "/" in word:
        return True
    return word[:1].isupper() and not makes_speech(word)


def _is_number_sign(text: str, word: Word) -> bool:
    """Whether the word is the sign of a number: No. 5."""
    return word.key == "no" and re.match(r"\.?\s*\d", text[word.end :]) is not None


def _judge(document: Document, cue: Cue, run: Sequence[Word]) -> Why | None:
    start, end = run[0].start, run[-1].end
    if len(run) == 1 and (is_identifier(run[0].text) and not names_nothing(run[0].text)):
        return None
    script = script_of(run[0].text)
    if script == "Latin":
        why = _speaks(cue.text, run)
        if why is not None:
            # Who quotes a word quotes it once: "get get" is a loop even where it is called a word.
            once = len({word.key for word in run}) == len(run)
            return None if once and mentioned(cue.text, start, end) else why
        if any(is_identifier(word.text) for word in run):
            return None
    elif _is_alien(cue.text[start:end], script, run):
        return None if mentioned(cue.text, start, end) else Why.OTHER_SCRIPT
    if any(len(word.text) > 1 for word in run) and _outside(document, cue, run):
        settled = settled_terms(document)
        if not any(settled[word.key] for word in run if len(word.text) > 1):
            return None if mentioned(cue.text, start, end) else Why.OUTSIDE
    return None


_SIMPLIFIED = SIMPLIFIED_ONLY | {"谢"}
_LONGEST_HANJA = 4


def _is_alien(text: str, script: str | None, run: Sequence[Word]) -> bool:
    """Whether a run is of a script that no track of another script borrows words from.

    Latin terms are judged apart; Han stands in Korean as hanja, in short words
    of traditional characters; single Greek letters are symbols.
    """
    letters = sum(len(word.text) for word in run)
    if script == "Han":
        return letters > _LONGEST_HANJA or not _SIMPLIFIED.isdisjoint(text)
    return letters > 1 and (script != "Greek" or letters > 3)


def _other_scripts(document: Document, own: frozenset[str]) -> Iterator[Fragment]:
    """Fragments in a track of Latin letters: any word of another script that is no symbol."""
    if texts(document).joined.isascii():
        return
    for cue in document.cues:
        for run in foreign_runs(cue.text, own):
            letters = sum(len(word.text) for word in run)
            # Single letters are symbols: π, α, Δ.
            if letters < 2 or (script_of(run[0].text) == "Greek" and letters < 4):
                continue
            if not mentioned(cue.text, run[0].start, run[-1].end):
                yield Fragment(cue, run[0].start, run[-1].end, Why.OTHER_SCRIPT)


_CODE = lazy_pattern(r"[=(){}\[\];<>|\\]|(?:^|\s)--?\w|\w_\w|::")
_LEAST_UNSPACED = 6


def is_foreign_cue(cue: Cue, own: frozenset[str]) -> bool:
    """Whether a whole cue is in another script and is an utterance, not names, terms, code or a quotation."""
    # Most cues show at once that they are not, or at their first letter.
    if (cue.text.isascii() and "Latin" in own) or script_of(cue.text) in own:
        return False
    counts = script_counts(cue.text)
    if not counts or any(script in own for script in counts):
        return False
    text = cue.text.strip()
    if text[:1] in _QUOTES or _CODE.search(text):
        return False
    script = max(counts, key=lambda name: counts[name])
    if script in ("Han", "Kana", "Thai"):
        return sum(counts.values()) >= _LEAST_UNSPACED
    letters = [word for word in words(text) if script_of(word.text) is not None]
    if len(letters) < 4:
        return False
    if script != "Latin":
        return True
    lower = sum(word.text[:1].islower() for word in letters)
    return any(names_nothing(word.text) for word in letters) and lower >= len(letters) // 3


_LEAST_WORDS = 5
_COMMON_WORDS = 60
_CERTAIN = 0.99


_COMMON: WeakKeyDictionary[Document, frozenset[str]] = WeakKeyDictionary()


def common_words(document: Document) -> frozenset[str]:
    """The most frequent words of a transcript: its function words, whatever its language."""
    known = _COMMON.get(document)
    if known is None:
        # Once a cue, and in their order, so that it is the same words each time.
        counts = Counter(chain.from_iterable(map(dict.fromkeys, texts(document).keys)))
        known = frozenset(key for key, count in counts.most_common(_COMMON_WORDS) if count > 1)
        _COMMON[document] = known
    return known


def suspects(document: Document) -> Sequence[int]:
    """The places of the cues that may be foreign: hardly an English one holds none of the most frequent words."""
    known = texts(document)
    if primary(document.language.tag) != "en":
        return range(len(known.shown))
    plain = map(NAMING_NOTHING.isdisjoint, known.keys)
    return [
        at for at, (suspect, text) in enumerate(zip(plain, known.shown, strict=True)) if suspect or not text.isascii()
    ]


def other_language(document: Document, cue: Cue, keys: Sequence[str]) -> str | None:
    """The language a cue is in when it shares the track's script but not its language, else ``None``.

    Asked only of cues of five words and more, not all the same, that hold none of the track's most
    frequent words, and believed only when certain: names and jargon look foreign.
    English that is spelled as such needs no identifier, which takes half a second to load.
    ``keys`` are those of its words.
    """
    language = primary(document.language.tag)
    if len(keys) < _LEAST_WORDS or len(set(keys)) == 1 or (language == "en" and any(map(names_nothing, keys))):
        return None
    keys = [key for key in keys if script_of(key) is not None]
    if len(keys) < _LEAST_WORDS or not common_words(document).isdisjoint(keys):
        return None
    if language == "en" and is_spelled_as(cue.text, language):
        return None
    found, certainty = classify(cue.text)
    return found if found != language and certainty >= _CERTAIN else None


def fragments(document: Document) -> list[Fragment]:
    """All foreign fragments of a document that are noise, in order; whole foreign cues are left out.

    A source track clears what its speaker said as a term, and makes sure of what he did not say.
    """
    own = scripts_of(document.language.tag)
    if own is None:
        return []
    if "Latin" in own:
        return [f for f in _other_scripts(document, own) if not is_foreign_cue(f.cue, own)]
    source = believed_source(document)
    spoken = track(source) if source is not None and scripts_of(source.language.tag) == frozenset({"Latin"}) else None
    found: list[Fragment] = []
    for cue in document.cues:
        runs = foreign_runs(cue.text, own)
        if not runs or is_foreign_cue(cue, own):
            continue
        for run in runs:
            why = _judge(document, cue, run)
            if why is None:
                continue
            fragment = Fragment(cue, run[0].start, run[-1].end, why)
            said = "unknown"
            if spoken is not None and script_of(run[0].text) == "Latin":
                said = status(cue.text[fragment.start : fragment.end], spoken.between(cue.start_ms, cue.end_ms, 1))
            looped = len({word.key for word in run}) < len(run)
            if said != "term" or looped:
                found.append(replace(fragment, absent=said == "absent"))
    return found


def share_of_foreign_cues(document: Document, own: frozenset[str]) -> float:
    """The share of cues (0-1) with words of another script, symbols and quotations aside; high in language courses."""
    if not document.cues:
        return 0.0
    return len({fragment.cue.index for fragment in _other_scripts(document, own)}) / len(document.cues)


def unjudged(document: Document, bilingual_share: float) -> str | None:
    """Why foreign words of a document cannot be told from its own, ``None`` when they can.

    ``bilingual_share`` is the share of cues (0-1) with words of another script from
    which on a track of Latin letters is taken as bilingual.
    """
    own = scripts_of(document.language.tag)
    if own is None:
        return "the language of the file is not known, or its script is not"
    if "Latin" in own and share_of_foreign_cues(document, own) > bilingual_share:
        return "most cues hold words of another script: the file seems to be bilingual"
    return None
