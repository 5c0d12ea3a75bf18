"""What a sweep must survive, on real processes: killed workers and parents, full disks, Ctrl-C, endless runs."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samenspel.experiments.engine.executors import Clock, WorkersDie
from samenspel.experiments.engine.jobs import Job
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import queue_of, sweep
from samenspel.experiments.sweeps.work import SweepRecipe
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import Message, in_language
from tests import cheap_runs, kills
from tests.cheap_runs import (
    dies,
    finish,
    hangs,
    hungry,
    never_ends,
    quick,
    run_slow,
    same,
    slow,
    slower,
    study,
    undisturbed,
)
from tests.places import ROOT

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="kill, tmpfs and forkserver as Linux has them")
pytestmark = ON_LINUX

KILLS = 20


def wait_for(what: Callable[[], Any], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


def parts(folder: Path) -> int:
    return len(list((folder / "runs").glob("*.parquet")))


# --- workers ---------------------------------------------------------------------------------------------------------


class Killer(threading.Thread):
    """Kills some of this process's workers at random moments."""

    def __init__(self, share: float) -> None:
        super().__init__(daemon=True)
        self.share = share
        self.killed = 0
        self.over = threading.Event()
        self.luck = np.random.default_rng(7)

    def run(self) -> None:
        while self.killed < KILLS and not self.over.wait(float(self.luck.uniform(0.0, 0.15))):
            alive = multiprocessing.active_children()
            for process in self.luck.permutation(np.array(alive, object))[: max(1, int(self.share * len(alive)))]:
                os.kill(process.pid, signal.SIGKILL)
                self.killed += 1


@pytest.mark.parametrize(("workers", "share"), [(2, 0.0), (4, 0.5)])
def test_killed_workers_are_replaced_and_their_runs_done_again(tmp_path: Path, workers: int, share: float) -> None:
    made = study(50)
    expected = undisturbed_of(made, tmp_path / "whole")
    killer = Killer(share)
    killer.start()
    try:
        ending = sweep(made, tmp_path / "killed", workers=workers, chunk=3, simulate=slow)
    finally:
        killer.over.set()
        killer.join()
    assert killer.killed >= KILLS // 2
    assert (ending.done, ending.failed) == (200, 0)
    same(expected, load(tmp_path / "killed").runs)
    assert multiprocessing.active_children() == []


def undisturbed_of(made: Study, folder: Path) -> Any:
    sweep(made, folder, workers=0, simulate=quick)
    return load(folder).runs


def test_what_comes_back_from_a_dead_worker_goes_out_last_and_once() -> None:
    """Four points of two replications, of which the sixth job is done."""
    queue = queue_of(study(2), np.array([0, 1, 2, 3, 4, 6, 7]), upto=2)
    first, second = queue.next(2), queue.next(2)
    queue.put_back([first])
    queue.put_back([second])
    assert len(queue) == 7
    out = []
    while len(queue):
        out.append([(job.point, job.replication) for job in queue.next(2)])
    assert out == [[(0, 2), (1, 2)], [(3, 2)], [(0, 1), (1, 1)], [(2, 1), (3, 1)]]


def test_a_run_that_takes_its_process_along_becomes_a_failed_row(tmp_path: Path) -> None:
    expected = undisturbed(tmp_path / "whole")
    ending = finish(tmp_path / "out", workers=2, chunk=8, simulate=dies)
    assert (ending.done, ending.failed) == (40, 1)
    assert "died 5 times (exit code -9)" in load(tmp_path / "out").failures["error"].item()
    finish(tmp_path / "out", retry_failed=True)
    same(expected, load(tmp_path / "out").runs)


def test_a_worker_can_be_replaced_after_a_run_was_given_up() -> None:
    """The row of that run is made here, and the recipe goes to new processes after that as before."""
    recipe = SweepRecipe.of(study(), "code", quick)
    given_up = recipe.failed(Job(0, 1, {}), "it died")
    assert given_up == pickle.loads(pickle.dumps(recipe)).failed(Job(0, 1, {}), "it died")


