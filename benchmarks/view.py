"""How fast the live view is: drawn frames, server CPU, opening, levers, many browsers, memory and a flood of requests.

Run it with ``python -m benchmarks.view [--quick] [--only-memory] [--minutes N] [--json FILE]``. It starts the server in
a process of its own and looks at it with headless Chromium, which here draws in software and shares the cores with the
server: rates on the screen are pessimistic, milliseconds of server CPU are the figure to compare.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]  # fmt: skip
KEY = "the-key-of-the-benchmark"
START = """
import sys
from samenspel.model import Scenario
from samenspel.viz.keys import HostKey
from samenspel.viz.reach import Reach
from samenspel.viz.serve import server_for
large = dict(students_per_cluster=60, demand_follows_places=True, site_capacity="soft", beyond_range=True)
scenario = Scenario.load("full-capacity")
scenario = scenario.with_values(**large) if sys.argv[2] == "2000" else scenario
port = int(sys.argv[1])
reach = Reach("127.0.0.1", port, "127.0.0.1")
server_for(scenario, 1, reach, HostKey(sys.argv[3]), "nl", print).serve()
"""
DRAWN = "document.querySelector('.samenspel')?.stage?.maps[0].view.draws > 0"
FACTS = """() => { const s = document.querySelector('.samenspel').stage;
    return {week: s.week, a: s.maps[0].view.draws, b: s.maps[1].view.draws, n: s.frames[0]?.student.length ?? 0,
            clock: performance.now() / 1000} }"""
ARRIVALS = """() => { const s = document.querySelector('.samenspel').stage; window.arrivals = []; let shown = s.week;
    setInterval(() => { if (s.week !== shown) { shown = s.week;
        window.arrivals.push([shown, performance.now() / 1000]) } }, 10) }"""
TARGETS = {
    "server start, s": 5.0, "first picture, s": 3.0, "drawn frames a second, 400": 30.0,
    "server CPU per week, ms, 400": 5.0, "drawn frames a second, 2000": 20.0, "lever shown, ms": 300.0,
    "ten browsers on one session, weeks a second": 2.0, "ten sessions of one browser, weeks a second": 2.0,
}  # fmt: skip


class Shown(dict[str, float]):
    """Figures that are printed as they come."""

    def __setitem__(self, name: str, value: float) -> None:
        target = f"   (asked: {TARGETS[name]:g})" if name in TARGETS else ""
        print(f"{name:64s} {value:10.2f}{target}", flush=True)
        super().__setitem__(name, value)


@dataclass
class Server:
    """A running server."""

    port: int
    process: psutil.Process
    started: float

    def address(self, session: str, *, host: bool = True, **more: str) -> str:
        given = {"s": session, **({"key": KEY} if host else {}), **more}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return f"http://127.0.0.1:{self.port}/?{query}"

    def cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def memory(self) -> float:
        return self.process.memory_info().rss / 2**20


@contextmanager
def served(size: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", START, str(port), size, KEY], cwd=ROOT)
    try:
        while not answers(port):
            time.sleep(0.02)
        yield Server(port, psutil.Process(process.pid), time.perf_counter() - begin)
    finally:
        process.terminate()
        process.wait(20)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except OSError:
        return False


def opened(browser: Browser, address: str, width: int = 1280) -> Page:
    page = browser.new_context(viewport={"width": width, "height": width * 9 // 16}).new_page()
    page.goto(address)
    page.wait_for_function(DRAWN, timeout=120_000)
    return page


def ask(page: Page, what: str, **more: Any) -> None:
    page.evaluate("m => document.querySelector('.samenspel').stage.send(m)", {"ask": what, **more})


def pace(server: Server, page: Page, seconds: float, rate: int) -> dict[str, float]:
    """Drawn frames and weeks a second while playing, and server CPU per week and per drawn frame."""
    ask(page, "rate", rate=rate)
    ask(page, "play")
    page.wait_for_timeout(1000)
    before, cpu, clock = page.evaluate(FACTS), server.cpu(), time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    after, cpu, clock = page.evaluate(FACTS), server.cpu() - cpu, time.perf_counter() - clock
    ask(page, "pause")
    weeks, drawn = after["week"] - before["week"], after["a"] - before["a"]
    return {
        "students": after["n"], "weeks": weeks / clock, "drawn": drawn / clock,
        "drawn_b": (after["b"] - before["b"]) / clock, "cpu_week": 1000 * cpu / max(1, weeks),
        "cpu_drawn": 1000 * cpu / max(1, drawn),
    }  # fmt: skip


def settled(server: Server, page: Page) -> None:
    """Wait until the background replications are done."""
    page.wait_for_function("document.querySelector('.samenspel').stage.bands?.replications >= 24", timeout=300_000)
    page.wait_for_timeout(500)


def measure_one(browser: Browser, size: str, seconds: float, found: dict[str, float]) -> None:
    with served(size) as server:
        if size == "400":
            found["server start, s"] = server.started
            clock = time.perf_counter()
        page = opened(browser, server.address("one"))
        if size == "400":
            found["first picture, s"] = time.perf_counter() - clock
        settled(server, page)
        for rate in (2, 8):
            figures = pace(server, page, seconds, rate)
            found[f"students, {size}"] = figures["students"]
            suffix = f"{size}" if rate == 2 else f"{size} at {rate} weeks a second"
            found[f"drawn frames a second, {suffix}"] = figures["drawn"]
            found[f"server CPU per week, ms, {suffix}"] = figures["cpu_week"]
            found[f"server CPU per drawn frame, ms, {suffix}"] = figures["cpu_drawn"]


def measure_levers(page: Page, found: dict[str, float]) -> None:
    """From letting go of the slider until the change stands under the charts."""
    script = """hours => new Promise(done => { const stage = document.querySelector('.samenspel').stage;
        const list = document.querySelector('.changes'), start = performance.now(), before = list.textContent;
        const look = new MutationObserver(() => { if (list.textContent !== before) { look.disconnect();
            requestAnimationFrame(() => done(performance.now() - start)) } });
        look.observe(list, {childList: true, subtree: true});
        stage.send({ask: 'change', lane: 0, name: 'mentor_hours', value: hours}) })"""
    times = []
    for k in range(10):
        times.append(page.evaluate(script, 1.0 + 0.1 * k))
        page.wait_for_timeout(700)
    found["lever shown, ms"] = sorted(times)[len(times) // 2]
    found["lever shown, ms, slowest of ten"] = max(times)


def measure_questions(page: Page, found: dict[str, float]) -> None:
    """How long the host's two questions take, and whether weeks and frames go on meanwhile at four weeks a second."""
    ask(page, "rate", rate=4)
    ask(page, "play")
    page.wait_for_timeout(1000)
    for question, answer in (("pinch", "dialog[open] .said"), ("growth", "dialog[open] .growth-curve")):
        before = page.evaluate(FACTS)
        page.click(f"[data-tool={question}]")
        page.wait_for_selector(answer, timeout=120_000)
        after = page.evaluate(FACTS)
        lasted = after["clock"] - before["clock"]
        found[f"{question} answered, s"] = lasted
        found[f"{question}, weeks a second meanwhile, of 4"] = (after["week"] - before["week"]) / lasted
        found[f"{question}, drawn frames a second meanwhile"] = (after["a"] - before["a"]) / lasted
        page.keyboard.press("Escape")
    ask(page, "pause")


