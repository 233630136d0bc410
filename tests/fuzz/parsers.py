"""Coverage-guided fuzzing of the readers. Not part of the test run: it needs atheris and time.

Usage: pip install atheris; python tests/fuzz/parsers.py [CORPUS_FOLDER] -max_total_time=1800

Every input must be read into a Document whose spans lie inside the file; what breaks that is a
seed for tests/properties/test_parse.py.
"""

import sys

import atheris

with atheris.instrument_imports(include=["auditor.parse"]):
    from auditor.facts.spans import text_span
    from auditor.model import Source
    from auditor.parse import parse

NAMES = ("a.vtt", "a.srt", "a.ko.json", "a")
HEADS = (b"", b"WEBVTT\n\n", b"1\n00:00:01,000 --> 00:00:02,000\n", b'{"segments": [')


def one_input(data: bytes) -> None:
    """Read one input under a name and after a beginning that its first byte chooses."""
    if not data:
        return
    choice = data[0]
    content = HEADS[choice % 4] + data[1:]
    document = parse(Source(NAMES[(choice >> 2) % 4], content))
    lines = content.count(b"\n") + content.count(b"\r") + 2
    for cue in document.cues:
        assert cue.start_ms >= 0
        span = text_span(cue)
        assert 1 <= span.line <= span.end_line <= lines * 4
        if cue.text_map is not None:
            assert len(cue.text_map) == len(cue.text) + 1
    for defect in document.defects:
        assert defect.span.line >= 1
        assert defect.message


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
