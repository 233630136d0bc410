"""Files that extend others, settings of languages and places, word files: what holds where, and who said it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import auditor
from auditor.config import Config, PathSettings, Settings, ruleset, with_options
from auditor.config_file import in_force, load, load_with_origins
from auditor.decoding import ConfigurationError
from auditor.engine import Ruleset
from auditor.model import Severity
from auditor.path_patterns import Patterns
from auditor.rulesets import Rulesets, rulesets
from tests.transcripts import sentences, webvtt


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(ConfigurationError) as error:
        load(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def codes(config: Config, path: str, language: str | None = "ko") -> set[str]:
    return {rule.code for rule in rulesets(config).of(path, language).rules}


# ---------------------------------------------------------------- extend

BASE = """
profile = "netflix"
select = ["TIM", "RDG"]
extend-select = ["FMT"]
ignore = ["TIM104"]
[rules.TIM101]
tolerance_ms = 40
severity = "warning"
[rules.TXT607.terms]
"a" = "b"
[gate]
min-overall = 70
max-errors = 9
"""
OWN = """
extend = "shared/base.toml"
select = ["REP"]
extend-select = ["PHR"]
[rules.TIM101]
tolerance-ms = 80
[rules.TXT607.terms]
"c" = "d"
[gate]
max-errors = 1
"""


def test_what_the_nearer_file_says_wins_and_tables_merge_by_key(here: Path) -> None:
    write(here / "shared/base.toml", BASE)
    loaded = load_with_origins(write(here / "auditor.toml", OWN))
    config = loaded.config
    assert (config.profile, config.select, config.ignore) == ("netflix", ("REP",), ("TIM104",))
    assert config.extend_select == ("FMT", "PHR")
    assert config.rules["TIM101"] == {"tolerance-ms": 80, "severity": "warning"}
    assert config.rules["TXT607"]["terms"] == {"a": "b", "c": "d"}
    assert (config.gate.min_overall, config.gate.max_errors) == (70, 1)
    assert loaded.files == ("auditor.toml", "shared/base.toml")
    assert loaded.origins["gate", "min-overall"] == "shared/base.toml"
    assert loaded.origins["gate", "max-errors"] == "auditor.toml"
    assert loaded.origins["rules", "TIM101", "severity"] == "shared/base.toml"
    assert loaded.origins["extend-select",] == "shared/base.toml, auditor.toml"


def test_chains_are_followed_from_the_folder_of_each_file(here: Path) -> None:
    write(here / "a/base.toml", 'profile = "bbc"\nlanguage = "ko"')
    write(here / "b/pyproject.toml", '[tool.auditor]\nextend = "../a/base.toml"\nprofile = "ted"')
    config = load(write(here / "auditor.toml", 'extend = "b/pyproject.toml"'))
    assert (config.profile, config.language) == ("ted", "ko")


def test_a_circle_is_refused_with_its_chain(here: Path) -> None:
    write(here / "a.toml", 'extend = "sub/b.toml"')
    write(here / "sub/b.toml", 'extend = "../c.toml"')
    message = refused(write(here / "c.toml", 'extend = "a.toml"'))
    assert "c.toml -> a.toml -> sub/b.toml -> " in message
    assert message.endswith("c.toml")


def test_a_file_that_is_not_there_is_refused(here: Path) -> None:
    message = refused(write(here / "auditor.toml", 'extend = "nowhere.toml"'))
    assert "auditor.toml.extend" in message
    assert "nowhere.toml: no such configuration file" in message


def test_a_slip_in_an_extended_file_names_that_file(here: Path) -> None:
    write(here / "base.toml", '[languages.ko]\nprofil = "ted"')
    message = refused(write(here / "auditor.toml", 'extend = "base.toml"'))
    assert "base.toml.languages.ko: unknown key 'profil'; did you mean 'profile'?" in message


def test_paths_in_a_file_are_those_of_its_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "auditor.toml", 'baseline = "known.json"\n[per-file-ignores]\n"week/*.vtt" = ["TIM"]')
    inner = here / "week"
    inner.mkdir()
    monkeypatch.chdir(inner)
    config = in_force(None).config
    assert config.baseline is not None
    assert Path(config.baseline).resolve() == here / "known.json"
    assert "TIM101" not in codes(config, "a.vtt")
    assert "TIM101" in codes(config, "../a.vtt")


# ---------------------------------------------------------------- patterns


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("kids/**", "kids/a/b.vtt", True),
        ("kids/**", "more/kids/a.vtt", False),
        ("/kids", "kids/a.vtt", True),
        ("kids/", "more/kids/a.vtt", True),
        ("*.ko.srt", "a/b/c.ko.srt", True),
        ("*.ko.srt", "a/b/c.en.srt", False),
        ("**/draft*/*.vtt", "x/y/drafts/a.vtt", True),
        ("a/*.vtt", "a/b/c.vtt", False),
        ("!final/**", "a.vtt", True),
        ("!final/**", "final/a.vtt", False),
        ("강의/**", "강의/1강.vtt", True),
    ],
)
def test_patterns_are_those_of_a_gitignore(here: Path, pattern: str, path: str, meant: bool) -> None:
    assert Patterns((pattern,)).match(path) is meant
    assert Patterns((pattern,)).match(str(here / path)) is meant
    assert Patterns((pattern,)).match(f"./{path}") is meant


def test_a_folder_that_looks_like_a_pattern_means_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / "[a]*!"
    odd.mkdir()
    monkeypatch.chdir(odd)
    assert Patterns(("kids/*.vtt",)).match("kids/a.vtt")
    assert not Patterns(("kids/*.vtt",)).match(str(tmp_path / "a" / "kids" / "a.vtt"))


# ---------------------------------------------------------------- languages and places

PLACES = """
profile = "default"
ignore = ["FMT006"]
[per-file-ignores]
"songs/**" = ["REP"]
[languages.ko]
profile = "netflix"
ignore = ["KOR702"]
[languages.zh-hans.rules.TIM101]
severity = "info"
[[paths]]
match = "kids/**"
profile = "netflix-children"
rules.TIM101.tolerance-ms = 5
[[paths]]
match = ["*.draft.vtt", "!kids/keep.draft.vtt"]
select = ["FMT"]
"""


def test_settings_of_languages_and_places_hold_where_they_should(here: Path) -> None:
    chosen = rulesets(load(write(here / "auditor.toml", PLACES)))
    assert chosen.profile.name == "default"
    korean, english = chosen.of("a.vtt", "ko-KR"), chosen.of("a.vtt", "en")
    assert (korean.profile.name, english.profile.name) == ("netflix", "default")
    assert "KOR702" not in {rule.code for rule in korean.rules}
    assert {"KOR702", "REP301"} <= {rule.code for rule in english.rules}
    assert "FMT006" not in {rule.code for rule in korean.rules}
    assert chosen.of("kids/a.vtt", "ko").profile.name == "netflix-children"
    assert chosen.of("kids/a.vtt", "ko").options["TIM101"] == {"tolerance_ms": 5}
    assert chosen.of("a.vtt", "zh-Hans-CN").severities == {"TIM101": Severity.INFO}
    assert chosen.of("a.vtt", "zh-Hant").severities == {}
    assert not {rule.code for rule in chosen.of("songs/a.vtt", "ko").rules} & {"REP301", "REP304"}
    assert {rule.code[:3] for rule in chosen.of("kids/x.draft.vtt", "ko").rules} == {"FMT"}
    assert "TIM101" in {rule.code for rule in chosen.of("kids/keep.draft.vtt", "ko").rules}


def test_the_caller_wins_over_languages_and_places(here: Path) -> None:
    config = load(write(here / "auditor.toml", PLACES))
    said = with_options(config, profile="bbc", select=("REP", "TIM"), extend_select=("KOR702",))
    assert rulesets(said).of("kids/a.vtt", "ko").profile.name == "bbc"
    assert {code[:3] for code in codes(said, "a.draft.vtt")} == {"REP", "TIM", "KOR"}
    assert "REP301" not in codes(said, "songs/a.vtt")
    assert "FMT001" not in codes(with_options(config, ignore=("FMT001",)), "a.draft.vtt")


def test_what_the_caller_said_first_is_not_forgotten_by_what_is_said_next() -> None:
    config = Config(languages={"ko": Settings(select=("FMT",), profile="ted")})
    said = with_options(with_options(config, select=("REP",)), profile="bbc")
    rules = rulesets(said).of("a.vtt", "ko")
    assert rules.profile.name == "bbc"
    assert {rule.code[:3] for rule in rules.rules} == {"REP"}


def test_without_such_settings_there_is_one_ruleset() -> None:
    chosen = rulesets(Config(ignore=("REP",), rules={"TIM101": {"tolerance-ms": 3}}))
    assert isinstance(chosen, Ruleset)
    assert chosen.of("a.vtt", "ko") is chosen


def test_they_reach_other_processes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = rulesets(Config(paths=(PathSettings(match="kids/**", profile="bbc"),)))
    assert isinstance(chosen, Rulesets)
    sent = pickle.dumps(chosen)
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    assert pickle.loads(sent).of("../kids/a.vtt", "en").profile.name == "bbc"
    for number in range(20):
        write(here / "elsewhere" / f"kids/{number}.en.vtt", webvtt(sentences(3)))
    config = Config(paths=(PathSettings(match="kids/1?.en.vtt", select=("FMT006",)),), select=("TIM103", "REF801"))
    one, two = auditor.audit(".", config, jobs=1), auditor.audit(".", config, jobs=2)
    assert [file.not_verified for file in one.files] == [file.not_verified for file in two.files]
    assert sum(bool(file.not_verified) for file in one.files) == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[languages.xx]", "languages.xx: unknown language 'xx'"),
        ("[languages.ko]\n[languages.KO]", "the same language as languages.ko"),
        ("[languages.ko]\nselct = []", "unknown key 'selct'; did you mean 'select'?"),
        ("[languages]\nko = 5", "languages.ko: expected a table, found a whole number"),
        ('[languages.ko]\nprofile = "netflx"', "languages.ko: unknown profile 'netflx'"),
        ("[languages.ko.rules.TIM110]\nx = 1", "languages.ko: unknown rule 'TIM110'"),
        ("[languages.ko.rules.TIM101]\ntolerance = 1", "languages.ko rules.TIM101: unknown key 'tolerance'"),
        ("[paths]\nmatch = 'x'", "paths: expected a list of tables, found a table"),
        ("[[paths]]\nprofile = 'bbc'", "paths[0]: the key 'match' is missing"),
        ("[[paths]]\nmatch = 3", "paths[0].match: expected a text or a list of texts, found a whole number"),
        ("[[paths]]\nmatch = []", "paths[0].match: an empty list"),
        ("[[paths]]\nmatch = ' '", "is no pattern of paths"),
        ("[[paths]]\nmatch = 'x'\nignore = ['XYZ']", "paths[0]: 'XYZ' selects no rule"),
        ('[per-file-ignores]\n"x" = "TIM"', "per-file-ignores.x: expected a list of texts, found a text"),
        ('[per-file-ignores]\n"x" = ["TIM9"]', "'TIM9' selects no rule"),
        ('[per-file-ignores]\n"" = ["TIM"]', "is no pattern of paths"),
        ("extend = 3", "extend: expected a text, found a whole number"),
        ("[gate]\nmin-overall = 101", "gate.min-overall: expected a number from 0 to 100, found 101"),
        ("[gate]\nmin-overall = nan", "gate.min-overall: expected a number, found"),
        ("[gate]\nmax-errors = -1", "gate.max-errors: expected 0 or more, found -1"),
        ("[gate]\nmin-overall = 1\nmin_overall = 2", "said twice"),
        ('ignore = [""]', "'' selects no rule"),
    ],
)
def test_slips_are_refused_with_their_place(here: Path, text: str, expected: str) -> None:
    assert expected in refused(write(here / "auditor.toml", text))


# ---------------------------------------------------------------- word files

TERMS = """
[terms."Hugging Face"]
write = ["Hugging Face", "허깅페이스"]
never = ["포옹하는 얼굴"]
[terms."Get it"]
[terms."gradient descent"]
write = "경사 하강법"
"""
KOREAN = webvtt(
    ["오늘은 포옹하는 얼굴을 씁니다.", "모델을 만들고 Get it 함께 봅니다.", "자막 협찬 홍길동", "끝입니다."]
)


def found(config: Config, path: str) -> set[tuple[str, str]]:
    return {(finding.rule, finding.text) for file in auditor.audit(path, config).files for finding in file.findings}


def test_a_glossary_and_a_file_of_phantoms_reach_the_rules(here: Path) -> None:
    write(here / "words/terms.toml", TERMS)
    write(here / "words/ours.toml", 'artefacts = ["자막 협찬 *"]')
    text = 'glossary = ["terms.toml"]\nphantoms = ["ours.toml"]\n[rules.TXT607]\nterms = {"끝" = "마지막"}'
    config = load(write(here / "words/auditor.toml", text))
    write(here / "a.ko.vtt", KOREAN)
    before, after = found(Config(), "a.ko.vtt"), found(config, "a.ko.vtt")
    assert ("TXT607", "포옹하는 얼굴") in after - before
    assert ("TXT607", "끝") in after - before
    assert any(rule == "PHR501" for rule, _ in after - before)
    assert any(rule == "MIX401" for rule, _ in before)
    assert not any(rule == "MIX401" for rule, _ in after)


def test_word_files_of_a_language_add_to_those_of_all(here: Path) -> None:
    write(here / "a.toml", '[terms.x]\nnever = ["y"]')
    write(here / "b.toml", '[terms.v]\nnever = ["w"]')
    chosen = rulesets(Config(glossary=("a.toml",), languages={"ko": Settings(glossary=("b.toml",))}))
    assert chosen.of("f", "ko").options["TXT607"]["terms"] == {"y": "x", "w": "v"}
    assert chosen.of("f", "ja").options["TXT607"]["terms"] == {"y": "x"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (None, "auditor.toml.glossary: terms.toml: cannot be read: No such file or directory"),
        ("terms = ", "auditor.toml.glossary: terms.toml: not valid TOML: Invalid value (at"),
        ("[term.x]", "terms.toml: unknown key 'term'; did you mean 'terms'?"),
        ("[terms]\nx = 'y'", "terms.toml.terms.x: expected a table, found a text"),
        ("[terms.x]\nwrit = 'y'", "terms.toml.terms.x: unknown key 'writ'; did you mean 'write'?"),
        ("[terms.x]\nnever = 'y'", "terms.toml.terms.x.never: expected a list of texts"),
        ("[terms.x]\nnever = ['']", "terms.toml.terms.x: an empty text"),
    ],
)
def test_slips_in_word_files_name_file_and_key(here: Path, words: str | None, expected: str) -> None:
    if words is not None:
        write(here / "terms.toml", words)
    message = refused(write(here / "auditor.toml", 'glossary = ["terms.toml"]'))
    assert expected in message


def test_a_fixed_rendering_holds_even_when_it_is_the_rarer_one(here: Path) -> None:
    english = webvtt([f"Now we run Gradio here, part {n}." for n in range(4)])
    korean = webvtt(["그라디오를 켭니다.", "그래디오를 켭니다.", "그래디오로 갑니다.", "그래디오를 끕니다."])
    write(here / "a.en.vtt", english)
    write(here / "a.ko.vtt", korean)
    write(here / "terms.toml", '[terms.Gradio]\nwrite = "그라디오"')

    def flagged(config: Config) -> list[str]:
        audited = auditor.audit("a.ko.vtt", config, select=["REF805"], source_track="en")
        return [finding.text for finding in audited.files[0].findings]

    assert flagged(Config()) == ["그라디오"]
    assert flagged(Config(glossary=("terms.toml",))) == ["그래디오"] * 3


# ---------------------------------------------------------------- cache


def test_the_cache_keeps_apart_what_different_settings_found(here: Path) -> None:
    looped = "이 모델은 다시 읽고 다시 읽고 다시 읽고 다시 읽고 다시 읽고 버려요."
    write(here / "kids/a.ko.vtt", webvtt([looped, *sentences(5, "ko")]))

    def rules(**settings: object) -> set[str]:
        config = Config(**settings)  # type: ignore[arg-type]
        return {f.rule for file in auditor.audit("kids", config, cache="cache").files for f in file.findings}

    assert "REP301" in rules()
    assert "REP301" in rules(per_file_ignores={"x/**": ("REP",)})
    assert "REP301" not in rules(per_file_ignores={"kids/**": ("REP",)})
    assert "REP301" not in rules(languages={"ko": Settings(ignore=("REP",))})
    assert "REP301" in rules(languages={"ko": Settings(ignore=("REP302",))})
    assert "REP301" in rules()


def test_word_files_that_change_are_read_again_in_spite_of_the_cache(here: Path) -> None:
    write(here / "a.ko.vtt", KOREAN)
    write(here / "terms.toml", "")
    config = Config(glossary=("terms.toml",))
    assert not [f for f in auditor.audit("a.ko.vtt", config, cache="cache").files[0].findings if f.rule == "TXT607"]
    write(here / "terms.toml", TERMS)
    assert [f for f in auditor.audit("a.ko.vtt", config, cache="cache").files[0].findings if f.rule == "TXT607"]


def test_settings_of_another_place_leave_the_cache_of_a_file_as_it_is(here: Path) -> None:
    places = [Config(paths=(PathSettings(match="kids/**", profile=name),)) for name in ("bbc", "ted")]
    first, second = (rulesets(config) for config in places)
    assert isinstance(first, Rulesets)
    assert isinstance(second, Rulesets)
    assert first.described("talks/a.vtt") == second.described("talks/a.vtt")
    assert first.described("kids/a.vtt") != second.described("kids/a.vtt")


def test_ruleset_alone_is_that_of_files_nothing_is_said_of() -> None:
    config = Config(languages={"ko": Settings(profile="bbc")})
    assert ruleset(config).profile.name == "default"
