from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from auditor.model import Audit, NotVerified
from auditor.reports import markdown
from tests.reports import audit_examples as examples
from tests.reports.many_findings import many


class Page(HTMLParser):
    """The page as a reader sees it: its text, and the elements it is made of."""

    def __init__(self, audit: Audit) -> None:
        super().__init__()
        self.source = markdown.render(audit).decode()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(MarkdownIt("commonmark").enable("table").render(self.source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs or tag in ("td", "th"), (tag, attrs)
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_first_lines_say_score_meaning_and_counts() -> None:
    page = Page(examples.lectures())
    assert page.source.startswith("## Transcript audit: 81.2 of 100, fix what is flagged\n")
    assert "3 files, 72 cues, 3 minutes: 2 errors, 2 warnings, 1 info (profile default)." in page.text


def test_files_with_findings_are_listed_worst_first() -> None:
    text = Page(examples.lectures()).text
    assert text.index("course/ko/01.vtt") < text.index("course/ja/10.vtt")
    assert "course/en/02.vtt" not in text


def test_rules_are_counted_over_findings_and_files() -> None:
    row = next(line for line in Page(examples.lectures()).source.split("\n") if line.startswith("| REP301"))
    assert row == "| REP301 | looped-phrase | error | 2 | 2 |"


def test_the_worst_findings_unfold_to_the_quoted_text() -> None:
    source = markdown.render(examples.lectures()).decode()
    block = next(part for part in source.split("<details>") if "course/ko/01.vtt&#58;7" in part)
    assert "<summary><code>course/ko/01.vtt&#58;7</code> REP301 looped-phrase" in block
    assert "\n> <code>Put it up Put it up Put it up</code>\n" in block
    assert "error; likely to be wrong; costs 1.25 points; limit from a published guideline." in block


def test_what_could_not_be_verified_is_said() -> None:
    assert "Not verified, for lack of evidence: REF801 (1 file)." in Page(examples.lectures()).text


def test_a_clean_run_has_no_empty_tables() -> None:
    page = Page(examples.audit(examples.file_audit("a.vtt", None)))
    assert "100.0 of 100, publish" in page.text
    assert "Worst files" not in page.text
    assert "Look here first" not in page.text


@pytest.mark.parametrize(
    "text",
    [
        "a | b \\| c",
        "**bold** _it_ ~~gone~~ `code` ``` fence",
        "[link](https://example.com) ![x](y.png) <https://example.com>",
        "</details><img src=x onerror=alert(1)><!-- -->",
        "&lt;b&gt; &#60;",
        "# heading",
        "1. one\n- two\n> three\n    four\n***",
        "$x$ :tada: www.example.com",
    ],
)
def test_text_from_transcripts_is_shown_as_it_is(text: str) -> None:
    cue = examples.cue(1, text)
    found = replace(examples.finding(cue, text), message=f"says {text}", name=text, source=text)
    file = examples.file_audit(f"{text}.vtt", None, (found,), not_verified=(NotVerified(text, text),), language=text)
    page = Page(examples.audit(file))
    plain = Page(examples.lectures())
    assert page.tags <= plain.tags | {"br"}
    assert page.text.count(" ".join(text.split())) >= 4
    assert len(re.findall("<details>", page.source)) == 1
    assert "www.example" not in page.source


def test_nobody_is_mentioned_and_no_issue_is_referred_to() -> None:
    cue = examples.cue(1, "@octocat #12")
    found = replace(examples.finding(cue, "@octocat #12"), message="says @octocat #12")
    source = markdown.render(examples.audit(examples.file_audit("a.vtt", None, (found,)))).decode()
    outside = re.sub("<code>.*?</code>", "", source)
    assert "&#64;&#8203;octocat &#35;&#8203;12" in outside
    assert "@" not in source


def test_hostile_audits_make_no_elements_of_their_own() -> None:
    page = Page(examples.hostile())
    assert not {"script", "img"} & page.tags
    assert "</script><script>window.hacked=1</script>" in page.text
    assert "\\u202e" in page.text


def test_thirty_thousand_findings_fit_a_comment_and_what_is_missing_is_said() -> None:
    page = Page(many(30_000))
    assert len(page.source) <= 65_536
    assert "30 more files with findings not shown." in page.text
    assert page.text.count("REP301 looped-phrase:") == 5
    assert (
        "29,995 more findings not shown (here are the costliest errors and warnings, at most 5 of a rule)." in page.text
    )


def test_long_names_cannot_push_the_page_beyond_its_size() -> None:
    name = "*" * 4_000
    found = tuple(
        replace(
            examples.finding(examples.cue(1, name), name), rule=f"R{at}{name}", name=name, message=name, source=name
        )
        for at in range(200)
    )
    files = [
        examples.file_audit(f"{at}{name}.vtt", None, found, not_verified=(NotVerified(f"{at}{name}", name),))
        for at in range(30)
    ]
    page = Page(replace(examples.audit(*files), profile=name))
    assert len(page.source) <= 65_536
    assert "more files with findings not shown" in page.text
    assert "more rules with findings not shown" in page.text
    assert "more findings not shown" in page.text


def test_error_rates_have_a_line_for_each_file() -> None:
    text = Page(examples.referenced()).text
    assert "talk.vtt: WER 23.1%, CER 17.2%" in text
    assert "of 13 words" in text
    assert "Against the reference" not in Page(examples.lectures()).text
