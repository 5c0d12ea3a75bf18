"""Chunks on a Dask cluster: the same jobs, handed to a scheduler that somebody started (docs/SWEEPS.md)."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from samenspel.agents.sources import code_digest
from samenspel.experiments.engine.executors import DEATHS_OF_ONE_RUN, TICK, Clock, took_too_long
from samenspel.experiments.engine.jobs import Chunk, Report
from samenspel.experiments.sweeps.work import SweepRecipe, Tables
from samenspel.model.input.faults import Fault, InputFaults, shown
from samenspel.model.words import Message

AHEAD = 2  # chunks a thread of the cluster has at most, one of them waiting
TOO_LONG = "samenspel-too-long"  # the topic under which workers tell
SECONDS_TO_TELL = 1.0
SECONDS_TO_ANSWER = 10.0
LAST_PORT = 2**16 - 1
PATIENCE = 120.0  # seconds to wait for a scheduler that went away


class OtherCode(RuntimeError):
    """A worker of the cluster has another version of the model."""


class Cluster:
    """Does chunks on a Dask cluster.

    Dask does a chunk again when its worker dies. A chunk that kills several workers is split, so that the run which
    does it becomes a failed row alone. When the scheduler goes away, all chunks under way are given out again to the
    one that comes in its place. A run that takes too long ends its worker's process, which tells so before; a nanny
    starts another.
    """

    def __init__(self, recipe: SweepRecipe, address: str, time_limit: float, patience: float = PATIENCE) -> None:
        self.recipe = recipe
        self.address = address
        self.time_limit = time_limit
        self.patience = patience
        self.chunks: dict[Any, Chunk] = {}
        self.too_long: deque[tuple[str, int]] = deque()  # filled by the client's own thread
        self.deaths: Counter[tuple[int, int]] = Counter()
        self.stopped = False
        self.workers = 1
        refuse_nonsense(address)
        self.client = self._connected()

    def _connected(self, patience: float = 0.0) -> Any:
        """A client of the scheduler; waits for a while for one that is being restarted."""
        from distributed import Client

        until = time.monotonic() + patience
        while True:
            try:
                ask_for_scheduler(self.address)
                client = Client(self.address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
                client.subscribe_topic(TOO_LONG, lambda event: self.too_long.append(event[1]))
                return client
            except Exception:  # whatever comes of speaking to something that is no scheduler
                if time.monotonic() > until:
                    seconds = round(max(patience, SECONDS_TO_ANSWER))
                    found = Message(
                        "no scheduler at {address} within {seconds} s", address=self.address, seconds=seconds
                    )
                    raise fault(found, Message("the address of a Dask scheduler")) from None
                time.sleep(TICK)

    def wants_more(self) -> bool:
        """Whether the cluster's threads have less than two chunks each."""
        if not self._is_there():
            return False
        self.workers = max(1, sum(self.client.nthreads().values()))
        return len(self.chunks) < AHEAD * self.workers

    def is_busy(self) -> bool:
        """Whether chunks are under way."""
        return bool(self.chunks)

    def give(self, chunk: Chunk) -> None:
        """Hand a chunk to the scheduler."""
        future = self.client.submit(do_chunk, self.recipe, chunk, self.time_limit, pure=False, retries=0)
        self.chunks[future] = chunk

    def _is_there(self) -> bool:
        return bool(self.client.status == "running")

    def reports(self, seconds: float) -> list[Report]:
        """What became of chunks; when the scheduler is gone, all of them come back unfinished."""
        until = time.monotonic() + seconds
        while self._is_there():
            if self.too_long:
                return self._ended_runs()
            ended = [future for future in self.chunks if future.status in ("finished", "error", "cancelled", "lost")]
            if ended or time.monotonic() > until:
                return [self._report(future, self.chunks.pop(future)) for future in ended]
            time.sleep(min(0.02, seconds))
        back = list(self.chunks.values())
        self.chunks.clear()
        self.client.close(timeout=1)
        self.client = self._connected(self.patience)
        return [Report(unfinished=back)]

    def _ended_runs(self) -> list[Report]:
        """Failed rows for runs that took too long; the others of their chunks go out again."""
        found = []
        while self.too_long:
            key, at = self.too_long.popleft()
            future = next((future for future in self.chunks if future.key == key), None)
            if future is None:
                continue  # told twice: Dask gave the chunk to another worker before it was taken back
            chunk = self.chunks.pop(future)
            future.cancel(force=True)
            found.append(Report.without(self.recipe, chunk, at, took_too_long(self.time_limit)))
        return found

    def _report(self, future: Any, chunk: Chunk) -> Report:
        """The tables of a chunk, or the chunk itself when its workers died."""
        if future.status == "finished":
            try:
                made, seconds = future.result(timeout=60)
                return Report(made, len(chunk), seconds)
            except Exception:
                return Report(unfinished=[chunk])  # the worker that held the result died before it was fetched
        error = future.exception(timeout=60) if future.status == "error" else None
        if isinstance(error, OtherCode):
            raise error
        if error is None or len(chunk) > 1:
            return Report(unfinished=[[job] for job in chunk] if error else [chunk])
        job = chunk[0]
        self.deaths[job.point, job.replication] += 1
        if self.deaths[job.point, job.replication] < DEATHS_OF_ONE_RUN:
            return Report(unfinished=[chunk])
        why = f"given up on the cluster after {DEATHS_OF_ONE_RUN} times: {error}"
        return Report.without(self.recipe, chunk, 0, why)

    def stop(self) -> None:
        """Take back what has not begun; what is under way is waited for."""
        if not self.stopped:
            self.stopped = True
            busy = {key for keys in self.client.processing().values() for key in keys} if self._is_there() else set()
            for future in [future for future in self.chunks if future.key not in busy]:
                del self.chunks[future]

    def close(self) -> None:
        """Let the scheduler forget what is left."""
        for future in self.chunks:
            future.release()
        self.client.close(timeout=5)


