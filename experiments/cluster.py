"""Chunks on a Dask cluster: the same jobs, handed to a scheduler that somebody started (docs/SWEEPS.md)."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from agents.compiled import code_digest
from experiments.executors import DEATHS_OF_ONE_RUN, Chunk, Report
from experiments.work import Recipe, Tables, failed, row, tables
from model.faults import Fault, InputFaults, Phrase

AHEAD = 2  # chunks a thread of the cluster has at most, one of them waiting
PATIENCE = 120.0  # seconds to wait for a scheduler that went away


class OtherCode(RuntimeError):
    """A worker of the cluster has another version of the model."""


class Cluster:
    """Does chunks on a Dask cluster.

    Dask does a chunk again when its worker dies. A chunk that kills several workers is split, so that the run which
    does it becomes a failed row alone. When the scheduler goes away, all chunks under way are given out again to the
    one that comes in its place.
    """

    def __init__(self, recipe: Recipe, address: str, patience: float = PATIENCE) -> None:
        self.recipe = recipe
        self.address = address
        self.patience = patience
        self.chunks: dict[Any, Chunk] = {}
        self.deaths: Counter[tuple[int, int]] = Counter()
        self.stopped = False
        self.workers = 1
        self.client = self._connected(first=True)

    def _connected(self, first: bool = False) -> Any:
        """A client of the scheduler; waits for a while for one that is being restarted."""
        try:
            from distributed import Client
        except ImportError:
            found = Phrase("no package distributed", "geen pakket distributed")
            how = "pip install 'samenspel[cluster]'"
            raise InputFaults([Fault("--cluster", "", found, Phrase(how))]) from None
        until = time.monotonic() + (0 if first else self.patience)
        while True:
            try:
                return Client(self.address, timeout=10, set_as_default=False)
            except (OSError, TimeoutError, ValueError) as error:
                if isinstance(error, ValueError) or time.monotonic() > until:
                    found = Phrase(f"no scheduler at {self.address}", f"geen scheduler op {self.address}")
                    what = Phrase("the address of a Dask scheduler", "het adres van een Dask-scheduler")
                    raise InputFaults([Fault("--cluster", "", found, what)]) from None

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
        future = self.client.submit(do_chunk, self.recipe, chunk, pure=False, retries=0)
        self.chunks[future] = chunk

    def _is_there(self) -> bool:
        return bool(self.client.status == "running")

    def reports(self, seconds: float) -> list[Report]:
        """What became of chunks; when the scheduler is gone, all of them come back unfinished."""
        until = time.monotonic() + seconds
        while self._is_there():
            ended = [future for future in self.chunks if future.status in ("finished", "error", "cancelled", "lost")]
            if ended or time.monotonic() > until:
                return [self._report(future, self.chunks.pop(future)) for future in ended]
            time.sleep(min(0.02, seconds))
        back = list(self.chunks.values())
        self.chunks.clear()
        self.client.close(timeout=1)
        self.client = self._connected()
        return [Report(unfinished=back)]

    def _report(self, future: Any, chunk: Chunk) -> Report:
        """The tables of a chunk, or the chunk itself when its workers died."""
        if future.status == "finished":
            try:
                made, seconds = future.result(timeout=60)
                return Report(made, seconds)
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
        return Report(tables(self.recipe, [failed(self.recipe, job, why)]))

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


def do_chunk(recipe: Recipe, chunk: Chunk) -> tuple[Tables, float]:
    """The tables of a chunk, made on a worker that must have the same code."""
    if code_digest() != recipe.code:
        raise OtherCode(f"a worker of the cluster has code {code_digest()[:12]}, this sweep {recipe.code[:12]}")
    began = time.perf_counter()
    return tables(recipe, [row(recipe, job) for job in chunk]), time.perf_counter() - began
