"""The letters of a cue follow each other as in no other cue of the transcript.

## Why
Damaged encodings, broken tokenizers and models gone astray emit letters that
spell nothing. No dictionary is needed to see it: every language allows some
pairs of neighbouring letters and avoids others, and the transcript's own cues
show which.

## Fails
    00:00.000 --> 00:02.000
    The spokes on the left pull the rim to the left.

    00:02.000 --> 00:04.000
    The spokes on the right pull it back again.

    00:04.000 --> 00:06.000
    When one is loose, the rim moves to the other side.

    00:06.000 --> 00:08.000
    So we turn it by a quarter and look again.

    00:08.000 --> 00:10.000
    Never turn it by more than half.

    00:10.000 --> 00:12.000
    The hub is the middle of the wheel.

    00:12.000 --> 00:14.000
    A stand holds the wheel while we turn it.

    00:14.000 --> 00:16.000
    If it sounds the same, the wheel is even.

    00:16.000 --> 00:18.000
    Now take the other wheel and do the same.

    00:18.000 --> 00:20.000
    Then we put the tire back on the rim.

    00:20.000 --> 00:22.000
    Qzx vkwj pqfg xxrt hzbv kqj wvxz tfgp mmqj

    00:22.000 --> 00:24.000
    The spokes on the right pull it back again.

    00:24.000 --> 00:26.000
    When one is loose, the rim moves to the other side.

    00:26.000 --> 00:28.000
    So we turn it by a quarter and look again.

    00:28.000 --> 00:30.000
    Never turn it by more than half.

    00:30.000 --> 00:32.000
    The hub is the middle of the wheel.

    00:32.000 --> 00:34.000
    A stand holds the wheel while we turn it.

    00:34.000 --> 00:36.000
    If it sounds the same, the wheel is even.

    00:36.000 --> 00:38.000
    Now take the other wheel and do the same.

    00:38.000 --> 00:40.000
    Then we put the tire back on the rim.

## Passes
    00:00.000 --> 00:02.000
    The spokes on the left pull the rim to the left.

    00:02.000 --> 00:04.000
    The spokes on the right pull it back again.

    00:04.000 --> 00:06.000
    When one is loose, the rim moves to the other side.

    00:06.000 --> 00:08.000
    So we turn it by a quarter and look again.

    00:08.000 --> 00:10.000
    Never turn it by more than half.

    00:10.000 --> 00:12.000
    The hub is the middle of the wheel.

    00:12.000 --> 00:14.000
    A stand holds the wheel while we turn it.

    00:14.000 --> 00:16.000
    If it sounds the same, the wheel is even.

    00:16.000 --> 00:18.000
    Now take the other wheel and do the same.

    00:18.000 --> 00:20.000
    Then we put the tire back on the rim.

    00:20.000 --> 00:22.000
    Turn it back by a quarter when it is too tight.

    00:22.000 --> 00:24.000
    The spokes on the right pull it back again.

    00:24.000 --> 00:26.000
    When one is loose, the rim moves to the other side.

    00:26.000 --> 00:28.000
    So we turn it by a quarter and look again.

    00:28.000 --> 00:30.000
    Never turn it by more than half.

    00:30.000 --> 00:32.000
    The hub is the middle of the wheel.

    00:32.000 --> 00:34.000
    A stand holds the wheel while we turn it.

    00:34.000 --> 00:36.000
    If it sounds the same, the wheel is even.

    00:36.000 --> 00:38.000
    Now take the other wheel and do the same.

    00:38.000 --> 00:40.000
    Then we put the tire back on the rim.

## Limits
Distance below the median in median deviations, over at least 20 letters: an error
from 10 on, a warning from 8 on; in scripts that write syllables 8 and 6.5 over at
least 8. Measured on machine-made lectures: of 5,938 English cues 1 is an error
and 8 a warning, of 11,487 Korean and Japanese cues 1 and 3; of English cues turned
into random letters more than 99 % are errors, of Korean and Japanese ones about a
third are found. Transcripts of fewer than 20 cues are not verified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.letters import LEAST_CUES, letters_of, surprises
from auditor.facts.spans import text_span
from auditor.facts.words import script_counts
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """Distances below the median, in median deviations, and how long a cue must be.

    ``error`` and ``warning`` hold for scripts of letters; scripts that write
    syllables have more pairs, so their distances are ``syllabic`` times as long.
    ``letters`` is the least number of letters of a cue that is judged.
    """

    error: float = 10.0
    warning: float = 8.0
    syllabic: float = 0.8
    letters: int = 20


# A rare name among words that the transcript uses elsewhere is no salad.
_KNOWN_SHARE = 0.25

_SYLLABIC = frozenset({"Hangul", "Kana", "Han"})


def lacks(document: Document, options: Options) -> str | None:
    """Why the rule cannot judge this file, if so."""
    if len(document.cues) < LEAST_CUES:
        return f"fewer than {LEAST_CUES} cues do not show which letters usually follow each other"
    return None


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose letter pairs the rest of the transcript hardly knows."""
    texts = [letters_of(cue.text) for cue in document.cues]
    in_cues = Counter(word for text in texts for word in set(text.split()))
    for cue, letters, surprise in zip(document.cues, texts, surprises(texts), strict=True):
        if surprise < options.warning * options.syllabic:
            continue
        syllabic = not _SYLLABIC.isdisjoint(script_counts(letters))
        factor, least = (options.syllabic, 0.4 * options.letters) if syllabic else (1.0, options.letters)
        if surprise < options.warning * factor or len(letters) - letters.count(" ") < least:
            continue
        known = [word for word in letters.split() if in_cues[word] > 1]
        if len(known) > _KNOWN_SHARE * len(letters.split()):
            continue
        yield Hit(
            span=text_span(cue),
            cue=cue.index,
            text=cue.text,
            message="its letters follow each other as in no other cue of this transcript",
            measured=round(surprise, 1),
            limit=options.warning * factor,
            unit="median deviations below the median",
            severity=Severity.ERROR if surprise >= options.error * factor else Severity.WARNING,
        )


RULE = Rule(
    code="TXT609",
    name="letter-salad",
    family=Family.TEXT,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
