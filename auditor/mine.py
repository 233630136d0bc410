"""Mine a corpus for phrases that recur where they should not: phantoms, stray fragments, words that stand alone.

One transcript tells little: a phrase may be said. Many unrelated ones tell more: what
comes back in silence, at impossible speed or behind finished sentences, and hardly
ever in the flow of speech, was put there by a machine. Two passes: the first finds
what recurs in enough unrelated recordings, the second weighs each occurrence.
A phrase is compared with its own use and with the rest of the corpus, so that what
is usual there is no candidate.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from pathlib import PurePosixPath

from msgspec import Struct, field

from auditor.facts.foreign import fragments, is_foreign_cue
from auditor.facts.korean import eojeols, is_korean, is_noun, morphemes
from auditor.facts.phantoms import finders, plain
from auditor.facts.repetition import foreign_runs
from auditor.facts.sounds import spoken
from auditor.facts.timeline import timeline
from auditor.facts.words import Word, primary, script_counts, script_of, scripts_of
from auditor.model import Cue, Document, Language, Source
from auditor.parse import parse
from auditor.parse.language import normalise
from auditor.storage import read_many, shown


class Kind(StrEnum):
    """What a candidate looks like: a whole cue nobody said, stray words of another script, a noun left alone."""

    PHANTOM = "phantom"
    FRAGMENT = "fragment"
    MISTRANSLATION = "mistranslation?"


class Settings(Struct, frozen=True):
    """What makes a candidate.

    ``files``: in how many unrelated recordings it must stand out of place; ``score``:
    the least score (0-100); ``examples``: how many places are kept of each.
    """

    files: int = 3
    score: float = 5.0
    examples: int = 3


DEFAULT = Settings()


class Example(Struct, frozen=True):
    """A place where the phrase stands out of place: file, cue (1-based), line of its text, and that text."""

    path: str
    cue: int
    line: int
    text: str


class Evidence(Struct, frozen=True):
    """How often a phrase occurs, and how often each kind of doubt applies to it.

    ``occurrences`` counts it wherever it stands, ``out_of_place`` where it should not:
    a phantom in silence, at an odd speed, in copies or as a cue in another script; a fragment where it is
    noise; a noun where it stands alone. ``whole``: as a whole cue. ``behind_sentence``: at a cue's end behind a
    finished sentence. ``in_silence``: apart from all speech, with 5 s and more on one side, or doubted by the
    recogniser. ``odd_speed``: over 40 letters a second (a syllable or ideograph is two), or held for 10 s and
    more. ``copies``: three times and more in a row. ``other_script``: written in another script than the track.
    ``native``: in tracks of the corpus that are written in its own script (fragments only).
    """

    occurrences: int = 0
    out_of_place: int = 0
    whole: int = 0
    behind_sentence: int = 0
    in_silence: int = 0
    odd_speed: int = 0
    copies: int = 0
    other_script: int = 0
    native: int = 0

    @property
    def share(self) -> float:
        """The share of occurrences (0-1) that are out of place."""
        return self.out_of_place / self.occurrences if self.occurrences else 0.0


class Candidate(Struct, frozen=True):
    """A phrase that recurs where it should not, in tracks of ``languages`` (subtags; none where unknown).

    ``files``: the unrelated recordings where it stands out of place. ``usual``: the share
    of out-of-place cues or words among all others of its kind in the same script. ``known``:
    PHR501 knows the phrase without being told. ``score``, 0-100: see :func:`score`.
    """

    text: str
    languages: tuple[str, ...]
    kind: Kind
    files: int
    evidence: Evidence
    usual: float
    score: float
    known: bool
    examples: tuple[Example, ...]


class Mined(Struct, frozen=True):
    """The candidates, best first, and what they were mined from; ``unread`` says which files could not be opened."""

    candidates: tuple[Candidate, ...]
    files: int
    cues: int
    unread: tuple[str, ...] = ()


_Z = 1.645  # one-sided, 95 %


def score(out_of_place: int, occurrences: int, usual: float) -> float:
    """How sure it is that a phrase is out of place more often than is usual, from 0 to 100.

    ``W`` is the lower end of Wilson's score interval (one-sided, 95 %) of the share
    of its occurrences that are out of place: few occurrences prove little. The score is
    ``100 * (W - usual) / (1 - usual)``, and 0 where ``W`` is below ``usual``.
    """
    if not occurrences or usual >= 1:
        return 0.0
    share, square = out_of_place / occurrences, _Z * _Z
    spread = _Z * math.sqrt(share * (1 - share) / occurrences + square / (4 * occurrences * occurrences))
    lower = (share + square / (2 * occurrences) - spread) / (1 + square / occurrences)
    return max(0.0, 100 * (lower - usual) / (1 - usual))


_LONGEST_WORDS = 8
_LONGEST_LETTERS = 24
_LONGEST_TEXT = 160  # a longer cue cannot be that short, or is no speech
# The first pass keeps this many phrases that have not recurred often enough yet.
MOST_PENDING = 500_000

_HOLE_MS = 5_000
_LATE_OPENING_MS = 20_000  # a title sequence and its music take less
_LEAST_COPIED_CUES = 5
_APART_MS = 1_000
_HELD_MS = 10_000
_LETTERS_PER_SECOND = 40
_NO_SPEECH = 0.6  # Whisper's own no_speech_threshold
_IN_A_ROW = 3
_BILINGUAL_SHARE = 0.1

# Phrases are counted by script and not by language: recognisers write the same ones in tracks of any language,
# and the language of a track of one cue is anybody's guess.
_Key = tuple[str, Kind, str]
_DENSE = frozenset({"Han", "Thai"})


def recording(path: str) -> str:
    """What transcripts of the same recording share: the path without the parts that name languages.

    ``talks/12/ko_KR.srt``, ``talks/12/en_US.srt``; ``ko/12.vtt``, ``en/12.vtt``; ``12.ko.vtt``, ``12.en.vtt``.
    """
    pure = PurePosixPath(path)
    stem = re.sub(r"[._-]([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)$", lambda m: "" if normalise(m[1]) else m[0], pure.stem)
    return "/".join(part for part in (*pure.parent.parts, stem) if normalise(part) is None)


class Transcripts:
    """The transcripts under paths, read again at each iteration; ``unread`` tells which could not be opened."""

    def __init__(self, paths: Sequence[str], language: Language | None = None) -> None:
        self._paths = paths
        self._language = language
        self.unread: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._paths)

    def __iter__(self) -> Iterator[Document]:
        for path, (data,) in zip(self._paths, read_many((path,) for path in self._paths), strict=True):
            if isinstance(data, OSError):
                self.unread[path] = f"{path}: cannot be read: {data.strerror}"
            else:
                yield parse(Source(shown(path), data), self._language)


def _writing(text: str) -> str:
    """The script most of a text is written in; the scripts of Chinese and Japanese are one."""
    counts = Counter(script_counts(text))
    counts["Han"] += counts.pop("Kana", 0)
    script, letters = counts.most_common(1)[0]
    return script if letters else ""


_ASCII_WORD = re.compile(r"[a-z0-9]+")


def _key(text: str, writing: str) -> str:
    # What plain() gives for ASCII, ten times as fast.
    key = " ".join(_ASCII_WORD.findall(text.lower())) if text.isascii() else plain(text)[0]
    return key.replace(" ", "") if writing in _DENSE else key


def _size(key: str, writing: str) -> int:
    return len(key) if writing in _DENSE else len(key.split())


class _Track(Struct):
    """A document as both passes see it."""

    document: Document
    language: str
    own: frozenset[str] | None
    recording: int
    cues: list[Cue]
    foreign: frozenset[int]  # cues in another script
    bilingual: bool
    _keys: dict[int, str] = field(default_factory=dict)

    def key(self, cue: Cue) -> str:
        """The cue's words as phrases are compared."""
        known = self._keys.get(cue.index)
        if known is None:
            text = spoken(cue.text)
            known = self._keys[cue.index] = _key(text, _writing(text))
        return known


