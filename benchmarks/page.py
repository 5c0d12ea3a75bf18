"""Lives in WebAssembly against the same lives compiled for this machine, and how fast a page answers.

`python -m benchmarks.page [--scenario NAME] [--times N]` prints the fastest start and the fastest five years of both,
taken in turn (asked: at most 2.5 times), and how long after a lever was turned an opened page has lived its first lives
and all of them (asked: 300 ms), with one lane, with two, and over plausible worlds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks.view import ARGUMENTS
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.viz.page.document import with_built_in
from samenspel.viz.page.html import page
from tests.viz.browser import CHROMIUM
from tests.viz.page.running import given, in_node

YEARS, ROUNDS = 5, 4
MOVES = [1.2, 1.6, 2.0, 1.1, 1.4, 1.9, 1.3, 1.8, 1.5]
ANSWERED = """async values => {
    const { model } = document.querySelector(".samenspel").stage;
    const turned = (value) => new Promise((done) => {
        const begun = performance.now();
        const told = [];
        const hear = () => {
            const bands = model.get("bands");
            if (!bands) return;
            told.push([new DataView(bands).getUint32(0, true), performance.now() - begun]);
            if (told.at(-1)[0] < 24) return;
            model.off("change:bands", hear);
            done(told);
        };
        model.on("change:bands", hear);
        model.send({ ask: "change", lane: 0, name: "mentor_hours", value, lang: "en" });
    });
    const all = [];
    for (const value of values) all.push(await turned(value));
    return all;
}"""
LIVED = """() => {
    const bands = document.querySelector(".samenspel")?.stage?.model.get("bands");
    return bands && new DataView(bands).getUint32(0, true) === 24;
}"""


def native(scenario: Scenario, times: int) -> tuple[float, float]:
    """The fastest start, and the fastest years after it."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        here = Partnership(scenario, rng=1)
        begun = time.perf_counter()
        here.run(years=YEARS)
        took.append((begun - start, time.perf_counter() - begun))
    starts, years = zip(*took, strict=True)
    return 1000 * min(starts), 1000 * min(years)


def in_webassembly(name: str, times: int) -> tuple[float, float]:
    """The same in Node."""
    with tempfile.TemporaryDirectory() as folder:
        [[start, years]] = in_node("fastest", given([name], [1], YEARS * WEEKS, times=times), Path(folder))
    return start, years


def in_the_page(scenario: str) -> dict[str, list[float]]:
    """How long after each move the first lives, and all of them, are there; by what the page shows."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        file.write_text(page(with_built_in([]), "en"), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, lanes in (
            ("one lane", f"a={scenario}"),
            ("two lanes", f"a={scenario}&b={scenario}~cross_year:false"),
            ("one lane, over worlds", f"a={scenario}&band=worlds"),
        ):
            there = browser.new_page(viewport={"width": 1366, "height": 768})
            there.goto(f"{file.as_uri()}#{lanes}")
            there.wait_for_function(LIVED, timeout=120_000)
            answers = there.evaluate(ANSWERED, MOVES)
            found[name] = [median(answer[at][1] for answer in answers) for at in (0, -1)]
        browser.close()
    return found


def main() -> int:
    """Live and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.page", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenario", default="baseline", help="a built-in scenario, at most 5 000 students (baseline)")
    parser.add_argument("--times", type=int, default=20, help=f"lives in each of {ROUNDS} rounds (20)")
    options = parser.parse_args()
    scenario = Scenario.load(options.scenario)
    Partnership(scenario, rng=1).run(years=1)
    pairs = [(in_webassembly(options.scenario, options.times), native(scenario, options.times)) for _ in range(ROUNDS)]
    for part, name in enumerate(("start", f"{YEARS} years")):
        there, here = (min(pair[side][part] for pair in pairs) for side in (0, 1))
        print(f"{name:8} {there:6.2f} ms in WebAssembly, {here:6.2f} ms natively: {there / here:.2f} times")
    for name, (first, all_of_them) in in_the_page(options.scenario).items():
        print(f"{name:21} first lives {first:5.0f} ms after a move, all 24 {all_of_them:5.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
