from __future__ import annotations

import pytest

from auditor.config import rule_settings
from auditor.decoding import ConfigurationError
from auditor.model import Hit, Source
from auditor.parse import parse
from auditor.rules.text_unwanted_term import RULE, Options


def flagged(text: str, terms: dict[str, str]) -> list[Hit]:
    document = parse(Source("a.ko.vtt", f"WEBVTT\n\n00:01.000 --> 00:03.000\n{text}\n".encode()))
    return list(RULE.check(document, Options(terms)))


def test_the_terms_come_from_the_configuration() -> None:
    values, _ = rule_settings(RULE, {"terms": {"비트": "조금"}}, "auditor.toml")
    assert values == {"terms": {"비트": "조금"}}
    with pytest.raises(ConfigurationError, match=r"TXT607\.terms: expected a table"):
        rule_settings(RULE, {"terms": ["비트"]}, "auditor.toml")


def test_without_a_glossary_nothing_is_verified() -> None:
    document = parse(Source("a.ko.vtt", b"WEBVTT\n"))
    assert RULE.lacks(document, Options()) == "no glossary is configured"
    assert RULE.lacks(document, Options({"비트": "조금"})) is None


def test_the_longest_term_wins_and_hits_come_in_the_order_of_the_text() -> None:
    terms = {"포옹": "Hugging", "포옹하는 얼굴": "Hugging Face", "변압기": "트랜스포머"}
    hits = flagged("변압기와 포옹하는 얼굴과 포옹도 봅니다", terms)
    assert [hit.text for hit in hits] == ["변압기", "포옹하는 얼굴", "포옹"]
    assert "write 'Hugging Face'" in hits[1].message


def test_a_word_that_only_begins_like_the_term_is_another_word() -> None:
    assert not flagged("비트코인은 64비트 값이고 오비트도 있어요", {"비트": "조금"})
    assert not flagged("Facebook과 interface", {"face": "얼굴"})


def test_the_wanted_term_is_never_flagged_where_it_holds_the_unwanted_one() -> None:
    assert not flagged("Hugging Face와 GitHub", {"face": "Hugging Face", "github": "GitHub"})


def test_a_term_without_replacement_is_only_forbidden() -> None:
    (hit,) = flagged("어 그게 음 그렇죠", {"음": ""})
    assert hit.message == "'음' is an unwanted term: the glossary forbids it"
