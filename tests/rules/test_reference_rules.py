from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.facts.alignment import track
from auditor.facts.source_terms import status
from auditor.model import Cue, Document, Hit, Language, Severity, Source, Span, Witnesses
from auditor.parse import parse
from auditor.rule import documentation
from auditor.rules import (
    reference_high_error_cue,
    reference_inconsistent_term,
    reference_invented_text,
    reference_missing_speech,
    reference_number_mismatch,
)
from tests.rules.noted_witnesses import with_noted_witnesses
from tests.transcripts import sentences, webvtt

RULES: Any = (
    reference_high_error_cue,
    reference_missing_speech,
    reference_invented_text,
    reference_number_mismatch,
    reference_inconsistent_term,
)


def captions(texts: Sequence[str], language: str = "en", start_ms: int = 500) -> Document:
    return parse(Source(f"x.{language}.vtt", webvtt(texts, start_ms=start_ms).encode()))


def plain(text: str, language: str = "en") -> Document:
    cue = Cue(1, 0, 0, text, text, 1, Span(1, 1, 1, 1), 1)
    return Document(f"x.{language}.txt", "unknown", (cue,), language=Language(language, "option"))


def found(module: Any, document: Document, **witnesses: Document) -> list[Hit]:
    witnessed = replace(document, witnesses=Witnesses(**witnesses))
    assert module.RULE.lacks(witnessed, module.RULE.options) is None
    return list(module.RULE.check(witnessed, module.RULE.options))


@pytest.mark.parametrize("module", RULES)
def test_without_a_witness_the_rule_is_not_verified(module: Any) -> None:
    reason = module.RULE.lacks(captions(sentences(5)), module.RULE.options)
    assert reason in ("no reference given", "no source track given")


@pytest.mark.parametrize("module", RULES)
def test_the_examples_of_the_documentation_do_what_they_say(module: Any) -> None:
    told = documentation(module.RULE)
    assert told.fails
    for example in (*told.fails, *told.passes):
        document = with_noted_witnesses(parse(Source(example.name, example.data)))
        assert module.RULE.lacks(document, module.RULE.options) is None
        assert bool(list(module.RULE.check(document, module.RULE.options))) == (example in told.fails)


def test_a_cue_that_says_something_else_is_flagged_in_timed_and_plain_references() -> None:
    texts = sentences(20)
    spoiled = [*texts]
    spoiled[7] = "Whales argue about purple bicycles every Tuesday morning."
    for reference in (captions(texts), plain(" ".join(texts))):
        (hit,) = found(reference_high_error_cue, captions(spoiled), reference=reference)
        assert hit.cue == 8
        assert hit.witness == "reference"
        assert "With a lens" not in hit.message
        assert texts[7].split()[-1].strip(".") in hit.message


def test_korean_that_is_spaced_differently_is_no_error() -> None:
    texts = sentences(20, "ko")
    squeezed = [text.replace(" ", "") for text in texts]
    for module in (reference_high_error_cue, reference_missing_speech, reference_invented_text):
        assert not found(module, captions(squeezed, "ko"), reference=plain(" ".join(texts), "ko"))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_missing_sentences_are_found_by_words(language: str) -> None:
    texts = sentences(20, language)
    kept, reference = texts[:9] + texts[11:], plain(" ".join(texts), language)
    (hit,) = found(reference_missing_speech, captions(kept, language), reference=reference)
    assert hit.cue in (9, 10)
    assert texts[9].split()[-2] in hit.message
    assert not found(reference_high_error_cue, captions(kept, language), reference=reference)


def test_missing_speech_is_found_by_the_time_of_the_source_track() -> None:
    korean = captions(sentences(20, "ko"), "ko")
    bare = replace(korean, cues=korean.cues[:9] + korean.cues[11:])
    (hit,) = found(reference_missing_speech, bare, source=captions(sentences(20)))
    assert (hit.cue, hit.measured, hit.witness) == (9, bare.cues[9].start_ms - bare.cues[8].end_ms, "source track")
    assert not found(reference_missing_speech, korean, source=captions(sentences(20)))


