"""How well a cue's letters follow each other, judged by the transcript itself.

Every language allows some pairs of neighbouring letters and avoids others. The
transcript's own cues show which; a cue whose pairs the others hardly know is
letter salad, whatever the language.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

# Fewer cues do not show what is usual in a transcript.
LEAST_CUES = 20

_PASSES = 2
_OUTLIER = 5.0
_SMOOTHING = 0.1


def letters_of(text: str) -> str:
    """The letters of a text in lower case, words separated and framed by a space."""
    return f" {' '.join(''.join(c if c.isalpha() else ' ' for c in text.casefold()).split())} "


def _table(texts: Sequence[str]) -> tuple[dict[tuple[str, str], float], dict[str, float], float]:
    """Log probabilities of known pairs, of an unknown pair by its first letter, and of an unknown letter."""
    pairs: Counter[tuple[str, str]] = Counter()
    firsts: Counter[str] = Counter()
    for text in texts:
        pairs.update(pairwise(text))
        firsts.update(text[:-1])
    alphabet = max(2, len(firsts))
    # One occurrence less: a pair that only the cue itself holds is unknown to the others.
    known = {
        pair: math.log((count - 1 + _SMOOTHING) / (firsts[pair[0]] + _SMOOTHING * alphabet))
        for pair, count in pairs.items()
    }
    unknown = {first: math.log(_SMOOTHING / (count + _SMOOTHING * alphabet)) for first, count in firsts.items()}
    return known, unknown, math.log(1 / alphabet)


def _mean(text: str, known: dict[tuple[str, str], float], unknown: dict[str, float], never: float) -> float:
    total = 0.0
    for pair in pairwise(text):
        value = known.get(pair)
        total += value if value is not None else unknown.get(pair[0], never)
    return total / max(1, len(text) - 1)


def surprises(texts: Sequence[str]) -> list[float]:
    """How unusual each text's letter pairs are: distance below the median in median deviations.

    Texts as from :func:`letters_of`. Around 0 for usual texts, 3 and more for
    rare words; outliers are left out of a second pass, so that a transcript that
    is damaged in many places still shows what is usual.
    """
    kept = list(texts)
    values: list[float] = []
    for _ in range(_PASSES):
        known, unknown, never = _table(kept)
        values = [_mean(text, known, unknown, never) for text in texts]
        middle = median(values)
        spread = median(abs(value - middle) for value in values) or 1.0
        values = [(middle - value) / spread for value in values]
        remaining = [text for text, value in zip(texts, values, strict=True) if value < _OUTLIER]
        if len(remaining) == len(kept) or len(remaining) < LEAST_CUES // 2:
            break
        kept = remaining
    return values
