"""What any filter promises: nothing lost or counted twice, masks that cover the whole time, conditions that hold."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.expression import Column, ExpressionError, parse
from auditor.filtering import OF_FILES, OF_FINDINGS, Summary, condition, mask_of

figures = st.none() | st.floats(0, 100, allow_nan=False)
FILES = st.fixed_dictionaries(
    {
        "path": st.text(max_size=5),
        "language": st.sampled_from([None, "ko", "en", "ja"]),
        "cues": st.integers(0, 500),
        "duration_s": st.integers(0, 10**7).map(lambda ms: ms / 1000),
        **{name: st.floats(0, 100) for name in ("overall", "fidelity", "timing", "readability", "format_score")},
        "wer": figures,
        "cer": figures,
    }
)
PARTS = ("fidelity >= 50", "wer < 20", "not cer > 80", "duration_s > 100", "language in ('ko', 'ja')", "wer is None")


@given(st.lists(FILES, max_size=30), st.lists(st.sampled_from(PARTS), min_size=1, max_size=4))
def test_kept_and_lost_are_all(files: list[dict[str, Any]], parts: list[str]) -> None:
    summary = Summary(["x"], condition(" and ".join(parts), OF_FILES, "keep"), condition("true", OF_FINDINGS, "drop"))
    kept = [file for file in files if summary.decide(file)]
    for name in ("files", "cues", "duration_ms"):
        whole, part, lost = (getattr(amount, name) for amount in (summary.all, summary.kept, summary.lost))
        assert whole == part + lost
        assert lost == sum(getattr(one.first, name) for one in summary.parts)
        assert whole == sum(getattr(one.all, name) for one in summary.languages.values())
        assert part == sum(getattr(one.kept, name) for one in summary.languages.values())
        for one in summary.parts:
            assert getattr(one.only, name) <= getattr(one.fails, name) <= lost
            assert getattr(one.not_known, name) <= getattr(one.fails, name)
    assert summary.kept.files == len(kept)
    assert all(file["wer"] is not None and file["wer"] < 20 for file in kept if "wer < 20" in parts)


@st.composite
def marked(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A file and findings of its cues, which may overlap, last no time, or end before they start."""
    spans = draw(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=12))
    duration = max(end for _, end in spans)
    found = draw(st.lists(st.tuples(st.integers(0, len(spans)), st.sampled_from("ABC"), st.booleans()), max_size=30))
    rows = []
    for cue, rule, counts in found:
        start, end = spans[cue - 1] if cue else (None, None)
        rows.append({"cue": cue or None, "rule": rule, "start_ms": start, "end_ms": end, "line": int(counts)})
    return {"cues": len(spans), "duration_s": duration / 1000}, rows


@given(marked())
def test_a_mask_covers_the_whole_time_once(pair: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    file, findings = pair
    mask = mask_of(file, findings, parse("line == 1", OF_FINDINGS))
    assert [cue.cue for cue in mask.dropped] == sorted({f["cue"] for f in findings if f["line"] and f["cue"]})
    assert set(mask.whole_file) == {f["rule"] for f in findings if f["line"] and not f["cue"]}
    for cue in mask.dropped:
        assert set(cue.rules) == {f["rule"] for f in findings if f["line"] and f["cue"] == cue.cue}
    covered = {at for cue in mask.dropped for at in range(cue.start_ms, cue.end_ms)}
    kept = [at for start, end in mask.kept_ranges_ms for at in range(start, end)]
    if len(mask.dropped) < mask.cues:
        assert kept == [at for at in range(mask.duration_ms) if at not in covered]
        assert mask.kept_ms + len(covered & set(range(mask.duration_ms))) == mask.duration_ms
    else:
        assert kept == []


@given(st.text(st.sampled_from("abAB01 .,'\"()[]<>=!+-*/%andornitsNe#\\\n"), max_size=40) | st.text(max_size=40))
def test_any_text_is_a_condition_or_one_line_of_error(text: str) -> None:
    said = ""
    try:
        expression = parse(text, {"a": Column("number"), "b": Column("text")})
    except ExpressionError as error:
        said = str(error)
    else:
        assert expression.holds({"a": 1, "b": "x"}) in (True, False)
    assert len(said.splitlines()) <= 1


truths = st.sampled_from(["a > 0", "a is None", "b == 'x'", "true", "a + b1 > 2"])


@given(
    st.recursive(
        truths,
        lambda inner: (
            st.builds("({} and {})".format, inner, inner)
            | st.builds("({} or {})".format, inner, inner)
            | st.builds("not ({})".format, inner)
        ),
        max_leaves=8,
    ),
    st.none() | st.integers(-2, 2),
    st.none() | st.integers(-2, 2),
)
def test_not_turns_a_condition_around_and_leaves_the_unknown(text: str, a: int | None, b1: int | None) -> None:
    columns = {"a": Column("number"), "b1": Column("number"), "b": Column("text")}
    row = {"a": a, "b1": b1, "b": "x"}

    def said(condition: str) -> bool | None:
        (part,) = parse(f"({condition}) or false", columns).parts
        return part.test(row)

    assert said(f"not ({text})") is (None if said(text) is None else not said(text))
    if a is not None and b1 is not None:
        plain = text.replace("true", "True")
        assert said(text) is eval(plain, {}, row)