def test_invented_text_is_found_by_words_and_by_time() -> None:
    texts = sentences(20)
    invented = [*texts[:5], "Thanks to everyone who watched this video until here.", *texts[5:]]
    (hit,) = found(reference_invented_text, captions(invented), reference=plain(" ".join(texts)))
    assert (hit.cue, hit.extent, hit.witness) == (6, 1.0, "reference")
    english = captions(sentences(20))
    silent = replace(english, cues=english.cues[:5] + english.cues[6:])
    (hit,) = found(reference_invented_text, captions(sentences(20, "ko"), "ko"), source=silent)
    assert (hit.cue, hit.witness) == (6, "source track")


@pytest.mark.parametrize("module", [reference_high_error_cue, reference_missing_speech, reference_invented_text])
def test_a_reference_of_other_speech_judges_nothing(module: Any) -> None:
    other = plain("whales breathe air through blowholes while penguins argue on the ice " * 30)
    document = replace(captions(sentences(30)), witnesses=Witnesses(reference=other))
    assert "seems to be of other speech" in module.RULE.lacks(document, module.RULE.options)


def numbers(source: Sequence[str], target: Sequence[str], language: str = "ko") -> list[Hit]:
    return found(reference_number_mismatch, captions(target, language), source=captions(source))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("It scored 62.5% of the points.", "점수는 65%였어요"),
        ("We use llama 3.1 today.", "오늘은 라마 3을 써요 1번요"),
        ("The ticket is $7.99.", "표는 7달러예요 99살요"),
        ("We have 2.8 million rows.", "2마리가 있어요 8백만 개요"),
        ("GPT four answers.", "GPT for가 대답해요"),
        ("There are nine thousand files.", "파일이 9개 있어요"),
        ("We reduce it to four bits.", "4분의 1로 줄여요"),
        ("In week two we start.", "그 주에 시작해요"),
        ("It grew by 100% last year.", "작년에 10% 늘었어요"),
        ("I chose Titan three here.", "타이탄 3백만 개를 골랐죠"),
    ],
)
def test_a_number_that_changes_or_vanishes_is_flagged(said: str, written: str) -> None:
    (hit,) = numbers(["Welcome back.", said, "Let us start."], ["반가워요", written, "시작하죠"])
    assert (hit.cue, hit.witness) == (2, "source track")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("It scored 62.5 percent.", "62.5퍼센트였어요"),
        ("There are twenty-five of them.", "스물다섯 개가 있죠"),
        ("It has 8 billion parameters.", "매개 변수가 80억 개예요"),
        ("That one is a good one.", "그게 좋아요"),
        ("These two things differ.", "둘은 달라요"),
        ("I said it a hundred times.", "수없이 말했죠"),
        ("In week two we start.", "둘째 주에 시작해요"),
        ("7 to 8 billion rows", "70억에서 80억 개요"),
        ("It was 9,000 in 1999.", "1999년에 9천이었죠"),
        ("It has one, two, three, four letters.", "한 글자에서 네 글자까지예요"),
        ("It took 3.5 hours at 50% load.", "절반의 부하로 3시간 반이 걸렸죠"),
        ("I am 100% sure of it.", "정말 확실해요"),
    ],
)
def test_a_number_written_another_way_is_the_same_number(said: str, written: str) -> None:
    assert not numbers(["Welcome back.", said, "Let us start."], ["반가워요", written, "시작하죠"])


def test_a_number_may_stand_in_the_cue_beside_it_or_be_split_between_two() -> None:
    assert not numbers(
        ["There are 120 files.", "In this folder.", "Good."], ["이 폴더에는", "파일이 120개 있어요", "좋아요"]
    )
    assert not numbers(["It costs twenty", "five dollars.", "Good."], ["가격은", "25달러예요", "좋아요"])


