"""The nouns of an audit: cues and defects go in, findings and tallies come out.

Everything here is a frozen value without behaviour. Times are integer
milliseconds from the start of the media. Lines and columns are 1-based and
count Unicode code points; an end column points one past the last character,
as editors and SARIF expect.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct
from msgspec.structs import astuple

SIDECAR_SUFFIX = ".auditor"
"""Added to a transcript's whole file name, this names its file of suppressions."""

FileFormat = Literal["webvtt", "subrip", "sbv", "ttml", "ass", "lrc", "whisper-tsv", "recogniser-json", "unknown"]
"""What kind of file the content is, whatever its name says."""


class Severity(StrEnum):
    """How bad a finding is for the person who watches or trains on the transcript."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Confidence(StrEnum):
    """How sure a rule is that what it flags is really wrong."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Category(StrEnum):
    """The four questions a score answers; ``fidelity`` bounds the overall score."""

    FIDELITY = "fidelity"
    TIMING = "timing"
    READABILITY = "readability"
    FORMAT = "format"


class DefectKind(StrEnum):
    """What a parser had to skip, repair or tolerate. Each kind belongs to one FMT rule."""

    UNREADABLE = "unreadable"  # FMT001: nothing of the file could be read
    BAD_HEADER = "bad-header"  # FMT002
    MALFORMED_TIMING = "malformed-timing"  # FMT003: the cue is lost
    TOLERATED_TIMING = "tolerated-timing"  # FMT003, milder: read although not to the letter
    LOST_TEXT = "lost-text"  # FMT004
    BAD_SETTING = "bad-setting"  # FMT005
    LEGACY_ENCODING = "legacy-encoding"  # FMT007
    BAD_MARKUP = "bad-markup"  # FMT008
    BAD_NUMBERING = "bad-numbering"  # FMT010


class Span(Struct, frozen=True):
    """A stretch of a file. Lines and columns are 1-based; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Word(Struct, frozen=True):
    """One word of a recogniser's output, with its own times (ms) and confidence (0-1) where given."""

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    confidence: float | None = None


class Recognition(Struct, frozen=True):
    """What a recogniser said about its own segment; ``None`` where it said nothing.

    ``avg_logprob`` is the mean natural-log token probability, ``compression_ratio``
    bytes over zlib bytes, ``no_speech_probability`` and ``confidence`` 0-1.
    """

    avg_logprob: float | None = None
    compression_ratio: float | None = None
    no_speech_probability: float | None = None
    confidence: float | None = None
    words: tuple[Word, ...] = ()


class Cue(Struct, frozen=True):
    """One caption: a text shown from ``start_ms`` to ``end_ms``.

    ``raw_text`` is the payload as in the file with lines joined by ``\\n``;
    ``text`` is what a viewer sees (tags removed, entities decoded).
    ``text_map`` gives for every offset of ``text`` (and its end) the offset in
    ``raw_text``; ``None`` where both are equal. ``line`` is the line of the
    timing, ``text_line``/``text_column`` where ``raw_text`` begins.
    """

    index: int
    start_ms: int
    end_ms: int
    text: str
    raw_text: str
    line: int
    timing_span: Span
    text_line: int
    text_column: int = 1
    identifier: str = ""
    settings: str = ""
    speaker: str | None = None
    text_map: tuple[int, ...] | None = None
    recognition: Recognition | None = None


class Defect(Struct, frozen=True):
    """Something the parser could not take as written: where, what kind, the raw text, and a sentence why.

    ``cue`` is the 1-based cue it belongs to, if any cue survived it.
    """

    span: Span
    kind: DefectKind
    raw: str
    message: str
    cue: int | None = None


class Comment(Struct, frozen=True):
    """A comment of the file (a WebVTT ``NOTE``), with the line it starts on."""

    line: int
    text: str


class Language(Struct, frozen=True):
    """A language tag (BCP 47, such as ``ko`` or ``zh-Hans``) and how it was decided.

    ``how`` is one of ``option``, ``configuration``, ``manifest``, ``file name``, ``folder name``,
    ``header``, ``text`` or ``unknown``; ``tag`` is ``None`` when nothing decided it.
    """

    tag: str | None
    how: str


class Source(Struct, frozen=True):
    """The bytes of one transcript and the name they came under (forward slashes)."""

    path: str
    data: bytes


class Witnesses(Struct, frozen=True):
    """Other texts of the same speech, given by the user; ``None`` where there is none.

    ``reference`` is what was really said (by a person), ``hypothesis`` another
    recogniser's output, ``source`` the track in the language that was spoken. A
    plain text without times is a document of one cue that lasts 0 ms.
    """

    reference: Document | None = None
    hypothesis: Document | None = None
    source: Document | None = None


class Document(Struct, frozen=True, eq=False, weakref=True):
    """What a parser read: cues in file order, and everything it could not take as written.

    Compared by identity, so that facts computed about it can be kept for as
    long as it lives.
    """

    path: str
    format: FileFormat
    cues: tuple[Cue, ...]
    defects: tuple[Defect, ...] = ()
    language: Language = Language(None, "unknown")
    encoding: str = "utf-8"
    header: tuple[tuple[str, str], ...] = ()
    styles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    lines: int = 0
    witnesses: Witnesses = Witnesses()


Measured = int | float | str | None


