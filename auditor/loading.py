"""Start-up without the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
        gc.freeze()
        gc.enable()
