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

# Pools of lengths without a common factor: no sentence comes back before 13 * 11 * 7 cues, and neighbours share no part.
_OPENINGS = {
    "en": (
        "In the workshop",
        "Before the exam",
        "On this slide",
        "For most bridges",
        "With a lens",
        "During the night",
        "At the harbour",
        "After the storm",
        "Under pressure",
        "Near the pole",
        "Without any wind",
        "Between two stations",
        "Inside the kiln",
    ),
    "ko": (
        "작업실에서는",
        "시험을 앞두고",
        "이번 화면에서",
        "대부분의 다리는",
        "렌즈를 끼우면",
        "밤이 되면",
        "항구 근처에서는",
        "폭풍이 지나가면",
        "압력을 받으면",
        "극지방에서는",
        "바람이 없을 때",
        "두 역 사이에서",
        "가마 안에서는",
    ),
}
_MIDDLES = {
    "en": (
        "the students measure",
        "a careful engineer checks",
        "we first compare",
        "nobody forgets",
        "my colleagues record",
        "a sailor watches",
        "the model predicts",
        "an old map shows",
        "you can observe",
        "the report describes",
        "every sensor counts",
    ),
    "ko": (
        "학생들이",
        "꼼꼼한 기술자가",
        "우리는 먼저",
        "아무도 잊지 않고",
        "동료들이 함께",
        "선원 한 명이",
        "예측 모델이",
        "오래된 지도가",
        "여러분도 직접",
        "보고서를 보면",
        "감지기마다 모두",
    ),
}
_ENDINGS = {
    "en": (
        "how the surface cools.",
        "which beam bends first.",
        "the colour of the water.",
        "a shadow on the wall.",
        "every second train.",
        "the height of the tide.",
        "what the needle said.",
    ),
    "ko": (
        "표면의 온도를 살펴봅니다.",
        "휘어지는 보를 찾습니다.",
        "물의 색깔을 기록합니다.",
        "벽에 생긴 그림자를 봅니다.",
        "지나가는 기차를 셉니다.",
        "조수의 높이를 알려 줍니다.",
        "바늘이 가리킨 값을 적습니다.",
    ),
}


def sentences(count: int, language: str = "en") -> list[str]:
    """Different sentences as a lecturer might say them, without any fault."""
    parts = (_OPENINGS[language], _MIDDLES[language], _ENDINGS[language])
    return [" ".join(pool[at % len(pool)] for pool in parts) for at in range(count)]


def stamp(ms: int, mark: str = ".") -> str:
    """A time as captions write it, with hours."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{rest:03}"


def moments(count: int, start_ms: int = 500, each_ms: int = 4000) -> list[int]:
    """The starts of ``count`` cues and the end of the last, unevenly spaced as speech is."""
    return [start_ms + at * each_ms + at * 7919 % 997 for at in range(count + 1)]


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
