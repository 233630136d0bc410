"""What was mined, for a person as a table and for the next audit as a configuration file."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable

from auditor.mine import Candidate, Kind, Mined

# A term is flagged wherever it stands, so most of what a person would have to look at must be wrong.
_LIVE_SHARE = 0.5
# A phrase that counts as an error wherever it stands needs this many recordings, and never one where it is in place.
_ARTEFACT_FILES = 6
_ARTEFACT_LETTERS = 8


def _reasons(candidate: Candidate) -> str:
    """The evidence in words, largest first: "12 in silence, 3 held or too fast"."""
    evidence = candidate.evidence
    counts = (
        (evidence.behind_sentence, "behind a finished sentence"),
        (evidence.whole, "as a whole cue"),
        (evidence.in_silence, "in silence"),
        (evidence.odd_speed, "held or too fast"),
        (evidence.copies, "in copies"),
        (evidence.other_script, "in another script"),
    )
    return ", ".join(f"{count} {words}" for count, words in sorted(counts, key=lambda c: -c[0]) if count)


def table(mined: Mined, most: int = 40, width: int = 120) -> str:
    """The best ``most`` candidates as plain text of ``width`` columns, each with its evidence and one example."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    output = io.StringIO()
    console = Console(file=output, width=width, color_system=None, highlight=False)
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("score", "phrase", "kind", "lang"):
        grid.add_column(heading, justify="right" if heading == "score" else "left")
    grid.add_column("files", justify="right")
    grid.add_column("out of place", justify="right")
    grid.add_column("evidence, and a place", ratio=1)
    for candidate in mined.candidates[:most]:
        evidence, example = candidate.evidence, candidate.examples[0]
        known = "; known to PHR501" if candidate.known else ""
        grid.add_row(
            f"{candidate.score:.1f}",
            Text(candidate.text),
            candidate.kind.value,
            " ".join(candidate.languages) or "?",
            str(candidate.files),
            f"{evidence.out_of_place} of {evidence.occurrences}",
            Text(f"{_reasons(candidate)}{known}\n{example.path}:{example.line}: {example.text}"),
        )
    if mined.candidates:
        console.print(grid)
    hidden = len(mined.candidates) - most
    more = f"; {hidden} more not shown" if hidden > 0 else ""
    console.print(f"{len(mined.candidates)} candidates in {mined.files} transcripts with {mined.cues:,} cues{more}")
    return "".join(f"{line.rstrip()}\n" for line in output.getvalue().splitlines())


def _quoted(text: str) -> str:
    """The text as a TOML basic string; JSON escapes are a subset, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(candidate: Candidate) -> str:
    evidence, example = candidate.evidence, candidate.examples[0]
    where = "".join(c if c.isprintable() else "?" for c in f"{example.path}:{example.line}")
    return (
        f"# {' '.join(candidate.languages) or '?'}: {evidence.out_of_place} of {evidence.occurrences} out of place, "
        f"{candidate.files} files, score {candidate.score:.0f} ({_reasons(candidate)}); {where}"
    )


def is_artefact(candidate: Candidate) -> bool:
    """Whether PHR501 may call a phantom an error wherever it stands: many files, long enough, never in place."""
    return (
        candidate.evidence.out_of_place == candidate.evidence.occurrences
        and candidate.files >= _ARTEFACT_FILES
        and len(candidate.text.replace(" ", "")) >= _ARTEFACT_LETTERS
    )


def _doubt(candidate: Candidate) -> str:
    """Why a term is left to a person; empty when it can be forbidden."""
    evidence = candidate.evidence
    if evidence.native:
        return f"in tracks of its own script: {evidence.native}"
    if evidence.share < _LIVE_SHARE:
        return f"in place: {evidence.occurrences - evidence.out_of_place}"
    return ""


_HEAD = """\
# Mined by `auditor mine`: phrases that recur where they should not. Read it before you use it.
# In a pyproject.toml the tables are called [tool.auditor.rules.PHR501] and [tool.auditor.rules.TXT607.terms].
"""
_TERMS = """\
# Forbidden wherever they stand, in tracks of every language. Put the wanted term between the quotation
# marks on the right, if there is one. What is commented out also stands where it is right.
"""
_SUSPECTS = "# Reported as a cue of their own, when evidence around them is against them.\n"
_ARTEFACTS = "# Reported wherever they stand.\n"


def _list(name: str, head: str, candidates: Iterable[Candidate]) -> str:
    lines = [f"  {_quoted(candidate.text)},  {_comment(candidate)}\n" for candidate in candidates]
    return f"{head}{name} = [\n{''.join(lines)}]\n" if lines else ""


def configuration(mined: Mined) -> str:
    """The candidates as an ``auditor.toml``: phantoms for PHR501, fragments and lone words for TXT607.

    Phrases that PHR501 knows are left out. A term is commented out where forbidding it
    would do harm: in place more often than not, or at home in other tracks of the corpus.
    """
    phrases = [c for c in mined.candidates if c.kind is Kind.PHANTOM and not c.known]
    phantoms = _list("artefacts", _ARTEFACTS, filter(is_artefact, phrases))
    phantoms += _list("suspects", _SUSPECTS, (c for c in phrases if not is_artefact(c)))
    terms = ""
    written: set[str] = set()
    for candidate in mined.candidates:
        if candidate.kind is not Kind.PHANTOM:
            # The same words may be noise in tracks of several languages; a key may stand only once.
            doubt = _doubt(candidate) or ("listed above" if candidate.text.casefold() in written else "")
            written.add(candidate.text.casefold())
            note = f"; {doubt}" if doubt else ""
            terms += f'{"# " if doubt else ""}{_quoted(candidate.text)} = ""  {_comment(candidate)}{note}\n'
    parts = [_HEAD]
    if phantoms:
        parts.append(f"[rules.PHR501]\n{phantoms}")
    if terms:
        parts.append(f"[rules.TXT607.terms]\n{_TERMS}{terms}")
    return "\n".join(parts)