def test_a_number_may_stand_where_the_translation_puts_it_in_the_sentence() -> None:
    said = ["You follow the five steps of it,", "with data and a baseline,", "and with a tuned model.", "Good."]
    assert not numbers(said, ["데이터와 기준선을 갖추고", "모델을 다듬어서", "다섯 단계를 따르세요", "좋아요"])
    # In the next sentence it is another number.
    (hit,) = numbers(
        ["You follow the five steps of it.", "With data.", "And with a model.", "Good."],
        ["단계를 따르세요", "데이터로요", "모델 다섯 개로요", "좋아요"],
    )
    assert hit.cue == 1
    # And so it is where it renders a number that is said there.
    (hit,) = numbers(
        ["You follow the five steps of it,", "with some data,", "and with five models."],
        ["단계를 따르세요", "데이터로요", "모델 다섯 개로요"],
    )
    assert hit.cue == 1


def test_half_of_a_broken_decimal_is_not_held_against_another_number() -> None:
    hits = numbers(["Welcome.", "Llama 3.1 runs on four bits.", "Good."], ["반가워요", "라마 3을 돌려요", "좋아요"])
    assert [hit.message for hit in hits] == [
        "the source track says '3.1' here, this track '3'",
        "'four' of the source track is missing here",
    ]


def test_words_and_digits_of_two_japanese_cues_stay_apart() -> None:
    assert not numbers(
        ["Our own Three", "models.", "GPT 4 and", "5 models."],
        ["私たちのThree", "models", "GPT4と", "5つのモデル"],
        "ja",
    )


def test_japanese_numerals_are_read() -> None:
    assert not numbers(["Thirty-two boxes.", "80% of them.", "Good."], ["三十二個の箱", "その8割です", "良い"], "ja")
    (hit,) = numbers(["Thirty-two boxes.", "Good.", "Fine."], ["三十個の箱", "良い", "はい"], "ja")
    assert (hit.text, hit.measured, hit.limit) == ("三十", "30", "32")


def test_a_source_track_of_other_speech_judges_no_numbers() -> None:
    source = captions([f"Number {at} is next." for at in range(20, 40)])
    target = captions([f"{at}번 다음이에요" for at in range(220, 240)], "ko")
    document = replace(target, witnesses=Witnesses(source=source))
    reason = reference_number_mismatch.RULE.lacks(document, reference_number_mismatch.RULE.options)
    assert reason is not None
    assert "seems to be of other speech" in reason


def test_the_rarer_spelling_of_a_name_is_flagged_where_it_stands() -> None:
    source = captions(["Now we open Gradio here.", "So this Gradio app runs.", "And the Gradio page loads.", "Fine."])
    target = captions(["그라디오를 엽니다", "그라디오 앱이 돌죠", "그래디오 페이지가 떠요", "좋아요"], "ko")
    (hit,) = found(reference_inconsistent_term, target, source=source)
    assert (hit.cue, hit.text, hit.witness) == (3, "그래디오", "source track")


def test_one_spelling_with_particles_and_numbers_is_one_spelling() -> None:
    source = captions(["Now we open Python here.", "So this Python app runs.", "And the Python 3 page loads."])
    target = captions(["파이썬을 엽니다", "파이썬으로 돌죠", "파이썬3 페이지가 떠요"], "ko")
    assert not found(reference_inconsistent_term, target, source=source)


def test_a_latin_name_inside_a_longer_english_phrase_is_no_other_spelling() -> None:
    source = captions(["Now we open Amazon here.", "So this Amazon page runs.", "And Amazon stories it is.", "Fine."])
    target = captions(["아마존을 엽니다", "아마존 페이지가 돌죠", "이름은 Amazon stories예요", "좋아요"], "ko")
    assert not found(reference_inconsistent_term, target, source=source)


def glossary_hits(source: Sequence[str], target: Sequence[str], language: str = "ko", **terms: list[str]) -> list[Hit]:
    options = reference_inconsistent_term.Options(terms={name.replace("_", " "): tuple(w) for name, w in terms.items()})
    document = replace(captions(target, language), witnesses=Witnesses(source=captions(source)))
    assert reference_inconsistent_term.RULE.lacks(document, options) is None
    return list(reference_inconsistent_term.RULE.check(document, options))