def test_a_worker_out_of_memory_fails_that_run_only(tmp_path: Path) -> None:
    ending = finish(tmp_path, workers=1, simulate=hungry)
    assert (ending.done, ending.failed) == (40, 4)
    assert load(tmp_path).failures["error"].str.contains("MemoryError").all()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_that_never_ends_is_ended(tmp_path: Path, workers: int) -> None:
    expected = undisturbed(tmp_path / "whole")
    ending = sweep(study(time_limit=0.5), tmp_path / "out", workers=workers, chunk=8, simulate=never_ends)
    assert (ending.done, ending.failed) == (40, 1)
    assert "stopped after 0.5 s" in load(tmp_path / "out").failures["error"].item()
    finish(tmp_path / "out", retry_failed=True)
    same(expected, load(tmp_path / "out").runs)


def test_a_worker_that_hangs_before_its_first_run_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samenspel.experiments.engine.executors.STARTING", 0.1)
    monkeypatch.setattr("samenspel.experiments.engine.executors.work", hangs)
    with pytest.raises(WorkersDie):
        sweep(study(time_limit=0.1), tmp_path, workers=2, simulate=quick)
    assert multiprocessing.active_children() == []


def test_workers_that_cannot_start_are_not_started_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samenspel.experiments.engine.executors.work", os._exit)
    with pytest.raises(WorkersDie):
        finish(tmp_path, workers=2, simulate=quick)
    assert multiprocessing.active_children() == []


def stopped(group: bool, tmp_path: Path, *workers: str) -> Any:
    """The runs of a sweep of which all processes, or one worker, stood still for twice the time limit of a run."""
    path = tmp_path / "stopped.toml"
    path.write_text("replications = 6\nyears = 1\ntime_limit = 1.5\n[levers]\nmentor_hours = [2.0, 1.5]\n")
    process = kills.command(path, tmp_path / "out", *workers, how="slower", chunk=2)
    wait_for(lambda: parts(tmp_path / "out"))
    who = process.pid if group else kills.workers(process.pid)[0]
    send = os.killpg if group else os.kill
    send(who, signal.SIGSTOP)
    time.sleep(3.0)
    send(who, signal.SIGCONT)
    told = process.communicate(timeout=120)[1]
    assert process.returncode == 0, told
    return load(tmp_path / "out")


@pytest.mark.parametrize(
    ("group", "workers"), [(True, "2"), (True, "0"), (False, "2")], ids=["all", "without workers", "one worker"]
)
def test_time_in_which_processes_are_stopped_does_not_count(tmp_path: Path, group: bool, workers: str) -> None:
    results = stopped(group, tmp_path, "--workers", workers)
    assert len(results.runs) == 12
    assert len(results.failures) == 0


def test_a_clock_counts_work_and_looks_but_no_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    now, busy = iter([0.0, 0.3, 100.3, 130.3, 130.4]), iter([0.0, 0.0, 0.1, 25.1, 25.2])
    monkeypatch.setattr("samenspel.experiments.engine.executors.time.monotonic", lambda: next(now))
    monkeypatch.setattr("samenspel.experiments.engine.executors.time.process_time", lambda: next(busy))
    clock = Clock()
    assert [round(clock.tick(), 6) for _ in range(4)] == [0.3, 1.0, 25.0, 0.1]


# --- the parent ------------------------------------------------------------------------------------------------------


