"""Work shared among processes: order, bounded reading ahead, dying workers, exceptions, early ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import active_children

import pytest

from auditor.pool import WorkerError, ordered


@dataclass(frozen=True)
class Each:
    """The work on each item of a batch."""

    work: Callable[[int], int]

    def __call__(self, items: list[int]) -> list[int]:
        return [self.work(item) for item in items]


def square(number: int) -> int:
    return number * number


def square_or_die(number: int) -> int:
    if number in (5, 6, 41):
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def slow_after_the_first(number: int) -> int:
    if number:
        time.sleep(60)
    return number


def fail(number: int) -> int:
    raise ValueError(f"no {number}")


def lost(number: int) -> int:
    return -number


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(ordered(Each(square), range(101), 3, 4, lost)) == [n * n for n in range(101)]
    assert list(ordered(Each(square), [], 2, 4, lost)) == []


def test_items_are_fetched_as_they_are_needed() -> None:
    fetched: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10_000):
            fetched.append(number)
            yield number

    results = ordered(Each(square), items(), 2, 4, lost)
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(fetched) <= 40
    results.close()


def test_a_worker_that_dies_loses_only_the_item_it_died_of() -> None:
    expected = [lost(n) if n in (5, 6, 41) else n * n for n in range(60)]
    assert list(ordered(Each(square_or_die), range(60), 2, 4, lost)) == expected


def test_workers_that_can_do_nothing_are_not_taken_for_bad_items() -> None:
    with pytest.raises(WorkerError, match="--jobs 1"):
        list(ordered(Each(die), range(60), 2, 8, lost))


def test_an_exception_of_the_work_is_raised_and_no_process_is_left() -> None:
    with pytest.raises(ValueError, match="no 0"):
        list(ordered(Each(fail), range(10), 2, 1, lost))
    _no_worker_is_left()


@pytest.mark.parametrize("reason", [KeyboardInterrupt, GeneratorExit])
def test_who_stops_early_need_not_wait_for_the_workers(reason: type[BaseException]) -> None:
    results = ordered(Each(slow_after_the_first), range(8), 2, 1, lost)
    assert next(results) == 0
    with pytest.raises(reason):
        results.throw(reason)
    _no_worker_is_left()


def _no_worker_is_left() -> None:
    deadline = time.monotonic() + 20
    while active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert active_children() == []


def environment(number: int) -> int:
    return int(os.environ["NUMBER_OF_A_TEST"])


def test_a_worker_has_the_environment_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("1", "2"):
        monkeypatch.setenv("NUMBER_OF_A_TEST", value)
        assert list(ordered(Each(environment), [0, 0], 1, 1, lost)) == [int(value)] * 2
