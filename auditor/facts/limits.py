"""How rules speak about the limits a profile sets."""

from __future__ import annotations

from auditor.profiles import Limit


def cited(limit: Limit) -> str:
    """Where a limit comes from and, unless it is the user's own, when somebody last read it there."""
    return f"{limit.source} ({limit.verified})" if limit.verified else limit.source


def stated(limit: Limit) -> int | float:
    """The number of a limit as a person writes it: 833, not 833.0."""
    return int(limit.value) if limit.value.is_integer() else limit.value


def unless_set(what: str, *limits: Limit | None) -> str | None:
    """Why a rule cannot judge: the profile sets none of the limits; ``None`` when it sets one."""
    if any(limit is not None for limit in limits):
        return None
    return f"the profile sets no {what} for this language"