@pytest.fixture
def parent() -> Iterator[Callable[[Path], Any]]:
    """Starts a sweep in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["samenspel.experiments.sweeps.runner", "samenspel.model.partnership", "tests.cheap_runs"]
    )
    started = []

    def start(folder: Path) -> Any:
        process = context.Process(target=run_slow, args=(str(folder),))
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


@pytest.mark.slow
def test_a_killed_parent_goes_on_where_it_was_twenty_times(tmp_path: Path, parent: Callable[[Path], Any]) -> None:
    made = study(100)
    expected = undisturbed_of(made, tmp_path / "whole")
    folder = tmp_path / "killed"
    luck = np.random.default_rng(11)
    kept = []
    for kill in range(KILLS):
        before = parts(folder)
        process = parent(folder)
        if kill % 3 == 2:
            wait_for(lambda: parts(folder) > before)  # noqa: B023
        time.sleep(float(luck.uniform(0.0, 0.4)))  # while it starts, or while it works
        process.kill()
        process.join()
        kept.append(parts(folder))
    assert kept == sorted(kept)
    assert kept[-1] > 0
    ending = sweep(made, folder, workers=2, chunk=3, simulate=quick)
    assert (ending.done, ending.failed, ending.damaged) == (400, 0, 0)
    same(expected, load(folder).runs)


def test_two_sweeps_at_once_are_refused_and_a_dead_one_is_in_nobodys_way(
    tmp_path: Path, parent: Callable[[Path], Any]
) -> None:
    process = parent(tmp_path)
    wait_for(lambda: parts(tmp_path))
    with pytest.raises(InputFaults, match=f"another sweep at work \\(pid {process.pid},"):
        sweep(study(100), tmp_path)
    process.kill()
    process.join()
    assert sweep(study(100), tmp_path, workers=0, simulate=quick).done == 400


# --- the disk --------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_ends_with_a_message_and_goes_on_when_there_is_room(tmp_path: Path, small_disk: Path) -> None:
    expected = undisturbed(tmp_path / "whole")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(120_000))
    folder = small_disk / "sweep"
    with pytest.raises(InputFaults, match="no room left on the disk"):
        finish(folder, workers=2, chunk=1)
    assert 0 < len(load(folder).runs) < 40
    ballast.unlink()
    finish(folder, workers=2, chunk=40)
    same(expected, load(folder).runs)


# --- Ctrl-C ----------------------------------------------------------------------------------------------------------


def command(tmp_path: Path, how: str) -> subprocess.Popen[str]:
    """The real command in a process group of its own, as in a terminal, with runs that take their time."""
    code = (
        "import sys, samenspel.experiments.sweeps.runner as runner, samenspel, tests.cheap_runs as cheap\n"
        f"runner.sweep.__kwdefaults__.update(simulate=cheap.{how}, chunk=4)\n"
        "sys.exit(samenspel.main(sys.argv[1:]))"
    )
    (tmp_path / "own.toml").write_text(
        "replications = 10\nyears = 1\n[levers]\ncross_year = [true, false]\nmentor_hours = [2.0, 1.5]\n"
    )
    arguments = ["sweep", str(tmp_path / "own.toml"), "--out", str(tmp_path / "out"), "--workers", "2", "--lang", "en"]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_ctrl_c_once_keeps_what_is_finished_and_goes_on_later(tmp_path: Path) -> None:
    process = command(tmp_path, "slower")
    wait_for(lambda: parts(tmp_path / "out"))
    time.sleep(0.5)  # amid the next chunks
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate(timeout=30)[1]
    assert process.returncode == 130, told
    runs = load(tmp_path / "out").runs
    assert 4 < len(runs) < 40
    assert f"{len(runs)} of 40 runs are finished and kept" in told
    assert "Traceback" not in told
    made = Study.load(tmp_path / "own.toml")
    expected = undisturbed_of(made, tmp_path / "whole")
    sweep(made, tmp_path / "out", workers=0, simulate=quick)
    same(expected, load(tmp_path / "out").runs)


def test_ctrl_c_twice_ends_at_once(tmp_path: Path) -> None:
    process = command(tmp_path, "never_ends")
    wait_for(lambda: parts(tmp_path / "out"))
    wait_for(lambda: len(load(tmp_path / "out").runs) >= 30)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None, "the endless run is still waited for"
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate(timeout=10)[1]
    assert process.returncode == 130, told
    assert "Traceback" not in told
    assert finish(tmp_path / "out").done == 40


# --- a cluster -------------------------------------------------------------------------------------------------------

DASK = "samenspel.experiments.sweeps.cluster"


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts Dask schedulers and workers as commands, and ends them."""
    pytest.importorskip("distributed")
    started = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        module = {"scheduler": "dask_scheduler", "worker": "dask_worker"}[arguments[0]]
        log = (tmp_path / f"{arguments[0]}-{len(started)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments[1:], "--no-dashboard"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in reversed(started):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.mark.slow
def test_a_cluster_survives_a_killed_worker_and_a_restarted_scheduler(
    tmp_path: Path, dask: Callable[..., subprocess.Popen[bytes]]
) -> None:
    made = study(60)
    expected = undisturbed_of(made, tmp_path / "whole")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", str(port))
    workers = [dask("worker", address, "--nthreads", "1", "--no-nanny") for _ in range(2)]
    folder = tmp_path / "cluster"
    disturbed = []

    def disturb(done: int, total: int, failed: int) -> None:
        if done >= 40 and not disturbed:
            disturbed.append("worker")
            workers[0].kill()
            dask("worker", address, "--nthreads", "1", "--no-nanny")
        if done >= 120 and len(disturbed) == 1:
            disturbed.append("scheduler")
            scheduler.kill()
            scheduler.wait()
            dask("scheduler", "--host", "127.0.0.1", "--port", str(port))
            dask("worker", address, "--nthreads", "1", "--no-nanny")

    ending = sweep(made, folder, cluster=address, chunk=4, simulate=slow, progress=disturb)
    assert disturbed == ["worker", "scheduler"]
    assert (ending.done, ending.failed) == (240, 0)
    same(expected, load(folder).runs)


@pytest.mark.slow
def test_time_in_which_a_worker_of_a_cluster_is_stopped_does_not_count(
    tmp_path: Path, dask: Callable[..., subprocess.Popen[bytes]]
) -> None:
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask("scheduler", "--host", "127.0.0.1", "--port", str(port))
    worker = dask("worker", address, "--nthreads", "1", "--no-nanny")

    def stop(done: int, total: int, failed: int) -> None:
        if done == 4:
            os.kill(worker.pid, signal.SIGSTOP)
            time.sleep(3)
            os.kill(worker.pid, signal.SIGCONT)

    ending = sweep(study(2, time_limit=1.5), tmp_path / "out", cluster=address, chunk=4, simulate=slower, progress=stop)
    assert (ending.done, ending.failed) == (8, 0)


@pytest.mark.slow
def test_a_run_that_never_ends_is_ended_on_a_cluster(
    tmp_path: Path, dask: Callable[..., subprocess.Popen[bytes]]
) -> None:
    expected = undisturbed(tmp_path / "whole")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask("scheduler", "--host", "127.0.0.1", "--port", str(port))
    dask("worker", address, "--nthreads", "1", "--nworkers", "2", "--nanny")
    ending = sweep(study(time_limit=1), tmp_path / "out", cluster=address, chunk=8, simulate=never_ends)
    assert (ending.done, ending.failed) == (40, 1)
    assert "stopped after 1 s" in load(tmp_path / "out").failures["error"].item()
    finish(tmp_path / "out", retry_failed=True)
    same(expected, load(tmp_path / "out").runs)


@pytest.mark.parametrize("address", ["", "x", "http://host:8786", "tcp://host", "tcp://host:99999", "tcp://:8786"])
def test_an_address_without_sense_is_told_at_once(tmp_path: Path, address: str) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InputFaults, match="such as tcp://host:8786") as told:
        finish(tmp_path, cluster=address)
    assert (address or "no text") in str(told.value)


def test_who_is_no_scheduler_is_told_in_one_line(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        command = ["sweep", "scale", "--out", str(tmp_path), "--cluster", address, "--lang", "nl"]
        done = subprocess.run(
            [sys.executable, "-m", "samenspel", *command], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
    found = Message("no scheduler at {address} within {seconds} s", address=address, seconds=10)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert in_language(found, "nl") in done.stderr


def test_the_stand_ins_differ_in_what_goes_wrong_only() -> None:
    made = study()
    assert cheap_runs.quick(made.scenario, 1, 5, made.record) == slower(made.scenario, 1, 5, made.record)
