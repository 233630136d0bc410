"""Other texts of the same speech: finding the file that goes with each transcript, and reading it.

References and second hypotheses lie in a folder of their own and are paired by
name; the source-language track lies beside the transcript. What cannot be paired
is said, never guessed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from auditor import storage
from auditor.archives import is_plain
from auditor.decoding import ConfigurationError
from auditor.entries import Paths
from auditor.facts.error_rates import unusable
from auditor.facts.same_speech import doubt
from auditor.facts.second_opinion import copied
from auditor.facts.words import primary
from auditor.model import Cue, Document, Language, Source, Span, Witnesses
from auditor.parse import SUFFIXES, parse
from auditor.parse.encodings import decode
from auditor.parse.language import decide, normalise
from auditor.remote import scheme

PLAIN = ".txt"
"""The ending of a witness without times."""

MAPPINGS = (".tsv", ".json")
"""Endings of a file that lists pairs: ``transcript<TAB>witness`` lines, or a JSON object of the same."""


class Pairing(Struct, frozen=True):
    """The witnesses of a run by transcript path, and what the user should know about the pairing."""

    of: dict[str, Paths]
    warnings: tuple[str, ...] = ()


def _read_mapping(mapping: str) -> dict[str, str]:
    """Pairs of a mapping file; relative witness paths are relative to it."""
    try:
        text = storage.read(mapping).decode("utf-8-sig")
        if mapping.lower().endswith(".json"):
            pairs = json.loads(text)
            if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
                raise ConfigurationError(f"{mapping}: expected a JSON object of transcript to witness paths")
        else:
            rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
            if bad := next((row for row in rows if len(row) != 2), None):
                raise ConfigurationError(f"{mapping}: expected 'transcript<TAB>witness', found '{' '.join(bad)}'")
            pairs = {row[0].strip(): row[1].strip() for row in rows}
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ConfigurationError(f"{mapping}: the mapping cannot be read ({error})") from error
    folder = storage.parent(mapping)
    return {storage.shown(transcript): storage.join(folder, witness) for transcript, witness in pairs.items()}


_LANGUAGE_TAIL = re.compile(r"^(?P<stem>.+?)[._-](?P<tag>[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)$")


def _without_language(stem: str) -> str | None:
    match = _LANGUAGE_TAIL.match(stem)
    return match["stem"] if match and normalise(match["tag"]) else None


def _names(path: PurePath) -> list[tuple[str, ...]]:
    """The names a file can be paired under, most specific first: its path from the root, its stem, its folder."""
    parts = path.with_suffix("").parts
    names = [parts[at:] for at in range(len(parts))]
    bare = _without_language(path.stem)
    if bare:
        names.append((bare,))
    if path.parent.name:
        names.append((path.parent.name,))
    return names


class _Folder:
    """The witness files below a folder, by every name they can be paired under."""

    def __init__(self, root: str) -> None:
        self.files = storage.within(root, SUFFIXES | {PLAIN})
        self._by_name: dict[tuple[str, ...], list[str]] = {}
        for path in self.files:
            inside = PurePath(path[len(root.rstrip("/")) :].lstrip("/" + os.sep))
            for name in dict.fromkeys(_names(inside)):
                self._by_name.setdefault(name, []).append(path)

    def find(self, transcript: str) -> list[str]:
        """The files that go with a transcript under the most specific name that has any."""
        for name in _names(PurePath(transcript)):
            found = self._by_name.get(name)
            if found:
                return found
        return []


def _by_mapping(mapping: str, paths: Sequence[str], what: str) -> tuple[dict[str, str], list[str]]:
    pairs = _read_mapping(mapping)
    found: dict[str, str] = {}
    warnings: list[str] = []
    used: set[str] = set()
    for path in paths:
        name = storage.shown(path)
        for key in (name, *("/".join(PurePath(name).parts[at:]) for at in range(1, len(PurePath(name).parts)))):
            if key in pairs:
                found[path] = pairs[key]
                used.add(key)
                break
        else:
            warnings.append(f"{name}: no {what} in {mapping}")
    warnings += [f"{mapping}: '{key}' is none of the audited transcripts" for key in pairs if key not in used]
    for path, witness in found.items():
        # What lies elsewhere is not asked for one by one: an audit whose witness cannot be read says so.
        if is_plain(witness) and not os.path.isfile(witness):
            raise ConfigurationError(f"{mapping}: the {what} of {storage.shown(path)}, {witness}, does not exist")
    return found, warnings


def _by_folder(root: str, paths: Sequence[str], what: str) -> tuple[dict[str, str], list[str]]:
    folder = _Folder(root)
    found: dict[str, str] = {}
    warnings: list[str] = []
    for path in paths:
        name = storage.shown(path)
        candidates = [file for file in folder.find(path) if storage.same(file) != storage.same(path)]
        if len(candidates) > 1:
            alike = [file for file in candidates if _language_of(file) == _language_of(path)]
            candidates = alike or candidates
        if len(candidates) == 1:
            found[path] = candidates[0]
        elif candidates:
            some = ", ".join(storage.shown(file) for file in candidates[:3])
            warnings.append(f"{name}: {len(candidates)} files could be its {what} ({some}); none is used")
        else:
            warnings.append(f"{name}: no {what} found in {root}")
    taken = {storage.same(file) for file in found.values()}
    if found:
        spare = [file for file in folder.files if storage.same(file) not in taken]
        warnings += [f"{storage.shown(file)}: no audited transcript goes with this {what}" for file in spare]
    return found, warnings


def _language_of(path: str) -> str:
    return primary(decide(storage.shown(path), (), (), None).tag)


def _named(given: str, paths: Sequence[str], what: str) -> tuple[dict[str, str], list[str]]:
    """Witness paths by transcript for ``--reference`` or ``--hypothesis``, a folder, a file or a mapping."""
    kind = storage.kind(given)
    if kind == "folder":
        return _by_folder(given, paths, what)
    if kind is None:
        raise ConfigurationError(f"{given}: no such file or folder (given as {what})")
    ending = PurePath(storage.shown(given)).suffix.lower()
    # Whisper writes .json and .tsv too: what holds cues is a transcript, whatever its ending.
    if ending not in SUFFIXES | {PLAIN} and not read_witness(given).cues:
        if ending in MAPPINGS:
            return _by_mapping(given, paths, what)
        raise ConfigurationError(
            f"{given}: neither a transcript nor a mapping ({' or '.join(MAPPINGS)}); given as {what}"
        )
    if len(paths) != 1:
        raise ConfigurationError(
            f"{given} is one {what} for {len(paths)} transcripts: "
            f"give a folder, or a {MAPPINGS[0]} that lists the pairs"
        )
    return {paths[0]: given}, []


def _split_name(name: str) -> tuple[str, str | None]:
    """What the tracks of one recording share of their names, and the language that the name tells."""
    stem = name.rsplit(".", 1)[0]
    if tag := normalise(stem):
        return "", tag
    match = _LANGUAGE_TAIL.match(stem)
    tag = normalise(match["tag"]) if match else None
    return (match["stem"], tag) if match and tag else (stem, None)


class _Siblings:
    """Files that are the same track in the language ``wanted``, by their names, beside each transcript.

    ``<folder>/ko_KR.srt`` has ``<folder>/en_US.srt`` beside it, ``x.ko.vtt`` has ``x.en.vtt``.
    A folder is looked at once, however many transcripts lie in it.
    """

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._tracks: dict[str, dict[str, list[str]]] = {}

    def find(self, path: str) -> list[str]:
        """The names of the tracks beside a transcript."""
        folder, own = storage.parent(path), _name(path)
        if folder not in self._tracks:
            self._tracks[folder] = self._in_folder(path)
        return [name for name in self._tracks[folder].get(_split_name(own)[0], ()) if name != own]

    def _in_folder(self, path: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in storage.beside(path):
            base, tag = _split_name(name)
            if name.lower().endswith(tuple(SUFFIXES)) and tag and self._wanted in (tag, primary(tag)):
                found.setdefault(base, []).append(name)
        return found


def _name(path: str) -> str:
    return PurePath(storage.shown(path)).name


def is_track_file(given: str) -> bool:
    """Whether a source track is given as a file, and not as the tag of a language whose files lie beside."""
    return normalise(given) is None or os.path.isfile(given)


def _sources(given: str, paths: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Source tracks by transcript: one file for one transcript, or siblings in the language ``given``."""
    wanted = normalise(given)
    if wanted is None or is_track_file(given):
        if scheme(given) is None and not os.path.isfile(given) and is_plain(given):
            raise ConfigurationError(f"--source-track {given}: neither a file nor a language tag such as 'en'")
        return _named(given, paths, "source track")
    found: dict[str, str] = {}
    warnings: list[str] = []
    tracks = _Siblings(wanted)
    for path in paths:
        if _language_of(path) == primary(wanted):
            continue  # the source track itself is audited too: it has no source
        name = storage.shown(path)
        try:
            siblings = tracks.find(path)
        except OSError as error:
            warnings.append(f"{name}: no source track can be looked for beside it ({error.strerror})")
            continue
        # x.en.vtt and x.en.srt are one track in two formats: the one of the transcript's own format goes with it.
        ending = PurePath(name).suffix.lower()
        same_format = [other for other in siblings if PurePath(other).suffix.lower() == ending]
        chosen = same_format if len(siblings) > 1 and len(same_format) == 1 else siblings
        if len(chosen) == 1:
            found[path] = storage.join(storage.parent(path), chosen[0])
        elif chosen:
            names = ", ".join(chosen)
            warnings.append(f"{name}: more than one source track beside it ({names}); none is used")
        else:
            warnings.append(f"{name}: no source track '{given}' beside it")
    return found, warnings