def rate_of(arrivals: list[list[float]]) -> float:
    """Weeks a second: the slope through the moments at which weeks were shown, since whole weeks are too coarse."""
    weeks, moments = zip(*arrivals, strict=True)
    return statistics.linear_regression(moments, weeks).slope


def measure_many(browser: Browser, server: Server, seconds: float, found: dict[str, float]) -> None:
    for what, names in (
        ("ten browsers on one session", ["shared"] * 10),
        ("ten sessions of one browser", [f"own{k}" for k in range(10)]),
    ):
        pages = [opened(browser, server.address(name, host=name not in names[:k])) for k, name in enumerate(names)]
        for page in dict(zip(names[::-1], pages[::-1], strict=True)).values():  # the first of each is the host
            ask(page, "rate", rate=2)
            ask(page, "play")
        pages[0].wait_for_timeout(6000)  # the replications of ten sessions
        for page in pages:
            page.evaluate(ARRIVALS)
        before, cpu, clock = [page.evaluate(FACTS) for page in pages], server.cpu(), time.perf_counter()
        pages[0].wait_for_timeout(1000 * seconds)
        lasted, cpu = time.perf_counter() - clock, server.cpu() - cpu
        after = [page.evaluate(FACTS) for page in pages]  # asking ten busy pages takes long, so each has its own clock
        spans = [(b, a, b["clock"] - a["clock"]) for a, b in zip(before, after, strict=True)]
        found[f"{what}, weeks a second"] = min(rate_of(page.evaluate("window.arrivals")) for page in pages)
        found[f"{what}, drawn frames a second"] = min((b["a"] - a["a"]) / span for b, a, span in spans)
        found[f"{what}, server CPU, share of a core"] = cpu / lasted
        found[f"{what}, memory, MB"] = server.memory()
        for page in pages:
            page.context.close()


