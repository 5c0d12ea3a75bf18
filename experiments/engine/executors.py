"""Where chunks of jobs are done: in this process, or in long-lived processes beside it.

An executor takes chunks and gives back reports. It never loses a job: what a dead worker did not finish stands in
a report's `unfinished`, and a run that can never be finished becomes a failed row.
"""

from __future__ import annotations

import math
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType
from typing import Any

from samenspel.agents.compiled import are_compiled
from samenspel.experiments.engine.interrupts import Interrupts
from samenspel.experiments.engine.jobs import Chunk, Done, Job, Recipe, Report
from samenspel.experiments.engine.processes import apart, context
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

DEATHS_OF_ONE_RUN = 5  # a run during which so many processes died is not tried again
DEATHS_AT_THE_START = 6  # so many processes in a row that ended before their first run: something else is wrong
KILLS_AT_THE_START = 60  # the same when each was killed from outside, which may be bad luck
REST_AT_MOST = 1.0  # seconds between one such death and the next worker, which grow up to this
STARTING = 300.0  # seconds a worker gets to begin, beside the time limit of a run: it may have rules to compile
KILLED = -9  # the exit code of a process that was killed
TICK = 0.2  # seconds between looks at how long a run takes
GAP_AT_MOST = 1.0  # seconds that count between two looks, unless this process was busy all that time


class WorkersDie(InputFaults):
    """Workers end before they do anything."""

    def __init__(self, deaths: int, code: int | None) -> None:
        found = Message(
            "{deaths} processes in a row that ended at their start (exit code {code})", deaths=deaths, code=code
        )
        allowed = Message(
            "room for processes, or fewer of them: all finished runs are kept, and the same command goes on from there"
        )
        super().__init__([Fault("--workers", "", found, allowed)])


class Clock:
    """Tells how much time passed, without time in which this process was stopped (Ctrl-Z, say) or the machine slept.

    A look long after the one before means that, unless this process used the processor meanwhile.
    """

    def __init__(self) -> None:
        self._looked = time.monotonic(), time.process_time()

    def tick(self) -> float:
        """Seconds since the last look that count."""
        before, self._looked = self._looked, (time.monotonic(), time.process_time())
        passed, busy = (now - then for now, then in zip(self._looked, before, strict=True))
        return min(passed, max(busy, GAP_AT_MOST))


def is_stopped(pid: int | None) -> bool:
    """Whether another process stands still because it was told to, where the system says so (Linux)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state in ("T", "t")


def took_too_long(time_limit: float) -> str:
    """What stands in the row of a run that was ended."""
    return f"stopped after {time_limit:g} s, the time limit of a run"


class Here:
    """Does chunks in this process, and in any thread of it.

    A run is broken off by who asks to stop, and one that takes too long where the system has alarms (not on Windows),
    as soon as the compiled rule under way is done: only a process of its own can be ended at any moment.
    """

    workers = 1

    def __init__(self, recipe: Recipe, time_limit: float = math.inf, interrupts: Interrupts | None = None) -> None:
        self.recipe = recipe
        self.time_limit = time_limit
        self.interrupts = interrupts or Interrupts()
        self.chunk: Chunk = []

    def wants_more(self) -> bool:
        """Whether there is no chunk waiting."""
        return not self.chunk

    def is_busy(self) -> bool:
        """Whether a chunk waits to be done."""
        return bool(self.chunk)

    def give(self, chunk: Chunk) -> None:
        """Take a chunk; it is done when its report is asked for."""
        self.chunk = chunk

    def reports(self, seconds: float) -> list[Report]:
        """Do the chunk."""
        chunk, self.chunk = self.chunk, []
        began = time.perf_counter()
        done: list[Done] = []
        for job in chunk:
            made = None if self.interrupts.noticed else self._made(job)
            if made is None:
                break
            done.append(made)
        return [Report.of(self.recipe, chunk, done, time.perf_counter() - began)]

    def _made(self, job: Job) -> Done | None:
        """One run; nothing when it was broken off, which may also be why it failed."""
        try:
            with self.interrupts.breaking(), _alarm(self.time_limit):
                made: Done = self.recipe.do(job)
        except TookTooLong:
            return self.recipe.failed(job, took_too_long(self.time_limit))  # type: ignore[no-any-return]
        except KeyboardInterrupt:
            self.interrupts.noticed = True
            return None
        return None if self.interrupts.noticed and made.failed else made

    def stop(self) -> None:
        """Nothing is under way between two reports."""

    def close(self) -> None:
        """Nothing is left running."""


class TookTooLong(BaseException):
    """A run was interrupted; no model can catch it as an error of its own."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Interrupt what lives longer, in the main thread of a system that has alarms."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if math.isinf(seconds) or not hasattr(signal, "setitimer") or not in_main_thread:
        yield
        return

    clock, lived = Clock(), 0.0

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal lived
        lived += clock.tick()
        if lived > seconds:
            raise TookTooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Member:
    """One worker process (none when it was killed before it knew what it is), its chunk, and the job it is at."""

    process: Any
    pipe: Connection
    chunk: Chunk = field(default_factory=list)
    at: int = -1
    lived: float = 0.0  # seconds since it got its chunk or began its run, without those in which it was stopped