def pair(
    paths: Sequence[str],
    *,
    reference: str | None = None,
    hypothesis: str | None = None,
    source_track: str | None = None,
) -> Pairing:
    """Find the witnesses of the transcripts at ``paths``.

    ``reference`` and ``hypothesis`` are a folder (paired by relative path, stem, stem
    without language, or folder name), a mapping (:data:`MAPPINGS`) or the file of a
    single transcript; ``source_track`` is a language tag or such a file. Transcripts
    and witnesses left over are named in the warnings. Raises
    :class:`~auditor.decoding.ConfigurationError` for what does not exist or cannot be meant.
    """
    references, warnings = _named(reference, paths, "reference") if reference is not None else ({}, [])
    hypotheses, more = _named(hypothesis, paths, "hypothesis") if hypothesis is not None else ({}, [])
    sources, most = _sources(source_track, paths) if source_track is not None else ({}, [])
    of = {
        path: Paths(references.get(path), hypotheses.get(path), sources.get(path))
        for path in paths
        if path in references or path in hypotheses or path in sources
    }
    return Pairing(of, (*warnings, *more, *most))


def read_witness(path: str, language: Language | None = None) -> Document:
    """Read a witness. A plain text (``.txt``) becomes one cue that lasts 0 ms. Raises ``OSError``."""
    return _as_witness(path, storage.read(path), language)


