"""How fast this machine runs the core, and how many times faster that is than the textbook.

The textbook (`tests/textbook`) is the same model as plain Mesa objects with a `DataCollector`; it stands beside the
sources, not in an installed package. Both record every week. Time is CPU time of this process, per student-week:
a student, inside or outside the partnership, living one school week.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samenspel.experiments.bench.textbook import textbook
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.words import say

if TYPE_CHECKING:
    from samenspel.experiments.output.language import Language

PAIRS = 5
SPAN = 18
"""Weeks 2 to 19 of a school year: nine with a meeting, nine without, and no event between."""
SPANS = ((180, SPAN), (180, WEEKS), (400, SPAN), (400, WEEKS), (4_000, 4), (40_000, 2))
"""Students, and weeks in a measurement: weeks alone, or a whole school year with its turn."""
QUICK = ((180, 8), (400, 8), (4_000, 2))
SMALL = 1_000
"""Below this every pair of a measurement of weeks alone lives the same weeks anew; larger models go on."""
ALONE = (400_000, 1_000_000)
LARGE = 100_000
"""From here one school year is measured once: it takes seconds, and varies little."""
PER_PARTNERSHIP = 360

# --- what is measured ------------------------------------------------------------------------------------------------


def scenario_of(students: int, name: str = "baseline") -> Scenario:
    """The baseline, or another built-in scenario, with about so many hbo students, inside and outside."""
    partnerships = max(1, round(students / PER_PARTNERSHIP))
    return Scenario.load(name, {"partnerships": partnerships, "hbo_demand": round(students / partnerships)})


# --- measuring -------------------------------------------------------------------------------------------------------


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that the work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def in_turn(pairs: int, *works: Callable[[], object]) -> list[list[float]]:
    """CPU seconds of each work, done in turn A B A B …, so that a machine that slows down slows all of them."""
    rounds = [[cpu(work) for work in works] for _ in range(pairs)]
    return [list(times) for times in zip(*rounds, strict=True)]


@dataclass(frozen=True)
class Compared:
    """The core against another implementation: medians over pairs, nanoseconds of CPU per student-week."""

    students: int
    weeks: int
    pairs: int
    ratio: float
    ratio_low: float
    ratio_high: float
    core: float
    other: float


def compared(students: int, weeks: int, core: list[float], other: list[float]) -> Compared:
    """Ratios are taken pair by pair, so a drift of the machine's speed falls out of them."""
    ratios = [b / a for a, b in zip(core, other, strict=True)]
    scale = 1e9 / (students * weeks)
    return Compared(
        students, weeks, len(core), statistics.median(ratios), min(ratios), max(ratios),
        statistics.median(core) * scale, statistics.median(other) * scale,
    )  # fmt: skip


@dataclass(frozen=True)
class Alone:
    """The core alone over a school year and its turn: nanoseconds of CPU per student-week, seconds for the start."""

    students: int
    years: int
    core: float
    start: float


def against_textbook(
    students: int, weeks: int, book: Any, pairs: int = PAIRS, recorder: Callable[[], Any] | None = None
) -> Compared:
    """The core and the textbook live the same weeks of the same scenario with the same luck.

    `recorder` makes what records for the textbook instead of its own `DataCollector`. Everybody is new: only weeks and
    turns are timed, and the start of a partnership that has lived would take the textbook many minutes at large sizes.
    """
    scenario = scenario_of(students).with_values(form_start="new")

    def after_a_week() -> tuple[Partnership, Any]:
        fast, slow = Partnership(scenario, rng=1), book(scenario, rng=1)
        if recorder is not None:
            slow.datacollector = recorder()
        fast.run(weeks=1)
        slow.step()
        return fast, slow

    def textbook_weeks() -> None:
        for _ in range(weeks):
            slow.step()

    fast, slow = after_a_week()
    count, times = fast.students.size, []
    for pair in range(pairs):
        if pair and weeks < WEEKS and students < SMALL:
            fast, slow = after_a_week()
        times.append((cpu(lambda: fast.run(weeks=weeks)), cpu(textbook_weeks)))  # noqa: B023  # called at once
    core, other = zip(*times, strict=True)
    return compared(count, weeks, list(core), list(other))


def alone(students: int) -> Alone:
    """The core over school years with their turns; the median of five, or one year of a large model."""
    scenario = scenario_of(students)
    built: list[Partnership] = []
    start = cpu(lambda: built.append(Partnership(scenario, rng=1)))
    fast = built.pop()
    fast.run(weeks=1)
    count, years = fast.students.size, 1 if students >= LARGE else PAIRS
    times = [cpu(lambda: fast.run(years=1)) for _ in range(years)]
    return Alone(count, years, statistics.median(times) * 1e9 / (count * WEEKS), start)


def warm_up() -> None:
    """Compile everything that a school year and its turn need, or fetch it from the cache."""
    Partnership(scenario_of(180), rng=1).run(weeks=WEEKS + 1)


def measure(*, quick: bool = False) -> dict[str, Any]:
    """All figures of `samenspel bench`, as a document."""
    warm_up()
    spans, book = QUICK if quick else SPANS, textbook()
    sizes = dict.fromkeys(students for students, _ in spans)
    rows = [against_textbook(students, weeks, book) for students, weeks in spans] if book else []
    by_itself = [alone(students) for students in (*sizes, *(() if quick else ALONE))]
    return {
        "machine": machine(),
        "against_textbook": [asdict(row) for row in rows],
        "alone": [asdict(row) for row in by_itself],
    }


def machine() -> dict[str, str]:
    """What the figures were measured on; nothing that tells whose machine it is."""
    versions = " ".join(f"{name} {metadata.version(name)}" for name in ("mesa", "numba", "numpy"))
    return {
        "processor": _processor(),
        "cores": f"{os.cpu_count()} cores",
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": versions,
    }


def _processor() -> str:
    """The name that the processor gives itself."""
    described = Path("/proc/cpuinfo")
    if described.is_file():
        for line in described.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


# --- showing ---------------------------------------------------------------------------------------------------------


def lines(document: dict[str, Any], lang: Language) -> Iterator[str]:
    """The document for a person to read, ratios first."""
    yield ", ".join(document["machine"].values())
    if document["against_textbook"]:
        yield ""
        yield say("Times faster than the textbook; ns of CPU per student-week", lang)
        head = say("students ratio range core textbook weeks", lang)
        yield _row(*head.split())
        for row in document["against_textbook"]:
            yield _row(
                f"{row['students']}", f"{row['ratio']:.0f}", f"{row['ratio_low']:.0f}-{row['ratio_high']:.0f}",
                f"{row['core']:.0f}", f"{row['other']:.0f}", f"{row['weeks']}",
            )  # fmt: skip
    else:
        yield say(
            "The textbook stands beside the sources, not in an installed package; only the core was measured.", lang
        )
    yield ""
    yield say("The core alone, a school year with its turn; ns of CPU per student-week", lang)
    yield _row(say("students", lang), say("core", lang), "start (s)")
    for row in document["alone"]:
        yield _row(f"{row['students']}", f"{row['core']:.0f}", f"{row['start']:.2f}")


def _row(*cells: str) -> str:
    return "".join(f"{cell:>11}" for cell in cells)