def test_a_term_is_held_to_the_glossary_however_it_is_translated() -> None:
    said = ["We log in to Hugging Face.", "So Hugging Face has it.", "And at hugging face we stop.", "Faces hug."]
    written = ["포옹하는 얼굴에 로그인해요", "허깅 페이스에 있죠", "허깅페이즈에서 멈춰요", "얼굴이 안아요"]
    hits = glossary_hits(said, written, Hugging_Face=["허깅페이스", "Hugging Face"], Face=["얼굴"])
    assert [(hit.cue, hit.severity) for hit in hits] == [(1, Severity.WARNING), (3, Severity.WARNING)]
    assert hits[0].message == (
        "'Hugging Face' of the source track is not here: the glossary wants '허깅페이스' or 'Hugging Face'"
    )


def test_the_glossary_names_the_spelling_that_stands_instead() -> None:
    hits = glossary_hits(
        ["We open Gradio here.", "Fine.", "Good."], ["그래디오를 열어요", "좋아요", "네"], Gradio=["그라디오"]
    )
    assert [(hit.text, hit.message) for hit in hits] == [
        ("그래디오", "'Gradio' of the source track is '그래디오' here: the glossary wants '그라디오'")
    ]


def test_a_glossary_holds_for_any_two_languages_and_for_the_whole_sentence() -> None:
    said = ["Now the kiln is opened,", "after a whole day of heat,", "and we look inside."]
    written = ["Nach einem ganzen Tag Hitze,", "dann öffnen wir ihn,", "den Brennofen, und schauen."]
    assert not glossary_hits(said, written, "de", kiln=["Brennofen"])
    assert [hit.cue for hit in glossary_hits(said, written, "de", kiln=["Töpferofen"])] == [1]


@pytest.mark.parametrize(
    ("language", "written", "expected"),
    [
        ("ko", ["반가워요", "Let's go.", "천천히 식습니다 and that is all"], [(2, "Let's go"), (3, "and that is all")]),
        ("ja", ["ようこそ｡", "Let's go.", "冷めます and that is all"], [(2, "Let's go"), (3, "and that is all")]),
        ("de", ["Willkommen.", "Los geht's.", "And that is all for now."], [(3, "And that is all")]),
    ],
)
def test_words_of_the_source_that_were_left_are_untranslated(
    language: str, written: list[str], expected: list[tuple[int, str]]
) -> None:
    hits = found(
        reference_inconsistent_term,
        captions(written, language),
        source=captions(["Welcome back.", "Let's go.", "It cools down slowly, and that is all."]),
    )
    assert [(hit.cue, hit.text) for hit in hits] == expected
    assert {hit.severity for hit in hits} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("She was Innovator of the Year in the North.", "Innovator of the Year in the North 상을 받았죠"),
        ("It is spelled k i l n a go.", "k i l n a go라고 써요"),
        ('Type "where is it to go" here.', '여기에 "where is it to go"라고 쓰세요'),
        ("The loop has get item and set item.", "루프에는 get item과 set item이 있어요"),
        ("Hugging Face has them.", "Hugging Face에 있어요"),
    ],
)
def test_names_titles_letters_and_quotations_are_not_untranslated(said: str, written: str) -> None:
    source = captions(["Welcome back.", said, "Good."])
    assert not found(reference_inconsistent_term, captions(["반가워요", written, "좋아요"], "ko"), source=source)


@pytest.mark.parametrize(
    ("fragment", "said", "expected"),
    [
        ("Hugging Face", "We log in to hugging face now.", "term"),
        ("HINGPace", "This is HuggingFace at work.", "term"),
        ("GPU", "It runs on a GPU box.", "term"),
        ("batch size", "The batch size is large.", "term"),
        ("get_weight", "Then get_weight is called.", "term"),
        ("Get it", "We are going to get it done.", "unknown"),
        ("Put", "I put it here.", "unknown"),
        ("Get up", "So that is the plan.", "absent"),
        ("Cream", "So that is the plan.", "absent"),
        ("REST", "And the rest of the day.", "unknown"),
    ],
)
def test_only_the_sources_own_terms_clear_a_fragment(fragment: str, said: str, expected: str) -> None:
    assert status(fragment, track(captions([said])).cues) == expected


def test_without_source_cues_nothing_is_known_of_a_fragment() -> None:
    assert status("Get it", ()) == "unknown"