def _as_witness(path: str, data: bytes, language: Language | None = None) -> Document:
    name = storage.shown(path)
    if not path.lower().endswith(PLAIN):
        return parse(Source(name, data), language)
    decoded = decode(data)
    text = (decoded.text or "").replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").strip()
    lines = text.count("\n") + 1
    cue = Cue(1, 0, 0, text, text, 1, Span(1, 1, 1, 1), 1)
    cues = (cue,) if text else ()
    decided = decide(name, (), cues, language)
    return Document(name, "unknown", cues, decoded.defects, decided, decoded.encoding, lines=lines)


def with_witnesses(
    document: Document, paths: Paths, contents: Mapping[str, bytes | OSError] | None = None
) -> tuple[Document, tuple[str, ...]]:
    """The document with its witnesses read, and a warning for each that cannot be believed.

    ``contents`` are those that have been read already, by path. A witness that cannot be
    read is left out and named.
    """
    warnings: list[str] = []

    def read(path: str | None, what: str) -> Document | None:
        if path is None:
            return None
        try:
            data = storage.read(path) if contents is None else contents[path]
            if isinstance(data, OSError):
                raise data
            witness = _as_witness(path, data)
        except OSError as error:
            warnings.append(f"{document.path}: its {what} {storage.shown(path)} cannot be read ({error.strerror})")
            return None
        if not witness.cues:
            warnings.append(f"{document.path}: its {what} {witness.path} holds no text")
            return None
        if witness.language.tag is None and what != "source track":  # too short to tell: what it should be
            witness = replace(witness, language=document.language)
        return witness

    witnesses = Witnesses(
        reference=read(paths.reference, "reference"),
        hypothesis=read(paths.hypothesis, "hypothesis"),
        source=read(paths.source, "source track"),
    )
    witnessed = replace(document, witnesses=witnesses)
    return witnessed, (*warnings, *doubts(witnessed))


def doubts(document: Document) -> tuple[str, ...]:
    """What speaks against the witnesses of a document: another language, other speech, other times. Names the pair."""
    return tuple(f"{document.path}: {doubt}" for doubt in _doubts(document))


def _doubts(document: Document) -> Iterable[str]:
    witnesses = document.witnesses
    for witness, what in ((witnesses.reference, "reference"), (witnesses.hypothesis, "hypothesis")):
        if witness is not None and document.cues and (reason := unusable(document, witness)):
            yield reason if what == "reference" else reason.replace("the reference", "the hypothesis", 1)
    if witnesses.hypothesis is not None and copied(document, witnesses.hypothesis):
        yield (
            f"the hypothesis {witnesses.hypothesis.path} is this transcript saved again, letter by letter: "
            "it confirms nothing and is not used; give the output of another recogniser"
        )
    source = witnesses.source
    if source is None:
        return
    if primary(source.language.tag) == primary(document.language.tag):
        yield f"the source track {source.path} is in the same language ({primary(source.language.tag) or 'unknown'})"
    if reason := doubt(document, source):
        yield reason
