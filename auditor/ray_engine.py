"""Shards done by Ray Data, on the cluster a team runs already or on one of this machine. Needs the extra ``ray``."""

from __future__ import annotations

import logging
import socket
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from auditor.extras import missing
from auditor.large_run import Engine
from auditor.shards import Outcome, ShardError, ShardWork

# How long a cluster may take to answer at all.
_PATIENCE_S = 10

# How often Ray does a task again whose worker or node died.
_RETRIES = 2


class _OnWorker:
    """What a Ray task does with its batch of one shard; picklable."""

    def __init__(self, work: ShardWork) -> None:
        self._work = work

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        outcomes = [self._work(int(shard)) for shard in batch["shard"]]
        return {"shard": [one.shard for one in outcomes], "trouble": [one.trouble for one in outcomes]}


def _connected(address: str | None, jobs: int | None) -> None:
    """Connect to a cluster, or start one on this machine. Raises :class:`~auditor.shards.ShardError`."""
    try:
        import ray
    except ImportError as error:
        raise ShardError(missing("--engine ray", error, "ray")) from error
    if ray.is_initialized():
        return
    if address is not None:
        _answers(address)
    quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        if address is None:
            ray.init(address="local", num_cpus=jobs, include_dashboard=False, **quiet)
        else:
            ray.init(address=address, **quiet)
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        where = f"the Ray cluster at {address}" if address else "a Ray cluster on this machine"
        said = " ".join(str(error).split()).partition(". ")[0]
        raise _unreachable(where, said) from error


def _answers(address: str) -> None:
    """Fail within seconds where nothing listens; Ray itself goes on trying for many minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not (colon and port.isdecimal()):
        return  # `auto`, or something only Ray can judge
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE_S).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(f"the Ray cluster at {address}", str(getattr(error, "strerror", "") or error)) from error


def _unreachable(where: str, said: str) -> ShardError:
    return ShardError(f"{where} cannot be reached: {said}; see --ray-address, or use --engine local")


def ray_engine(address: str | None, jobs: int | None) -> Engine:
    """Ray's processes: those of the cluster at ``address``, by default one started here with ``jobs`` CPUs.

    A task that is lost with its node is run again by Ray; one that always kills its
    worker is given up, and its shard reported as lost.
    """

    def engine(work: ShardWork, shards: Sequence[int]) -> Iterator[Outcome]:
        _connected(address, jobs)
        from ray import data

        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = data.DataContext.get_current()
        context.enable_progress_bars = False
        context.max_errored_blocks = -1
        tasks = data.from_items([{"shard": shard} for shard in shards], override_num_blocks=len(shards))
        with warnings.catch_warnings():
            # To be gone with Ray 2.64 (hence the bound of the extra); without it a task is tried for ever.
            warnings.filterwarnings("ignore", message=".*ray_remote_args")
            outcomes = tasks.map_batches(_OnWorker(work), batch_size=1, num_cpus=1, max_retries=_RETRIES)
        for row in outcomes.iter_rows():
            yield Outcome(int(row["shard"]), str(row["trouble"]))

    return engine
