"""The same or nearly the same text comes in consecutive cues, or all over the track at lengths no speaker gives it.

## Why
A recogniser stuck on music or silence emits one copy of its last sentence per
cue, often in a fixed rhythm. No single cue looks wrong, so no test on single
cues finds it; the speech of the whole stretch is lost.

Two equal cues are a warning when the text is long enough to be no answer or
interjection ("Yes." "Yes."). Songs (♪) may have refrains. Roll-up captions,
which repeat the line above by design, are compared by their new lines only.

A long sentence that keeps coming back all over the track is no fault by itself:
refrains, quiz questions, chapter openings and a lecturer's "on the next slide" are
said word for word, too. But then they take about the same time each. What a
recogniser puts over silence, noise or speech it lost lasts as long as the hole it
fills: the same words in one second here and in seven there.

## Fix
Listen to the whole stretch. Transcribe it again with `condition_on_previous_text` off
and voice activity detection on, so that silence and music are left out. Where nobody
speaks, delete the copies; where the speaker or a song repeats the text, reject the
finding.

## Fails
    00:01.000 --> 00:04.000
    The wheel is not true yet.

    00:04.000 --> 00:07.000
    The wheel is not true yet.

    00:07.000 --> 00:10.000
    The wheel is not true yet.

## Fails
    00:01.000 --> 00:02.400
    The clay is sent to us from the river bank.

    00:02.400 --> 00:05.000
    Cut off as much as both of your hands can hold.

    00:05.000 --> 00:12.500
    The clay is sent to us from the river bank.

    00:12.500 --> 00:15.500
    Then knead it until it no longer cracks.

    00:15.500 --> 00:19.000
    The clay is sent to us from the river bank.

## Passes
    00:01.000 --> 00:02.000
    Yes.

    00:02.000 --> 00:03.500
    Yes.

    00:03.500 --> 00:06.000
    Let us true the wheel now.

## Passes: lecture.ko.vtt
    00:01.000 --> 00:03.100
    그럼 다음 그릇으로 넘어가 보겠습니다.

    00:03.500 --> 00:06.000
    이건 유약이 조금 두껍게 발렸네요.

    00:06.000 --> 00:08.300
    그럼 다음 그릇으로 넘어가 보겠습니다.

    00:08.800 --> 00:12.000
    이번에는 색이 아주 곱게 나왔어요.

    00:12.000 --> 00:14.200
    그럼 다음 그릇으로 넘어가 보겠습니다.

## Limits
Consecutive copies: 2 of a text of 24 letters and more (warning), 3 of 12 letters
and more (error); of shorter texts 3 (warning) and 4 (error), or 3 in a fixed
rhythm (error). A syllable or ideograph counts as two letters.
Cycles of up to four cues that come three times are an error too. Texts count as
nearly the same from 90 % equal characters on, when nothing stands for anything else.
Copies elsewhere in the track: 3 (warning) or 4 (error) of a text of 18 letters and
more, word for word, of which no more than half take about the same time, that is
within a second or half as long again. Phantoms of one length are not found so, nor
are refrains and fixed phrases flagged for it; a sentence that is said three times
and held on screen for very different pauses is. In 426 real files, 3 of 64 texts of
7 to 17 letters that come three times apart are so uneven (two of them damage), and
2 of 41 longer ones, both damage.
Copies that the source track repeats as often in this time, or that a second recogniser
wrote too, are an info; copies that it has not are certain.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import compress, pairwise

from msgspec import Struct

from auditor.facts.loops import Loop, loops
from auditor.facts.source_repetition import weighed_repetition
from auditor.facts.spans import text_span
from auditor.facts.texts import Memo, texts
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``long_characters``: letters that make a sentence; ``similarity``: 0-1, from where two texts are nearly equal.

    Two neighbours of twice ``long_characters`` are reported. ``scattered_characters`` are the letters from which
    copies apart from each other count: shorter greetings and asides come back in any talk, at any pace.
    """

    long_characters: int = 12
    similarity: float = 0.9
    scattered_characters: int = 18


# A share of cues that repeat the line above: the track rolls up by design.
_ROLL_UP_SHARE = 0.3
_LONGEST_CYCLE = 4
_LEAST_NEAR = 16  # letters of texts that may be nearly equal
_NEAR_SHARE = 0.2  # of its letters one may be longer
_FREQUENT = "etaoinsrhl"
_ROUNDING = 1e-6
_SHARED_BY_CHANCE = 2  # letters: one and two have an o
# Of two unlike lengths either may be the speaker's; of three that are all unlike, two at least are nobody's.
_SCATTERED_COPIES = 3
_SAME_LENGTH = 1.5
_SAME_LENGTH_MS = 1_000  # what times on whole seconds and a breath at the end add


