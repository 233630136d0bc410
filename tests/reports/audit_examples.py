"""Audits for the tests of reports: small, made by hand, and as hostile as transcripts get."""

from __future__ import annotations

import io
import wave

from msgspec.structs import replace

from auditor.facts.error_rates import compare
from auditor.facts.spans import text_span
from auditor.model import (
    Audit,
    Category,
    Confidence,
    Cue,
    Document,
    FileAudit,
    Finding,
    Language,
    NotVerified,
    Scores,
    Severity,
    Span,
    Tally,
    Witnesses,
)

HOSTILE = (
    "</script><script>window.hacked=1</script> \"'& <img src=x onerror=window.hacked=2> \u202eevil\u2028\x07 \U0001f600"
)


def cue(index: int, text: str, *, seconds: float = 3.0, start_ms: int | None = None) -> Cue:
    """The cue number ``index`` of a WebVTT file in which each cue has one line of text without markup."""
    start = 3000 * (index - 1) if start_ms is None else start_ms
    line = 3 * index
    return Cue(index, start, start + int(seconds * 1000), text, text, line, Span(line, 1, line, 24), line + 1)


def document(path: str, texts: list[str], language: str = "ko") -> Document:
    """A document with a cue every three seconds."""
    cues = tuple(cue(number, text) for number, text in enumerate(texts, 1))
    return Document(path, "webvtt", cues, language=Language(language, "file name"), lines=3 * len(cues) + 1)


def finding(
    where: Cue | None,
    part: str = "",
    *,
    rule: str = "REP301",
    name: str = "looped-phrase",
    severity: Severity = Severity.ERROR,
    category: Category = Category.FIDELITY,
    message: str = "said again and again",
    measured: float | None = 4,
    limit: float | None = 2,
    span: Span | None = None,
) -> Finding:
    """A finding on ``part`` of the cue's text, on its timing line when ``part`` is empty, or on no cue at all."""
    if span is None and where is None:
        span = Span(1, 1, 1, 7)
    elif span is None and where is not None:
        at = where.text.index(part)
        span = text_span(where, at, at + len(part)) if part else where.timing_span
    assert span is not None
    return Finding(
        rule=rule,
        name=name,
        severity=severity,
        confidence=Confidence.LIKELY,
        category=category,
        cue=where.index if where else None,
        start_ms=where.start_ms if where else None,
        end_ms=where.end_ms if where else None,
        span=span,
        text=part,
        message=message,
        measured=measured,
        limit=limit,
        unit="repetitions in one cue",
        source="a published guideline",
        fingerprint=f"{rule}-{where.index if where else 0}",
        cost=1.25,
    )


def file_audit(
    path: str,
    cues: Document | None,
    findings: tuple[Finding, ...] = (),
    *,
    overall: float = 100.0,
    not_verified: tuple[NotVerified, ...] = (),
    language: str | None = "ko",
    number_of_cues: int | None = None,
) -> FileAudit:
    """The verdict on one file; every category but fidelity is perfect."""
    counts = tuple(sum(found.severity == severity for found in findings) for severity in Severity)
    total = number_of_cues if number_of_cues is not None else len(cues.cues) if cues else 0
    return FileAudit(
        path=path,
        format="webvtt",
        language=Language(language, "file name" if language else "unknown"),
        encoding="utf-8",
        tally=Tally(1, total, total * 3000, total, (0, 0, 0, 0), (counts[0], counts[1], counts[2])),
        scores=Scores(overall, overall, 100.0, 100.0, 100.0),
        findings=findings,
        not_verified=not_verified,
        document=cues,
    )


def audit(*files: FileAudit, version: str = "0.1.0") -> Audit:
    """The files of a run, with sums and plain means over them."""
    mean = round(sum(file.scores.overall for file in files) / max(1, len(files)), 1)
    found = [file.tally.findings for file in files]
    tally = Tally(
        files=len(files),
        cues=sum(file.tally.cues for file in files),
        duration_ms=sum(file.tally.duration_ms for file in files),
        exposure=sum(file.tally.exposure for file in files),
        findings=(sum(f[0] for f in found), sum(f[1] for f in found), sum(f[2] for f in found)),
    )
    return Audit("default", files, tally, Scores(mean, mean, 100.0, 100.0, 100.0), version)


def lectures() -> Audit:
    """Three files: a Korean one with findings of every kind, a clean English one, and one whose cues were not kept."""
    korean = document(
        "course/ko/01.vtt",
        ["안녕하세요", "오늘은 😀 Put it up Put it up Put it up 입니다", "그래프를 봅시다", "네"]
        + [f"문장 {n}" for n in range(5, 31)],
    )
    loop = finding(korean.cues[1], "Put it up Put it up Put it up")
    overlap = finding(
        korean.cues[2],
        rule="TIM101",
        name="cue-overlap",
        category=Category.TIMING,
        severity=Severity.WARNING,
        message="starts 200 ms before cue 2 has ended",
        measured=200,
        limit=0,
    )
    late = finding(
        korean.cues[19], "문장", rule="KOR703", name="wrong-spacing", severity=Severity.INFO, message="spacing"
    )
    header = finding(
        None, rule="FMT006", name="extension-mismatch", category=Category.FORMAT, severity=Severity.WARNING
    )
    english = document("course/en/02.vtt", ["Hello there.", "The loss goes down."], "en")
    unseen = finding(cue(7, "gone gone gone"), "gone gone gone")
    return audit(
        file_audit(
            korean.path,
            korean,
            (header, loop, overlap, late),
            overall=61.5,
            not_verified=(NotVerified("REF801", "no reference given"),),
        ),
        file_audit(english.path, english, language="en"),
        file_audit("course/ja/10.vtt", None, (unseen,), overall=82.0, language="ja", number_of_cues=40),
    )


def hostile() -> Audit:
    """Text that tries to be markup wherever a transcript or its name can carry text."""
    cues = document(f"{HOSTILE}.vtt", [HOSTILE, "x" * 200_000, "اهلا وسهلا"], "en")
    found = finding(cues.cues[0], HOSTILE, message=HOSTILE, name=HOSTILE, rule="XYZ999")
    return audit(file_audit(cues.path, cues, (found,), overall=50.0, not_verified=(NotVerified("REF801", HOSTILE),)))


def recording(seconds: float = 1.0) -> bytes:
    """Silence as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return buffer.getvalue()


def referenced() -> Audit:
    """A transcript against a timed reference: a word misheard, one missing, one that nobody said, and a cue as said."""
    said = document("reference/talk.vtt", ["the model learns", "from a lot of data", "we stop here", "thank you"], "en")
    written = document("talk.vtt", ["the model burns", "from lot of data", "we stop stop here", "thank you"], "en")
    witnessed = replace(written, witnesses=Witnesses(reference=said))
    rates = compare(witnessed, said).rates
    return audit(replace(file_audit("talk.vtt", witnessed, overall=75.0, language="en"), error_rates=rates))