def _track(document: Document) -> _Track:
    language = primary(document.language.tag)
    own = scripts_of(document.language.tag)
    cues = [cue for cue in timeline(document) if spoken(cue.text)]
    foreign = frozenset(cue.index for cue in cues if own is not None and is_foreign_cue(cue, own))
    return _Track(
        document=document,
        language=language,
        own=own,
        recording=hash(recording(document.path)),
        cues=cues,
        foreign=foreign,
        bilingual=len(foreign) > _BILINGUAL_SHARE * len(cues),
    )


def _tracks(documents: Iterable[Document]) -> Iterator[_Track]:
    """The tracks with cues, each once: copies of a file prove nothing. Tracks of a few cues may well be alike."""
    seen: set[int] = set()
    for document in documents:
        if len(document.cues) >= _LEAST_COPIED_CUES:
            text = hash(tuple(cue.text for cue in document.cues))
            if text in seen:
                continue
            seen.add(text)
        if document.cues:
            yield _track(document)


def _phrase(track: _Track, cue: Cue) -> str | None:
    """The cue as a phrase, when it is short and no single foreign term."""
    if len(cue.text) > _LONGEST_TEXT:
        return None
    key = track.key(cue)
    writing = _writing(key)
    if _size(key, writing) > (_LONGEST_LETTERS if writing in _DENSE else _LONGEST_WORDS) or not writing:
        return None
    if track.own is not None and not any(script in track.own for script in script_counts(cue.text)):
        return key if not track.bilingual and cue.index in track.foreign else None
    return key