def _key_of(token: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", token).casefold()))


# A space joins no character to the one behind it, so the key of a text is made of those of its tokens.
_KEYS = Memo(_key_of)


def _key(text: str) -> str:
    return "".join(map(_KEYS.__getitem__, text.split()))


def _weight(key: str) -> int:
    """Length of a text in letters; an ideograph or syllable is worth two."""
    return sum(2 if ord(character) >= 0x1100 else 1 for character in key)


def _rolls_up(cues: Sequence[Cue]) -> bool:
    repeats = 0
    for ahead, cue in pairwise(cues):
        if "\n" not in cue.text and "\n" not in ahead.text:
            continue
        lines = [line.strip() for line in cue.text.split("\n") if line.strip()]
        above = [line.strip() for line in ahead.text.split("\n") if line.strip()]
        if above and lines and (len(lines) > 1 or len(above) > 1) and lines[0] == above[-1]:
            repeats += 1
    return repeats > _ROLL_UP_SHARE * len(cues)


def _fresh(lines: list[str], above: list[str]) -> str:
    """What a roll-up cue adds: a track scrolls by one line, and a line alone that stands above already adds nothing."""
    if lines and above and lines[0] == above[-1]:
        return "".join(lines[1:])
    return "".join(lines)


def _keys(document: Document) -> list[tuple[Cue, str]]:
    """The cues that say something, with what makes two equal; of roll-up captions the new lines only."""
    known = texts(document)
    if not _rolls_up(document.cues):
        plain = unicodedata.is_normalized("NFKC", known.joined)
        keys = known.letters if plain else map(_key, known.shown)
        return [(cue, key) for cue, said, key in zip(document.cues, known.spoken, keys, strict=True) if said and key]
    said = list(compress(document.cues, known.spoken))
    keyed: list[tuple[Cue, str]] = []
    above: list[str] = []
    for cue in said:
        lines = [key for line in cue.text.split("\n") if (key := _key(line))]
        if fresh := _fresh(lines, above):
            keyed.append((cue, fresh))
        above = lines or above
    return keyed


def _same_letters(ahead: str, key: str, similarity: float) -> bool:
    """Whether two texts are of so much the same letters that their ratio can reach ``similarity``, in any order.

    As :meth:`difflib.SequenceMatcher.quick_ratio` says, but over as soon as the letters differ too much.
    """
    total = len(ahead) + len(key)
    spare = total - similarity * total + _ROUNDING
    # Frequent letters first: what differs differs there, and soon by too much.
    in_ahead, in_key = ahead.count, key.count
    for letter in _FREQUENT:
        spare -= abs(in_ahead(letter) - in_key(letter))
        if spare < 0:
            return False
    differ = sum(abs(in_ahead(letter) - in_key(letter)) for letter in set(ahead + key))
    return (total - differ) / total >= similarity


def _exchanges(changes: Sequence[tuple[str, int, int, int, int]]) -> bool:
    """Whether something stands for something else, outright or around a letter or two that both have."""
    if any(tag == "replace" for tag, *_ in changes):
        return True
    return any(
        {ahead[0], after[0]} == {"insert", "delete"} and end - start <= _SHARED_BY_CHANCE
        for ahead, (_, start, end, *_), after in zip(changes, changes[1:], changes[2:], strict=False)
    )


def _nearly_equal(ahead: str, key: str, similarity: float) -> bool:
    """Whether one text is the other with a little left out or added.

    Sentences in which one word stands for another (left, right; first, second) are no copies:
    they count something or build a parallel, even if the words share a letter (two, six; 109, 110).
    """
    if not _same_letters(ahead, key, similarity):
        return False
    matcher = SequenceMatcher(None, ahead, key, autojunk=False)
    if matcher.ratio() < similarity:
        return False
    return not _exchanges(matcher.get_opcodes())


def _merge_near(keys: list[str], similarity: float) -> list[str]:
    """Give a text nearly equal to the one before it that one's key."""
    merged: list[str] = []
    ahead = ""
    for key in keys:
        size, other = len(key), len(ahead)
        # Most neighbours are too short, or of too different lengths.
        comparable = min(size, other) >= _LEAST_NEAR and abs(size - other) <= _NEAR_SHARE * size
        if not (comparable and key != ahead and _nearly_equal(ahead, key, similarity)):
            ahead = key
        merged.append(ahead)
    return merged


def _steady(cues: Sequence[Cue]) -> bool:
    """Whether the cues come in a fixed rhythm: equal lengths, one right after the other."""
    lengths = {round((cue.end_ms - cue.start_ms) / 50) for cue in cues}
    gaps = [abs(after.start_ms - ahead.end_ms) for ahead, after in pairwise(cues)]
    return len(lengths) == 1 and all(gap <= 50 for gap in gaps)


def _severity(cues: Sequence[Cue], loop: Loop, weight: int, options: Options) -> Severity | None:
    long = weight >= options.long_characters
    if loop.period > 1:
        return Severity.ERROR if loop.copies >= 3 and weight >= options.long_characters else None
    if loop.copies >= (3 if long else 4) or (loop.copies == 3 and _steady(cues)):
        return Severity.ERROR
    # Two equal sentences in a row are said for emphasis; two equal long ones hardly.
    return Severity.WARNING if loop.copies == 3 or weight >= 2 * options.long_characters else None


def _alike(lengths_ms: Sequence[int]) -> int:
    """How many of the lengths, at most, are about the same."""
    ordered = sorted(lengths_ms)
    most = first = 0
    for at, length in enumerate(ordered):
        while length > max(_SAME_LENGTH * ordered[first], ordered[first] + _SAME_LENGTH_MS):
            first += 1
        most = max(most, at - first + 1)
    return most


def _scattered(document: Document, keyed: Sequence[tuple[Cue, str]], options: Options) -> Iterator[Hit]:
    """Sentences that come back word for word all over the track, at lengths that nobody gives the same words."""
    counts = Counter(key for _, key in keyed)
    if max(counts.values(), default=0) < _SCATTERED_COPIES:  # as in most tracks
        return
    copies: dict[str, list[Cue]] = defaultdict(list)
    for cue, key in keyed:
        if counts[key] >= _SCATTERED_COPIES:
            copies[key].append(cue)
    for key, cues in copies.items():
        if _weight(key) < options.scattered_characters:
            continue
        lengths = [cue.end_ms - cue.start_ms for cue in cues]
        if 2 * _alike(lengths) > len(lengths):
            continue
        spread = f"{min(lengths) / 1000:.1f} to {max(lengths) / 1000:.1f} s"
        for cue in cues:
            hit = Hit(
                span=text_span(cue),
                cue=cue.index,
                text=cue.text,
                message=f"the text comes {len(cues)} times in this track, and lasts {spread}",
                measured=len(cues),
                limit=_SCATTERED_COPIES - 1,
                unit="copies in the track",
                severity=Severity.ERROR if len(cues) > _SCATTERED_COPIES else Severity.WARNING,
            )
            yield from weighed_repetition(document, [hit], [cue])


def _runs(document: Document, keyed: Sequence[tuple[Cue, str]], options: Options) -> Iterator[Hit]:
    """Copies that follow each other."""
    keys = _merge_near([key for _, key in keyed], options.similarity)
    for loop in loops(keys, longest=_LONGEST_CYCLE):
        cues = [cue for cue, _ in keyed[loop.start : loop.end]]
        weight = sum(_weight(key) for key in set(keys[loop.start : loop.end]))
        severity = _severity(cues, loop, weight, options)
        if severity is None:
            continue
        what = "the text" if loop.period == 1 else f"a cycle of {loop.period} cues"
        run = f"cues {cues[0].index} to {cues[-1].index}"
        hits = [
            Hit(
                span=text_span(cue),
                cue=cue.index,
                text=cue.text,
                message=f"{what} comes {loop.copies} times in a row ({run})",
                measured=loop.copies,
                limit=1 if weight >= options.long_characters else 2,
                unit="consecutive copies",
                severity=severity,
            )
            for cue in (cues if loop.copies > 2 else cues[loop.period :])
        ]
        yield from weighed_repetition(document, hits, cues)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue of a run of copies (of two, for the second), and for copies at uneven lengths."""
    keyed = _keys(document)
    in_runs: set[int | None] = set()
    for hit in _runs(document, keyed, options):
        in_runs.add(hit.cue)
        yield hit
    apart = [(cue, key) for cue, key in keyed if cue.index not in in_runs]
    yield from _scattered(document, apart, options)


RULE = Rule(
    code="REP303",
    name="repeated-cue",
    family=Family.REPETITION,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
