"""Transcripts for tests: clean lectures of any length, and the files they make."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"
CLEAN_SAMPLES = (
    "databases/en_US.vtt",
    "pottery/en_US.vtt",
    "pottery/ja_JP.vtt",
    "pottery/ko_KR.vtt",
)

# One word a slot, and pools without a common factor: no sentence comes back within a lecture, neighbours share no word
# but "the", and most pairs of words are new, as they are in speech.
_SLOTS: dict[str, tuple[str, ...]] = {
    "en": (
        "The old|The new|The tall|The quiet|The patient|The younger|The curious|The careful",
        "engineer|student|sailor|painter|farmer|reporter|doctor|teacher|potter|carpenter|pilot",
        "slowly|often|rarely|gladly|first|never|quickly",
        "measures|checks|compares|records|repairs|describes|watches|counts|lifts",
        "the red|the heavy|the clear|the broken|the smooth|the thin|the thick|the cold|the warm|the round|the empty|"
        "the wet|the dry",
        "bowl.|bridge.|lens.|anchor.|map.|sensor.|kiln.|window.|engine.|table.|rope.|mirror.|wheel.|basket.|ladder.|"
        "compass.|barrel.",
    ),
    "ko": (
        "오래된|새로운|조용한|부지런한|젊은|침착한|친절한|꼼꼼한",
        "기술자가|학생이|선원이|화가가|농부가|기자가|의사가|선생님이|도예가가|어부가|목수가",
        "천천히|조용히|열심히|가끔|자주|다시|함께",
        "작업실에서|항구에서|강가에서|교실에서|시장에서|도서관에서|공원에서|연구소에서|마당에서",
        "붉은|푸른|무거운|투명한|깨진|매끈한|얇은|두꺼운|차가운|따뜻한|둥근|하얀|거친",
        "그릇을 만듭니다.|다리를 고칩니다.|렌즈를 닦습니다.|지도를 그립니다.|창문을 엽니다.|기계를 살핍니다.|"
        "책상을 옮깁니다.|밧줄을 당깁니다.|거울을 봅니다.|바퀴를 돌립니다.|바구니를 듭니다.|사다리를 세웁니다.|"
        "나침반을 찾습니다.|항아리를 굽습니다.|돌을 나릅니다.|종이를 접습니다.|배를 띄웁니다.",
    ),
}


def sentences(count: int, language: str = "en") -> list[str]:
    """Different sentences as a lecturer might say them, without any fault."""
    slots = [slot.split("|") for slot in _SLOTS[language]]
    return [" ".join(slot[at % len(slot)] for slot in slots) for at in range(count)]


def stamp(ms: int, mark: str = ".") -> str:
    """A time as captions write it, with hours."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{rest:03}"


def moments(count: int, start_ms: int = 500, each_ms: int = 4000) -> list[int]:
    """The starts of ``count`` cues and the end of the last, unevenly spaced as speech is."""
    return [start_ms + at * each_ms + at * at * 7919 % 997 for at in range(count + 1)]


def webvtt(texts: Sequence[str], *, start_ms: int = 500, each_ms: int = 4000) -> str:
    """A WebVTT file with one cue a text, one after the other without a gap."""
    spans = pairwise(moments(len(texts), start_ms, each_ms))
    blocks = [f"{stamp(start)} --> {stamp(end)}\n{text}\n" for (start, end), text in zip(spans, texts, strict=True)]
    return "\n".join(["WEBVTT\n", *blocks])


def subrip(texts: Sequence[str], *, start_ms: int = 500, each_ms: int = 4000) -> str:
    """The same cues as a SubRip file."""
    spans = pairwise(moments(len(texts), start_ms, each_ms))
    blocks = [
        f"{number}\n{stamp(start, ',')} --> {stamp(end, ',')}\n{text}\n"
        for number, ((start, end), text) in enumerate(zip(spans, texts, strict=True), 1)
    ]
    return "\n".join(blocks)


LOOP = "so we turn it off and turn it off and turn it off and turn it off and turn it off and turn it off"
"""A cue that a recogniser garbled: REP301, an error."""


def garbled(texts: Sequence[str], every: int) -> list[str]:
    """The texts with a loop in every ``every``-th cue."""
    return [LOOP if at % every == every // 2 else text for at, text in enumerate(texts)]