def _unit(keys: Sequence[str]) -> str:
    """The words of a run, of a loop only its unit: "get it" of "get it get it get"."""
    for period in range(1, len(keys)):
        if all(key == keys[at % period] for at, key in enumerate(keys)):
            return " ".join(keys[:period])
    return " ".join(keys)


def _foreign(track: _Track) -> Iterator[tuple[Cue, Sequence[Word], str]]:
    """The foreign runs of a track that could be fragments, each with its key."""
    if track.own is None or track.bilingual:
        return
    for cue in track.cues:
        if cue.index in track.foreign:
            continue
        for run in foreign_runs(cue.text, track.own):
            key = _unit([word.key for word in run])
            if len(key) > 1 and len(key.split()) <= _LONGEST_WORDS:
                yield cue, run, key


def _seen(track: _Track) -> Iterator[_Key]:
    """What the first pass counts in a track."""
    for cue in track.cues:
        key = _phrase(track, cue)
        if key is not None:
            yield _writing(key), Kind.PHANTOM, key
    for _, _, key in _foreign(track):
        yield track.language, Kind.FRAGMENT, key
    if is_korean(track.document):
        for cue in track.cues:
            last = eojeols(cue.text)[-1:]
            if last and script_of(last[0].text) == "Hangul":
                yield track.language, Kind.MISTRANSLATION, last[0].text


class _Survey(Struct):
    """Which keys occur in enough recordings. Keys that do not yet are forgotten, oldest first, when too many."""

    files: int
    most: int
    recurring: set[_Key] = field(default_factory=set)
    _pending: dict[_Key, frozenset[int]] = field(default_factory=dict)

    def add(self, key: _Key, recording: int) -> None:
        if key in self.recurring:
            return
        recordings = self._pending.get(key, frozenset()) | {recording}
        if len(recordings) >= self.files:
            self.recurring.add(key)
            self._pending.pop(key, None)
            return
        self._pending[key] = recordings
        if len(self._pending) > self.most:
            rare = [key for key, recordings in self._pending.items() if len(recordings) == 1]
            for old in (rare or list(self._pending))[: self.most // 2]:
                del self._pending[old]


class _Count(Struct):
    """What the second pass learns of one key."""

    shown: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    recordings: set[int] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)

    def misplaced(self, track: _Track, cue: Cue, most: int) -> None:
        self.counts["out_of_place"] += 1
        if track.recording not in self.recordings and len(self.examples) < most:
            self.examples.append(Example(track.document.path, cue.index, cue.text_line, " ".join(cue.text.split())))
        self.recordings.add(track.recording)
        if track.language:
            self.languages.add(track.language)


_MARKS = " .,!?…。、！？｡､"
_MARK = re.compile(r"[.!?…。！？｡][\"'”’」』)]*\s*$")
_LAST_SENTENCE = re.compile(r"^.*\w.*?[.!?…。！？｡]+[\"'”’」』)]*\s*(?=\w)", re.DOTALL)


def _as_shown(text: str) -> str:
    """A phrase as a person would write it down; an asterisk would be a wildcard to PHR501."""
    return " ".join(text.replace("*", " ").split()).strip(_MARKS)


def _odd_speed(cue: Cue, key: str) -> bool:
    letters = sum(2 if ord(character) >= 0x1100 else 1 for character in key if character != " ")
    duration = cue.end_ms - cue.start_ms
    return duration >= _HELD_MS or letters * 1000 > _LETTERS_PER_SECOND * duration


def _in_silence(track: _Track) -> set[int]:
    """The cues that stand apart from all speech, and the only cue of a track.

    A greeting behind the titles is speech: what opens a track counts only when it comes late.
    """
    if len(track.cues) == 1:
        return {track.cues[0].index}
    found: set[int] = set()
    reached = 0
    for at, cue in enumerate(track.cues):
        before = cue.start_ms - reached if at or cue.start_ms >= _LATE_OPENING_MS else 0
        reached = max(reached, cue.end_ms)
        after = track.cues[at + 1].start_ms - reached if at + 1 < len(track.cues) else _APART_MS
        recognition = cue.recognition
        doubted = recognition is not None and (recognition.no_speech_probability or 0) >= _NO_SPEECH
        if doubted or (min(before, after) >= _APART_MS and max(before, after) >= _HOLE_MS):
            found.add(cue.index)
    return found