# --- the scheduler ---------------------------------------------------------------------------------------------------


def fault(found: str, allowed: str) -> InputFaults:
    """A fault in how the cluster was named."""
    return InputFaults([Fault("--cluster", "", found, allowed)])


def refuse_nonsense(address: str) -> None:
    """Raise `InputFaults` for what can be no address of a scheduler, or when Dask is not there to tell."""
    try:
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise fault(Message("no package distributed"), "pip install 'samenspel[cluster]'") from None
    try:
        host, port = get_address_host_port(address)
    except (TypeError, ValueError):
        host, port = "", 0
    if not host or not 0 < port <= LAST_PORT:
        raise fault(shown(address), Message("an address such as {example}", example="tcp://host:8786"))


def ask_for_scheduler(address: str) -> None:
    """Raise an error unless a scheduler answers.

    A client must not find that out: it waits for ever for what is no Dask, and one that failed is slow to end.
    """
    from distributed import Security
    from distributed.core import rpc

    async def ask() -> None:
        async with rpc(address, connection_args=Security().get_connection_args("client")) as scheduler:
            found = await scheduler.identity()
            if found["type"] != "Scheduler":
                raise OSError(f"a {found['type']} answers")

    async def wait() -> None:
        await asyncio.wait_for(ask(), SECONDS_TO_ANSWER)

    with ThreadPoolExecutor(1) as thread:  # a notebook has a loop of its own running here
        thread.submit(asyncio.run, wait()).result()


# --- at work ---------------------------------------------------------------------------------------------------------


def do_chunk(recipe: SweepRecipe, chunk: Chunk, time_limit: float) -> tuple[Tables, float]:
    """The tables of a chunk, made on a worker that must have the same code."""
    if code_digest() != recipe.code:
        raise OtherCode(f"a worker of the cluster has code {code_digest()[:12]}, this sweep {recipe.code[:12]}")
    began = time.perf_counter()
    done = []
    for at, job in enumerate(chunk):
        with _limit(time_limit, at):
            done.append(recipe.do(job))
    return recipe.gathered(done), time.perf_counter() - began


@contextmanager
def _limit(seconds: float, at: int) -> Iterator[None]:
    """End this worker's process when a run takes longer: a thread that is busy can be stopped in no other way."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    over = threading.Event()

    def watch() -> None:
        clock, lived = Clock(), 0.0
        while lived <= seconds:
            if over.wait(TICK):
                return
            lived += clock.tick()
        worker.log_event(TOO_LONG, (key, at))
        time.sleep(SECONDS_TO_TELL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()
