"""Files of words that a configuration names: glossaries, and phantom phrases of one's own.

A glossary holds the terms of a project::

    [terms."Hugging Face"]
    write = ["Hugging Face", "허깅페이스"]   # how it is rendered, the wanted form first; without it, as it is
    never = ["포옹하는 얼굴"]                 # TXT607 flags these and names the wanted form

Its terms and their renderings are at home in every track: MIX401 does not take them for strays, and REF805 asks
for one of the renderings wherever the source track says the term. A file of phantoms holds phrases for PHR501::

    artefacts = ["자막 협찬 *"]               # reported wherever they stand
    suspects = ["다음 강의에서 뵙겠습니다"]     # judged by the evidence around them
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, field

from auditor import storage
from auditor.decoding import ConfigurationError, decode

T = TypeVar("T", bound=Struct)


class Term(Struct, frozen=True):
    """``write``: how the term is rendered, the wanted form first; ``never``: what must not stand for it."""

    write: str | tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def written(self, term: str) -> tuple[str, ...]:
        """The renderings, which are the term itself where none is given."""
        return (self.write,) if isinstance(self.write, str) else self.write or (term,)


class Glossary(Struct, frozen=True):
    """A glossary file: from each term, as the speaker says it, to how it is written."""

    terms: Mapping[str, Term] = field(default_factory=dict)


class Phantoms(Struct, frozen=True):
    """A file of phantom phrases: those never spoken, and those suspected by their surroundings."""

    artefacts: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()


def read_toml(path: str) -> dict[str, Any]:
    """The tables of a TOML file. Raises :class:`ConfigurationError`, with the line where there is one."""
    try:
        return tomllib.loads(storage.read(path).decode("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from error


def _read(kind: type[T], path: str, said: str) -> T:
    try:
        table = read_toml(path)
    except ConfigurationError as error:
        raise ConfigurationError(f"{said}: {error}") from error
    return decode(kind, table, path)


def _blank(words: Sequence[str], where: str) -> None:
    if any(not word.strip() for word in words):
        raise ConfigurationError(f"{where}: an empty text; remove it")


def options_of(glossaries: Sequence[str], phantoms: Sequence[str], where: str) -> dict[str, dict[str, Any]]:
    """What the files say, as the options of rules by their codes. Raises :class:`ConfigurationError`.

    ``where`` names the configuration that names the files.
    """
    unwanted: dict[str, str] = {}
    wanted: dict[str, list[str]] = {}
    known: dict[str, None] = {}
    for path in glossaries:
        for name, term in _read(Glossary, path, f"{where}.glossary").terms.items():
            written = term.written(name)
            _blank((name, *written, *term.never), f"{path}.terms.{name}")
            known.update(dict.fromkeys((name, *written)))
            wanted[name] = list(written)
            unwanted.update(dict.fromkeys(term.never, written[0]))
    lists = [_read(Phantoms, path, f"{where}.phantoms") for path in phantoms]
    for path, phrases in zip(phantoms, lists, strict=True):
        _blank(phrases.artefacts + phrases.suspects, path)
    options: dict[str, dict[str, Any]] = {}
    if known:
        options |= {"TXT607": {"terms": unwanted}, "MIX401": {"terms": list(known)}, "REF805": {"terms": wanted}}
    if lists:
        options["PHR501"] = {
            "artefacts": [phrase for phrases in lists for phrase in phrases.artefacts],
            "suspects": [phrase for phrases in lists for phrase in phrases.suspects],
        }
    return options