def _copies(track: _Track) -> set[int]:
    found: set[int] = set()
    for _, cues in groupby(track.cues, key=lambda cue: track.key(cue)):
        row = [cue.index for cue in cues]
        if len(row) >= _IN_A_ROW:
            found.update(row)
    return found


def _pieces(key: str, writing: str, sizes: frozenset[int]) -> Iterator[str]:
    """All stretches of a text as long as some phrase is: of words, in scripts without spaces of letters."""
    if writing in _DENSE:
        for size in sizes:
            yield from (key[at : at + size] for at in range(len(key) - size + 1))
    else:
        parts = key.split()
        for size in sizes:
            yield from (" ".join(parts[at : at + size]) for at in range(len(parts) - size + 1))


class _Weighing:
    """The second pass: how often each recurring key occurs, and how often out of place."""

    def __init__(self, recurring: set[_Key], settings: Settings) -> None:
        self._settings = settings
        self.counts: dict[_Key, _Count] = {key: _Count() for key in recurring}
        # Per script: all short cues of the corpus, and those out of place.
        self.short: Counter[str] = Counter()
        self.short_misplaced: Counter[str] = Counter()
        sizes: defaultdict[str, set[int]] = defaultdict(set)
        for writing, kind, key in recurring:
            if kind is Kind.PHANTOM:
                sizes[writing].add(_size(key, writing))
        self._sizes = {writing: frozenset(found) for writing, found in sizes.items()}
        self._fragments: defaultdict[str, list[_Key]] = defaultdict(list)
        for entry in recurring:
            if entry[1] is Kind.FRAGMENT:
                self._fragments[entry[2]].append(entry)
        self._fragment_sizes = frozenset(len(key.split()) for key in self._fragments)

    def add(self, track: _Track) -> None:
        self._phrases(track)
        self._noise(track)
        self._native(track)
        if is_korean(track.document):
            self._nouns(track)

    def _phrases(self, track: _Track) -> None:
        silent, copied = _in_silence(track), _copies(track)
        for cue in track.cues:
            writing = _writing(track.key(cue))
            for piece in _pieces(track.key(cue), writing, self._sizes.get(writing, frozenset())):
                entry = self.counts.get((writing, Kind.PHANTOM, piece))
                if entry is not None:
                    entry.counts["occurrences"] += 1
            text = spoken(cue.text)
            ahead = _LAST_SENTENCE.match(text)
            last = _key(text[ahead.end() :], writing) if ahead else ""
            behind = self.counts.get((writing, Kind.PHANTOM, last))
            if behind is not None:
                behind.counts["behind_sentence"] += 1
            phrase = _phrase(track, cue)
            if phrase is None:
                continue
            doubts = {
                "in_silence": cue.index in silent,
                "odd_speed": _odd_speed(cue, phrase),
                "copies": cue.index in copied,
                "other_script": cue.index in track.foreign,
            }
            self.short[writing] += 1
            self.short_misplaced[writing] += any(doubts.values())
            entry = self.counts.get((writing, Kind.PHANTOM, phrase))
            if entry is None:
                continue
            entry.shown = entry.shown or _as_shown(text)
            entry.counts["whole"] += 1
            entry.counts.update({name: 1 for name, holds in doubts.items() if holds})
            if any(doubts.values()):
                entry.misplaced(track, cue, self._settings.examples)

    def _noise(self, track: _Track) -> None:
        noise = {(fragment.cue.index, fragment.start) for fragment in fragments(track.document)}
        for cue, run, key in _foreign(track):
            entry = self.counts.get((track.language, Kind.FRAGMENT, key))
            if entry is None:
                continue
            entry.shown = entry.shown or " ".join(word.text for word in run[: len(key.split())])
            whole = _key(cue.text, "") == _key(cue.text[run[0].start : run[-1].end], "")
            tail = not whole and run[-1].end == len(cue.text.rstrip(_MARKS)) and _finished(cue.text[: run[0].start])
            entry.counts.update(["occurrences", "other_script"])
            entry.counts["whole"] += whole
            entry.counts["behind_sentence"] += tail
            if (cue.index, run[0].start) in noise:
                entry.misplaced(track, cue, self._settings.examples)

    def _native(self, track: _Track) -> None:
        """Count fragments of other tracks where they are at home."""
        if track.own is None or not self._fragments:
            return
        for cue in track.cues:
            for piece in _pieces(track.key(cue), "", self._fragment_sizes):
                for entry in self._fragments.get(piece, ()):
                    if entry[0] != track.language and script_of(piece) in track.own:
                        self.counts[entry].counts["native"] += 1

    def _nouns(self, track: _Track) -> None:
        for at, cue in enumerate(track.cues):
            found = eojeols(cue.text)
            for text, same in groupby(enumerate(found), key=lambda pair: pair[1].text):
                row = [place for place, _ in same]
                entry = self.counts.get((track.language, Kind.MISTRANSLATION, text))
                if entry is None:
                    continue
                entry.shown = text
                entry.counts["occurrences"] += 1
                if row[-1] + 1 < len(found):
                    continue
                whole = row[0] == 0
                before = track.cues[at - 1].text if whole and at else cue.text[: found[row[0]].start]
                if _finished(before):
                    entry.counts["whole" if whole else "behind_sentence"] += 1
                    entry.misplaced(track, cue, self._settings.examples)


