"""The letters of a cue follow each other as if they had been shuffled.

## Why
Damaged encodings, broken tokenizers and models gone astray emit letters that
spell nothing, and the speech of the cue is lost. No dictionary is needed to see
it: every language allows some neighbours of letters and avoids others. A guess
at each letter that knows the letters before it is compared with one that only knows
how frequent the letter is; in salad the second is the better one.

## Fix
Go back to the step before the damage, the original encoding or the recogniser's own
output, and take the text from there. If it was so from the beginning, listen and
transcribe the cue again. A name, a song or another language that was taken for salad is
rejected as a false alarm.

## Fails
    00:00.000 --> 00:02.000
    Qzx vkwj pqfg xxrt hzbv kqj wvxz tfgp mmqj

    00:02.000 --> 00:04.000
    Teh ekhsa rlcsoe ot dna ytsaehe pnsoh retw.

## Fails: lecture.ko.vtt
    00:00.000 --> 00:02.000
    을약유 게르바 날골 요여붙서 이손잡

## Passes
    00:00.000 --> 00:02.000
    Rafael and Zsófia fixed the squeaky Campagnolo derailleur.

    00:02.000 --> 00:04.000
    Mmm, hmm. Shh! GPT, HTTPS, PyTorch.

## Passes: lecture.ko.vtt
    00:00.000 --> 00:02.000
    유약을 골고루 바르고 손잡이를 붙여요

## Limits
The evidence is the logarithm of the odds of the two guesses, summed over the letters
(nats): 12 against the cue make a warning, 16 an error, in cues of at least 6 letters. Where
two cues and 3 % of a transcript are errors by that measure, 4 are enough. In Japanese all
are a quarter more.
Words that the transcript uses elsewhere do not count against a cue.
Tables of neighbours come with the tool for Dutch, English, French, German,
Indonesian, Italian, Japanese, Korean, Portuguese, Russian and Spanish; in Korean Kiwi's
language model confirms them. In other languages the transcript itself shows what is
usual; one of fewer than 3,000 letters is not verified. Japanese is judged by its kana and by
where ideographs stand among them: which ideographs stand side by side is not seen.
A cue in another language of the same script, nonsense in a song and a list of
identifiers may be taken for salad; names and acronyms count little.
The bars were chosen on 20,625 cues of machine-made lectures in English, Japanese and Korean, of
which 2 are errors and 1 a warning, on 254 colloquial Japanese utterances (none and 1) and on
29,605 English cues of real recognisers (10 and 7, nearly all in Welsh or sung). Where
a tenth of the cues are shuffled, 96 % of them are errors (where Korean is shuffled within its
words, 87 %); most of the others are short. The lower bar then takes 1 in 100 to 600 of the
other cues along, of colloquial Japanese 1 in 12.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.letters import evidence
from auditor.facts.spans import text_span
from auditor.facts.words import primary
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """Evidence for salad in nats (in Japanese a quarter more), and how long a cue must be.

    From ``warning`` on a cue is a warning, from ``error`` on an error; where much of
    the transcript is salad, from ``widespread`` on and however short. ``letters`` is
    the least number of letters of a cue elsewhere.
    """

    error: float = 16.0
    warning: float = 12.0
    widespread: float = 4.0
    letters: int = 6


# From this share of cues that are salad beyond doubt, and two of them, others are likely salad, too.
_WIDESPREAD_SHARE = 0.03
_LEAST_SURE = 2

# Colloquial Japanese, written in kana, is less like the prose behind its table than that of other languages.
_MARGIN = {"ja": 1.25}


def lacks(document: Document, options: Options) -> str | None:
    """Why the rule cannot judge this file, if so."""
    if evidence(document) is None:
        return "there is no table of letters for this language, and the transcript is too short to show what is usual"
    return None


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose letters follow each other as if they were shuffled."""
    found = evidence(document)
    if found is None:
        return
    margin = _MARGIN.get(primary(document.language.tag), 1.0)
    error, warning, least = options.error * margin, options.warning * margin, options.letters
    bar = min(error, warning, options.widespread * margin)
    if not found or min(found) > -bar:
        return  # as of nearly every transcript
    doubtful = [
        (cue, -value, sum(map(str.isalpha, cue.text)))
        for cue, value in zip(document.cues, found, strict=True)
        if -value >= bar
    ]
    sure = sum(against >= error and letters >= least for _, against, letters in doubtful)
    if sure >= max(_LEAST_SURE, _WIDESPREAD_SHARE * len(found)):
        error, warning, least = options.widespread * margin, options.widespread * margin, 0
    for cue, against, letters in doubtful:
        if against < warning or letters < least:
            continue
        yield Hit(
            span=text_span(cue),
            cue=cue.index,
            text=cue.text,
            message="its letters follow each other as if they were shuffled",
            measured=round(against, 1),
            limit=warning,
            unit="nats of evidence",
            severity=Severity.ERROR if against >= error else Severity.WARNING,
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