def measure_memory(browser: Browser, server: Server, minutes: float, found: dict[str, float]) -> None:
    """Play to the horizon and start again, over and over: the server's memory, and what the page holds on to."""
    page = opened(browser, server.address("memory"), width=640)
    inside = page.context.new_cdp_session(page)
    settled(server, page)
    ask(page, "rate", rate=16)
    levels, heaps, weeks, loads = [], [], 0, list[object]()
    page.on("load", lambda page: loads.append(page))  # Playwright marks the handler
    begin = time.monotonic()
    while (played := (time.monotonic() - begin) / 60) < minutes:
        ask(page, "reset")
        ask(page, "play")
        page.wait_for_timeout(min(13_500, max(1000, 60_000 * (minutes - played))))
        page.wait_for_function(DRAWN, timeout=120_000)  # a page that came back is a page too
        weeks += page.evaluate(FACTS)["week"]
        inside.send("HeapProfiler.collectGarbage")
        levels.append(server.memory())
        heaps.append(inside.send("Runtime.getHeapUsage")["usedSize"] / 2**20)
        if len(levels) % 20 == 1:
            print(f"    minute {played:4.1f}: server {levels[-1]:.1f} MB, page {heaps[-1]:.1f} MB", flush=True)
    third = max(1, len(levels) // 3)
    found["memory, minutes played"] = minutes
    found["memory, weeks played"] = weeks
    found["memory, times the page came back"] = len(loads)
    for of, series in (("server", levels), ("page", heaps)):
        found[f"memory of the {of} in the first third, MB"] = max(series[:third])
        found[f"memory of the {of} in the last third, MB"] = max(series[-third:])
    page.context.close()


def measure_flood(browser: Browser, server: Server, seconds: float, found: dict[str, float]) -> None:
    """Requests for the page, a thousand a second as far as the client gets that far, and then a visit."""
    sent, failed = [0] * 8, [0] * 8
    end = time.monotonic() + seconds

    def knock(who: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        due = time.monotonic()
        while time.monotonic() < end:
            try:
                connection.request("GET", "/readyz" if sent[who] % 10 else "/")
                answer = connection.getresponse()
                answer.read()
                failed[who] += answer.status != 200
            except (OSError, http.client.HTTPException):
                failed[who] += 1
                connection.close()
            sent[who] += 1
            due += 8 / 1000
            time.sleep(max(0.0, due - time.monotonic()))

    threads = [threading.Thread(target=knock, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found["flood, requests a second"] = sum(sent) / seconds
    found["flood, failed requests"] = sum(failed)
    clock = time.perf_counter()
    opened(browser, server.address("after")).context.close()
    found["flood, first picture afterwards, s"] = time.perf_counter() - clock


def measure(quick: bool, minutes: float, only_memory: bool) -> dict[str, float]:
    seconds = 4.0 if quick else 12.0
    found: dict[str, float] = Shown(cores=float(os.cpu_count() or 0))
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        if only_memory:
            with served("400") as server:
                measure_memory(browser, server, minutes, found)
            return found
        measure_one(browser, "400", seconds, found)
        measure_one(browser, "2000", seconds, found)
        with served("400") as server:
            page = opened(browser, server.address("ab", a="full-capacity", b="full-capacity~mentor_hours:1.0"))
            settled(server, page)
            figures = pace(server, page, seconds, 2)
            found["A and B, drawn frames a second each"] = min(figures["drawn"], figures["drawn_b"])
            found["A and B, server CPU per week, ms"] = figures["cpu_week"]
            page.context.close()
            page = opened(browser, server.address("lever"))
            settled(server, page)
            ask(page, "step")
            measure_levers(page, found)
            ask(page, "reset")
            measure_questions(page, found)
            page.context.close()
            measure_many(browser, server, seconds, found)
            measure_flood(browser, server, 3.0 if quick else 10.0, found)
            measure_memory(browser, server, minutes, found)
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter, rougher")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long memory is watched (2)")
    parser.add_argument("--only-memory", action="store_true", help="nothing but memory")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    found = measure(options.quick, options.minutes, options.only_memory)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
