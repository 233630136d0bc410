"""Work shared among processes: results in order, bounded memory, and a worker that dies loses one item only."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import active_children, get_all_start_methods, get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Generic, TypeVar

from msgspec import Struct

from auditor.loading import settle

T = TypeVar("T")
R = TypeVar("R")

# Batches in flight for each process: one at work, one waiting for it, one being fetched.
_IN_FLIGHT = 3

# So many items in a row that each killed a worker of their own, and none that ever worked: it is not the items.
_HOPELESS = 5


class WorkerError(RuntimeError):
    """No worker process can do anything; the message says what to try."""


class _Batch(Struct, Generic[T, R]):
    """Items sent to a worker together, and where their results will be."""

    items: list[T]
    future: Future[list[R]]


def _begin(environment: Mapping[str, str]) -> None:
    # A fork server has the environment of the moment it started in; credentials may have been set since.
    os.environ.clear()
    os.environ.update(environment)
    # Ctrl-C reaches every process of the terminal; one message about it is enough.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settle()
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    # A parent that was killed says nothing; without this its workers would wait for it for ever.
    if parent is not None:
        parent.join()
        os._exit(1)


class _Workers:
    """An executor, and the processes that are its own."""

    def __init__(self, processes: int) -> None:
        # Never a plain fork: the child would inherit threads that the morphology library started. A fork server
        # has none, and has imported what every worker needs.
        method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
        context = get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload(["auditor.run"])
        self._others = set(active_children())
        self.executor = ProcessPoolExecutor(
            processes, mp_context=context, initializer=_begin, initargs=(dict(os.environ),)
        )

    def stop(self) -> None:
        """End every worker at once, whatever it is doing."""
        for child in set(active_children()) - self._others:
            child.terminate()
        self.executor.shutdown(wait=False, cancel_futures=True)


def ordered(
    work: Callable[[list[T]], list[R]], items: Iterable[T], processes: int, batch: int, lost: Callable[[T], R]
) -> Generator[R, None, None]:
    """The result of each item, in order, from ``processes`` worker processes.

    Items are fetched as they are needed and sent ``batch`` at a time; ``work``, which
    must be picklable, makes the results of a batch. When a worker
    dies (killed, out of memory), the items it may have died of are tried again
    one by one in a process of their own, and ``lost`` makes the result of the one
    that kills it too. Exceptions of ``work`` are raised here. Raises
    :class:`WorkerError` when no worker process can do anything.
    """
    waiting = iter(items)
    window: deque[_Batch[T, R]] = deque()
    workers = _Workers(processes)
    worked = False
    try:
        while True:
            while len(window) < processes * _IN_FLIGHT and (some := list(islice(waiting, batch))):
                window.append(_Batch(some, _sent(workers, work, some)))
            if not window:
                break
            first = window.popleft()
            try:
                yield from first.future.result()
                worked = True
            except BrokenProcessPool:
                workers.stop()
                for result in _one_by_one(work, first.items, lost, hopeful=worked):
                    yield result
                    worked = True
                workers = _Workers(processes)
                for other in window:
                    if not other.future.done() or other.future.cancelled() or other.future.exception() is not None:
                        other.future = _sent(workers, work, other.items)
        workers.executor.shutdown()
    except BaseException:
        workers.stop()
        raise


def _sent(workers: _Workers, work: Callable[[list[T]], list[R]], items: list[T]) -> Future[list[R]]:
    try:
        return workers.executor.submit(work, items)
    except BrokenProcessPool as error:  # it broke since; whoever waits for the result learns of it
        failed: Future[list[R]] = Future()
        failed.set_exception(error)
        return failed


def _one_by_one(
    work: Callable[[list[T]], list[R]], items: list[T], lost: Callable[[T], R], *, hopeful: bool
) -> Iterator[R]:
    """The results of items one of which may kill its worker, each tried where it can harm no other."""
    workers = _Workers(1)
    in_a_row = 0
    try:
        for item in items:
            try:
                (result,) = _sent(workers, work, [item]).result()
                hopeful = True
            except BrokenProcessPool as error:
                workers.stop()
                workers = _Workers(1)
                in_a_row += 1
                if not hopeful and in_a_row >= min(_HOPELESS, len(items)) > 1:
                    raise WorkerError("worker processes die as soon as they start; try --jobs 1") from error
                result = lost(item)
            yield result
    finally:
        workers.stop()