class Hit(Struct, frozen=True):
    """What a rule's check yields; the engine turns it into a :class:`Finding`.

    ``extent`` is the share (0-1) of the cue the fault spoils, used for scores; on the
    finding it is in average cues of the transcript (:func:`auditor.score.weighed`).
    ``severity`` and ``confidence`` override the rule's own: for rules with graded
    severities, and where a witness clears or confirms.
    ``unit`` names what ``measured`` and ``limit`` count, including the counting
    rule; ``source`` says where the limit comes from; ``witness`` which other text of
    the speech the finding rests on (``reference``, ``hypothesis``, ``source track``).
    """

    span: Span
    message: str
    cue: int | None = None
    text: str = ""
    measured: Measured = None
    limit: Measured = None
    unit: str = ""
    source: str = ""
    severity: Severity | None = None
    extent: float = 1.0
    witness: str = ""
    confidence: Confidence | None = None


class Finding(Struct, frozen=True):
    """A fault in a transcript, with the evidence a person needs to believe it.

    ``cost`` is what this finding takes from its file's score in ``category``
    (points of 100). ``fingerprint`` stays the same when cues are inserted
    before it, times shift or the file moves.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    category: Category
    cue: int | None
    start_ms: int | None
    end_ms: int | None
    span: Span
    text: str
    message: str
    measured: Measured
    limit: Measured
    unit: str
    source: str
    fingerprint: str
    extent: float = 1.0
    cost: float = 0.0
    witness: str = ""


class NotVerified(Struct, frozen=True):
    """A rule that lacked its evidence in this file, and which evidence."""

    rule: str
    reason: str


class Tally(Struct, frozen=True):
    """Additive counts of one file or of any number of files.

    ``exposure`` is in cues, ``damage`` in thousandths of a cue per category in the
    order of :class:`Category`: integers, so that any order of adding gives the
    same scores. ``cues`` counts cues, ``duration_ms`` the time from zero to the
    last cue's end, ``findings`` errors, warnings and infos.
    """

    files: int = 0
    cues: int = 0
    duration_ms: int = 0
    exposure: int = 0
    damage: tuple[int, int, int, int] = (0, 0, 0, 0)
    findings: tuple[int, int, int] = (0, 0, 0)


class Scores(Struct, frozen=True):
    """Scores from 0 to 100, one decimal; ``overall`` never exceeds ``fidelity``."""

    overall: float
    fidelity: float
    timing: float
    readability: float
    format: float


class ErrorRates(Struct, frozen=True):
    """Error rates of a text against a reference, as jiwer counts them; 0 is identical, ``wer`` can exceed 1.

    ``wer`` word error rate, ``mer`` match error rate, ``wil`` word information lost,
    ``cer`` character error rate with spaces. ``cer_without_spaces`` is what counts in
    Korean, where spacing varies between writers; ``None`` where words are not spaced.
    ``morpheme_error_rate`` is for Korean alone: a wrong particle costs less than a wrong word.
    """

    wer: float
    mer: float
    wil: float
    cer: float
    cer_without_spaces: float | None
    hits: int
    substitutions: int
    deletions: int
    insertions: int
    reference_words: int
    morpheme_error_rate: float | None = None


class Accepted(Struct, frozen=True):
    """A finding that does not count: suppressed in or beside its file, or known to the baseline, and why."""

    finding: Finding
    reason: str


class FileAudit(Struct, frozen=True, eq=False):
    """The verdict on one file. ``document`` is kept only when a report shows the cues.

    ``accepted`` are findings that were suppressed or that a baseline knows; they
    count neither in ``tally`` nor in ``scores``. ``error_rates`` are those against the
    reference, ``warnings`` say what speaks against a witness that was given.
    """

    path: str
    format: FileFormat
    language: Language
    encoding: str
    tally: Tally
    scores: Scores
    findings: tuple[Finding, ...]
    not_verified: tuple[NotVerified, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    error_rates: ErrorRates | None = None
    warnings: tuple[str, ...] = ()
    document: Document | None = None

    def __eq__(self, other: object) -> bool:
        """Whether the verdict is the same, with the document kept or without."""
        return isinstance(other, FileAudit) and astuple(self)[:-1] == astuple(other)[:-1]

    def __hash__(self) -> int:
        return hash((self.path, self.tally))


class RuleTotal(Struct, frozen=True):
    """How often a rule fired in a run: ``findings`` are errors, warnings and infos, ``files`` how many had any."""

    code: str
    name: str
    category: Category
    findings: tuple[int, int, int]
    files: int


class Totals(Struct, frozen=True):
    """What the files of a run come to, for overviews: additive, and of one size however many files there are.

    ``histogram`` counts files by overall score, at ``n`` those of at least ``n`` and
    below ``n + 1`` points (the last those of 100). ``rules`` come in the order of
    codes, ``languages`` (``None``: unknown) and ``not_verified`` (how many files lacked
    the evidence of a rule) in that of their names.
    """

    tally: Tally
    histogram: tuple[int, ...]
    rules: tuple[RuleTotal, ...]
    languages: tuple[tuple[str | None, Tally], ...]
    not_verified: tuple[tuple[NotVerified, int], ...]
    accepted: int


class Audit(Struct, frozen=True):
    """The verdict on a run: its files in the order given, and the sums over them.

    ``files`` are all files, or, where ``totals`` is given, the worst of a run too
    large to hold: ``tally``, ``scores`` and ``totals`` are of the whole run always.
    ``warnings`` name witnesses that could not be paired, and rules of plug-ins that failed.
    """

    profile: str
    files: tuple[FileAudit, ...]
    tally: Tally
    scores: Scores
    version: str = ""
    warnings: tuple[str, ...] = ()
    totals: Totals | None = None