def _finished(text: str) -> bool:
    """Whether a sentence is over where a text ends: by its mark, in Korean by the final ending of its predicate."""
    if not text.strip() or _MARK.search(text):
        return True
    last = eojeols(text)[-1:]
    if not last or script_of(last[0].text[-1]) != "Hangul":
        return False
    return morphemes(last[0].text)[-1].tag == "EF"


def _known(text: str) -> bool:
    artefacts, suspects = finders()
    return bool(artefacts.inside(text) or suspects.only(text))


def _candidates(weighing: _Weighing, settings: Settings) -> Iterator[Candidate]:
    nouns, nouns_misplaced = 0, 0
    for (_, kind, _), count in weighing.counts.items():
        if kind is Kind.MISTRANSLATION:
            nouns += count.counts["occurrences"]
            nouns_misplaced += count.counts["out_of_place"]
    for (group, kind, _), count in weighing.counts.items():
        if len(count.recordings) < settings.files:
            continue
        evidence = Evidence(**count.counts)
        # Noise is judged by what foreign words can mean; how much of it a corpus holds excuses none.
        misplaced, of = 0, 0
        if kind is Kind.PHANTOM:
            misplaced = weighing.short_misplaced[group] - evidence.out_of_place
            of = weighing.short[group] - evidence.whole
        elif kind is Kind.MISTRANSLATION:
            misplaced, of = nouns_misplaced - evidence.out_of_place, nouns - evidence.occurrences
        usual = misplaced / of if of else 0.0
        points = score(evidence.out_of_place, evidence.occurrences, usual)
        if points >= settings.score:
            yield Candidate(
                text=count.shown,
                languages=tuple(sorted(count.languages)),
                kind=kind,
                files=len(count.recordings),
                evidence=evidence,
                usual=usual,
                score=round(points, 1),
                known=kind is Kind.PHANTOM and _known(count.shown),
                examples=tuple(count.examples),
            )


def mine(
    documents: Iterable[Document],
    settings: Settings = DEFAULT,
    progress: Callable[[], None] | None = None,
    most_pending: int = MOST_PENDING,
) -> Mined:
    """The candidates of a corpus, best first.

    ``documents`` is iterated twice, one document at a time (:class:`Transcripts` reads
    files again); memory grows with the phrases that recur, not with the corpus.
    ``most_pending`` bounds those that may yet recur: beyond it the oldest rare ones are
    forgotten. ``progress`` is called after each document of each pass.

    Raises ``ValueError`` for an iterator, which could be read only once.
    """
    if iter(documents) is documents:
        raise ValueError("mine() reads the documents twice: give a sequence or Transcripts, not an iterator")

    def told() -> Iterator[Document]:
        for document in documents:
            yield document
            if progress is not None:
                progress()

    survey = _Survey(settings.files, most_pending)
    files = cues = 0
    for track in _tracks(told()):
        files += 1
        cues += len(track.document.cues)
        for key in _seen(track):
            survey.add(key, track.recording)
    weighing = _Weighing({entry for entry in survey.recurring if _worth_weighing(entry)}, settings)
    for track in _tracks(told()):
        weighing.add(track)
    found = sorted(_candidates(weighing, settings), key=lambda c: (-c.score, -c.files, c.languages, c.text))
    unread = tuple(documents.unread.values()) if isinstance(documents, Transcripts) else ()
    return Mined(tuple(found), files, cues, unread)


def _worth_weighing(entry: _Key) -> bool:
    """Whether a recurring key can be a candidate; of Korean words only nouns, which are no utterances."""
    return entry[1] is not Kind.MISTRANSLATION or is_noun(entry[2])