class Pool:
    """Long-lived worker processes, each with a pipe of its own.

    A worker tells which run it begins, so that after its death the run that was under way is known, and a run that
    takes too long can be ended. A dead worker is replaced by a new one.
    """

    def __init__(self, recipe: Recipe, workers: int, time_limit: float = math.inf) -> None:
        self.recipe = recipe
        self.workers = workers
        self.time_limit = time_limit
        self.context = context()
        self.members: list[Member] = []
        self.deaths: Counter[tuple[int, int]] = Counter()
        self.died_at_start = 0
        self.rests_until = 0.0
        self.clock = Clock()
        self.stopped = False
        # As long as the rules are not compiled one worker does that; the others read what it leaves in the cache.
        self.may_start = workers if are_compiled() else 1

    def wants_more(self) -> bool:
        """Whether a worker is idle, or may still be started."""
        return len(self._busy()) < self.may_start and time.monotonic() >= self.rests_until

    def is_busy(self) -> bool:
        """Whether a worker has a chunk."""
        return bool(self._busy())

    def _busy(self) -> list[Member]:
        return [member for member in self.members if member.chunk]

    def give(self, chunk: Chunk) -> None:
        """Hand a chunk to an idle worker, or to a new one; when it is dead, that shows at the next report."""
        member = next((member for member in self.members if not member.chunk), None) or self._new()
        member.chunk, member.at, member.lived = chunk, -1, 0.0
        with suppress(OSError):
            member.pipe.send(chunk)

    def _new(self) -> Member:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=work, args=(self.recipe, theirs), daemon=True)
        try:
            with apart():
                process.start()
        except (ConnectionError, EOFError):
            process = None
        theirs.close()  # or the end of the worker would never be seen
        self.members.append(Member(process, ours))
        return self.members[-1]

    def reports(self, seconds: float) -> list[Report]:
        """What workers tell, what dead ones left, and what took too long."""
        found = []
        ready = wait([member.pipe for member in self._busy()], seconds)
        passed = self.clock.tick()
        for member in self._busy():
            if member.process and not is_stopped(member.process.pid):
                member.lived += passed
            if member.pipe in ready and (report := self._heard(member)) is not None:
                found.append(report)
        for member in self._busy():
            if member.at < 0 and member.lived > self.time_limit + STARTING:
                found.append(self._died(member, hung=True))
            elif member.at >= 0 and member.lived > self.time_limit:
                found.append(self._too_long(member))
        return found

    def _heard(self, member: Member) -> Report | None:
        """Everything one worker has told; its report when the chunk is done, or when it is dead."""
        try:
            while member.pipe.poll():
                told = member.pipe.recv()
                if isinstance(told, int):
                    member.at, member.lived = told, 0.0
                elif isinstance(told, Exception):
                    raise told
                else:
                    return self._done(member, *told)
        except (EOFError, OSError):
            return self._died(member)
        return None

    def _done(self, member: Member, made: Any, done: int, seconds: float) -> Report:
        self.died_at_start = 0
        self.may_start = self.workers
        rest, member.chunk = member.chunk[done:], []
        return Report(made, done, seconds, [rest] if rest else [])

    def _died(self, member: Member, *, hung: bool = False) -> Report:
        """What a dead worker leaves: the run it was at will be tried alone, a few times."""
        if member.process and not hung:
            member.process.join(1)  # it is dead, or has closed its pipe and is about to end
        code = self._remove(member)
        if member.at < 0:
            self.died_at_start += 1
            if self.died_at_start >= (KILLS_AT_THE_START if code == KILLED and not hung else DEATHS_AT_THE_START):
                raise WorkersDie(self.died_at_start, code)
            self.rests_until = time.monotonic() + min(REST_AT_MOST, 0.01 * 2**self.died_at_start)
            return Report(unfinished=[member.chunk])
        job = member.chunk[member.at]
        self.deaths[job.point, job.replication] += 1
        if self.deaths[job.point, job.replication] < DEATHS_OF_ONE_RUN:
            others = member.chunk[: member.at] + member.chunk[member.at + 1 :]
            return Report(unfinished=[[job], others] if others else [[job]])
        why = f"the process that ran it died {DEATHS_OF_ONE_RUN} times (exit code {code}), for want of memory perhaps"
        return Report.without(self.recipe, member.chunk, member.at, why)

    def _too_long(self, member: Member) -> Report:
        """End a run that takes longer than the study allows."""
        self._remove(member)
        return Report.without(self.recipe, member.chunk, member.at, took_too_long(self.time_limit))

    def _remove(self, member: Member) -> int | None:
        """Take a worker out, dead or not."""
        self.members.remove(member)
        member.pipe.close()
        if not member.process:
            return KILLED
        member.process.kill()
        member.process.join()
        code: int | None = member.process.exitcode
        return code

    def stop(self) -> None:
        """Tell every worker to stop after the run it is at."""
        if self.stopped:
            return
        self.stopped = True
        for member in self._busy():
            with suppress(OSError):  # dead: that shows at the next report
                member.pipe.send(None)

    def close(self) -> None:
        """End all workers."""
        for member in list(self.members):
            self._remove(member)


def work(recipe: Recipe, pipe: Connection) -> None:
    """The life of a worker: a chunk in, what was made of it out; it ends when nobody listens any more."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # those reach every process of a terminal; the parent alone decides
    from samenspel.model.compilation import share  # what it needs is imported by workers only

    share()
    try:
        while True:
            chunk = pipe.recv()
            if chunk is not None:
                pipe.send(_done(recipe, chunk, pipe))
    except (EOFError, OSError):
        return
    except InputFaults as faults:
        pipe.send(faults)
    except Exception:
        pipe.send(RuntimeError(traceback.format_exc()))


def _done(recipe: Recipe, chunk: Chunk, pipe: Connection) -> tuple[Any, int, float]:
    """What was made of a chunk, or of as much of it as was done when the parent said stop."""
    began = time.perf_counter()
    done = []
    for at, job in enumerate(chunk):
        if pipe.poll():
            break
        pipe.send(at)
        done.append(recipe.do(job))
    return recipe.gathered(done), len(done), time.perf_counter() - began
