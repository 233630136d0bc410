"""Start-up, and what follows, with the garbage collector out of the way."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 50_000
"""New objects after which garbage is looked for (Python's own: 700 to 2,000). Audits make many, and hardly a cycle."""


def settle() -> None:
    """Take what there is for good, so that the garbage collector does not look at it again, and let it look seldom."""
    gc.freeze()
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])
    gc.enable()


@contextmanager
def loading() -> Iterator[None]:
    """Load modules, and what they hold for good, unseen by the garbage collector then and later.

    It would look through all of it a dozen times for garbage that is not there: an eighth of the time that a small
    transcript takes.
    """
    gc.disable()
    try:
        yield
    finally:
        settle()
