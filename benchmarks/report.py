"""The figures as a page: `docs/PERFORMANCE.md` and its drawing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Size, StartUp, exponent
from benchmarks.variants import RECORDING
from benchmarks.weeks import ByRule, Floors
from benchmarks.years import Moments
from samenspel.experiments.bench.bench import Compared
from samenspel.model.declared.calendar import WEEKS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "PERFORMANCE.md"
FIGURE = ROOT / "docs" / "performance.svg"
BASELINE_STUDENT_WEEKS = 360 * 5 * 40
FRAMEWORKS = ROOT / "benchmarks" / "frameworks" / "results.json"
EDITIONS = ROOT / "benchmarks" / "editions.json"


@dataclass(frozen=True)
class Figures:
    """All that was measured, smallest sizes first."""

    machine: dict[str, str]
    textbook: list[Compared]
    careful: list[Compared]
    floors: list[Floors]
    rules: list[ByRule]
    moments: list[Moments]
    five_years: float
    sizes: list[Size]
    start_up: StartUp


# --- targets ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """What was asked, what came, and what stands in the way where it is missed."""

    what: str
    asked: str
    came: str
    met: bool
    limit: str


def targets(f: Figures) -> Iterator[Target]:
    """The targets that these figures can speak of."""
    yield from _ratio_targets(f)
    for row in f.floors:
        yield Target(
            f"core over the fused floor, {row.students:,} students", "at most 3", f"{row.over_fused:.2f}",
            row.over_fused <= 3.0, "the rules pass over the columns one after the other",
        )  # fmt: skip
    weeks = f.floors[0].core * 1e-9 * BASELINE_STUDENT_WEEKS
    share = f.floors[0].recording_share * weeks / f.five_years
    yield Target(
        "five-year run of the baseline, start, placement and finance included", "at most 10 ms of CPU",
        f"{f.five_years * 1e3:.0f} ms", f.five_years <= 0.010, f"the weeks alone take some {weeks * 1e3:.0f} ms of it",
    )  # fmt: skip
    yield Target(
        "recording's share of that run", "at most 1/4", f"{share:.2f}", share <= 0.25,
        "the percentiles and sums of every week",
    )  # fmt: skip
    yield from _size_targets(f)
    yield Target(
        "first run on a machine, everything compiled", "at most 30 s", f"{f.start_up.cold:.1f} s",
        f.start_up.cold <= 30.0, f"the compiler: {f.start_up.cold_cpu:.0f} s of CPU once a version",
    )  # fmt: skip
    yield Target(
        "later `samenspel run --replications 1`", "at most 2 s", f"{f.start_up.warm:.1f} s", f.start_up.warm <= 2.0,
        "importing Mesa, pandas and Numba",
    )  # fmt: skip


def _ratio_targets(f: Figures) -> Iterator[Target]:
    """Against the textbook, both recording."""
    asked = {400: 120, 40_000: 300}
    for row in f.textbook:
        for size, ratio in asked.items():
            if abs(row.students / size - 1.0) < 0.05:
                span = ", whole years with their turns" if row.weeks == WEEKS else ", school weeks"
                yield Target(
                    f"times the textbook, {row.students:,} students{span}", f"at least {ratio}", f"{row.ratio:.0f}",
                    row.ratio >= ratio,
                    "the turn of the year, which costs as much as some weeks"
                    if row.weeks == WEEKS
                    else f"a student-week takes {row.core:.0f} ns; how many the textbook takes depends on how fast a "
                    "processor runs Python",
                )  # fmt: skip


def _size_targets(f: Figures) -> Iterator[Target]:
    """How time and memory grow, from the smallest to the largest size."""
    low, high = f.sizes[0], f.sizes[-1]
    slope, factor = exponent(f.sizes), high.core / low.core
    span = f"{low.students:,.0f} to {high.students:,.0f} students"
    limit = "the columns no longer fit the cache"
    yield Target(f"scaling exponent, {span}", "at most 1.1", f"{slope:.2f}", slope <= 1.1, limit)
    yield Target(f"cost per student-week, {span}", "at most 1.5 times", f"{factor:.2f}", factor <= 1.5, limit)
    year, weeks = (cost * high.students * 40e-9 for cost in (high.core, f.floors[-1].core))
    if high.students > 900_000:
        yield Target(
            "a million students for a school year", "at most 10 s", f"{year:.1f} s", year <= 10.0,
            f"the weeks take {weeks:.1f} s of it, the turn of the year the rest",
        )  # fmt: skip
        gigabytes = high.peak / 1e9
        yield Target(
            "peak memory of that", "at most 1 GB", f"{gigabytes:.2f} GB", gigabytes <= 1.0,
            "the columns of students, mentors and sites, and what Mesa, pandas and Numba take themselves",
        )  # fmt: skip


# --- the page --------------------------------------------------------------------------------------------------------


def document(f: Figures) -> str:
    """The whole page in Markdown."""
    sections = (
        HEAD.format(machine=", ".join(f.machine.values())),
        _targets(f), _against(f), _floor(f), _rules(f), _moments(f), _fresh(f), _editions(),
        _frameworks(), HOW,
    )  # fmt: skip
    return "\n\n".join(sections) + "\n"


HEAD = """# Performance

Written by `python benchmarks/run.py`; do not edit. Measured on: {machine}.

Times are CPU time of one process with compiled rules at hand, in nanoseconds per student-week: a student, inside or
outside the partnership, living one school week. Figures are medians of at least five pairs taken in turn (three above
100 000 students); ratios are taken pair by pair, with the least and the largest in brackets. Other machines give other
nanoseconds; the ratios travel better.

![Nanoseconds per student-week by number of students](performance.svg)"""

HOW = """## How it was measured

- **Textbook**: `tests/textbook`, the same model as Mesa objects with a `DataCollector`, equal week by week to the core
  (`tests/model/test_docking.py`). As written it finds a cluster's students among all students, so that its cost grows
  with the square of the number of clusters. For the benchmark it keeps lists instead (`experiments/bench/textbook.py`),
  with the same results; as written it would look far worse at 4 000 students and more.
- **Careful textbook**: the same, recording by one pass over its agents (`benchmarks/careful.py`) instead of the
  `DataCollector`'s eighteen reporters.
- **Floor**: all rules of the week fused into one compiled pass, cluster by cluster, nothing recorded
  (`benchmarks/floor.py`). A test holds the states it leaves equal to the core's to 1e-9.
- **By rule**: the week's own source with a look at the processor's cycle counter after every rule
  (`benchmarks/variants.py`); the least of the rounds, scaled to the CPU time of the whole.
- **Sizes**: a school year with its turn in a fresh process for each size. Memory per student is peak memory
  above that of the same process after a small model.
- At 180 and 400 students both live weeks 2 to 19 of a school year, anew for every pair, and whole school years with
  their turns (40 weeks); at larger sizes some weeks of one.
- The core records all indicators of `model/declared/indicators.py`, the textbook eighteen."""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table, numbers to the right."""
    cells = [list(head), *(list(row) for row in rows)]
    rule = ["---", *("---:" for _ in cells[0][1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (cells[0], rule, *cells[1:]))


def _targets(f: Figures) -> str:
    found = list(targets(f))
    rows = [(t.what, t.asked, t.came, "yes" if t.met else "**no**") for t in found]
    missed = [f"- {t.what}: {t.came}, asked {t.asked}. What limits it: {t.limit}." for t in found if not t.met]
    text = "## Targets\n\n" + table(("target", "asked", "measured", "met"), rows)
    return text + ("\n\nMissed:\n\n" + "\n".join(missed) if missed else "")


def _against(f: Figures) -> str:
    rows = [
        (
            f"{a.students:,}", f"{a.ratio:.0f} ({a.ratio_low:.0f}-{a.ratio_high:.0f})",
            f"{b.ratio:.0f} ({b.ratio_low:.0f}-{b.ratio_high:.0f})", f"{a.core:.0f}", f"{a.other:,.0f}",
            f"{b.other:,.0f}", f"{a.weeks}",
        )
        for a, b in zip(f.textbook, f.careful, strict=True)
    ]  # fmt: skip
    head = ("students", "times the textbook", "times the careful one", "core", "textbook", "careful", "weeks")
    return (
        "## Against the textbook\n\nAll three record every week. The careful textbook is the fairer opponent: Mesa's "
        "`DataCollector` walks through all agents once for every reporter.\n\n" + table(head, rows)
    )


def _floor(f: Figures) -> str:
    rows = [
        (
            f"{row.students:,}", f"{row.over_fused:.2f}", f"{100 * row.recording_share:.0f} %", f"{row.core:.0f}",
            f"{row.unrecorded:.0f}", f"{row.fused:.0f}",
        )
        for row in f.floors
    ]  # fmt: skip
    text = (
        "## Against the floor, and the cost of recording\n\nWeeks only, the same for all, half of them with a "
        "meeting. The core as it is, the core's week without the record, and one fused pass.\n\n"
    )
    head = ("students", "core / fused", "recording", "core", "core without record", "fused, without record")
    ahead = sum(row.unrecorded <= row.fused for row in f.floors)
    return f"{text}{table(head, rows)}\n\n" + (
        f"Without its record the core is at least as fast as the fused pass at {ahead} of {len(f.floors)} sizes: short "
        "loops, one per rule, let the processor work on several students at once, where the fused pass waits for the "
        "divisions and branches of one. Keeping the rules apart costs little or nothing."
    )


def _rules(f: Figures) -> str:
    names = list(f.rules[0].rules)
    rows = [(name, *(f"{row.rules[name]:.1f}" for row in f.rules)) for name in names]
    total = ("together", *(f"{sum(row.rules.values()):.1f}" for row in f.rules))
    record = ("of which recording", *(f"{sum(row.rules[name] for name in RECORDING):.1f}" for row in f.rules))
    head = ("rule", *(f"{row.students:,} students" for row in f.rules))
    return "## Where a week's time goes\n\nIn the order of the week.\n\n" + table(head, [*rows, total, record])


def _moments(f: Figures) -> str:
    text = (
        "## The start and the turn of the year\n\nMicroseconds of CPU per student, without what a function calls here."
    )
    for moments in f.moments:
        for title, found in (("the start", moments.start), ("a school year outside its weeks", moments.year)):
            whole = sum(found.values())
            rows = [(f"`{name}`", f"{spent:.2f}") for name, spent in found.items() if spent > 0.01 * whole]
            rows.append(("together", f"{whole:.2f}"))
            text += f"\n\n{moments.students:,} students, {title}:\n\n{table(('function', 'µs per student'), rows)}"
    return text


def _fresh(f: Figures) -> str:
    rows = [
        (
            f"{row.students:,.0f}", f"{row.core:.0f}", f"{row.start:.2f}", f"{row.peak / 1e6:,.0f}",
            f"{row.per_student:,.0f}" if row.students > 100_000 else "-",
        )
        for row in f.sizes
    ]  # fmt: skip
    head = ("students", "ns per student-week", "start (s)", "peak memory (MB)", "bytes per student")
    s = f.start_up
    return (
        "## Size, memory and start-up\n\nA school year with its turn, each size in a process of its own.\n\n"
        f"{table(head, rows)}\n\nScaling exponent: {exponent(f.sizes):.2f}.\n\n"
        f"`samenspel run --replications 1`, five school years: {s.cold:.1f} s the first time, with nothing compiled "
        f"({s.cold_cpu:.1f} s of CPU), later {s.warm:.1f} s ({s.warm_cpu:.1f} s of CPU). "
        f"Five school years inside a process that is warm: {f.five_years * 1e3:.0f} ms of CPU."
    )


def _editions() -> str:
    text = "## Beside the first edition\n\n"
    if not EDITIONS.is_file():
        return text + "Not measured: `python benchmarks/editions.py CHECKOUT`."
    rows = [
        (
            row["what"], row["unit"], f"{row['other']:,.4g}", f"{row['this']:,.4g}",
            f"{row['ratio']:.2f} ({row['low']:.2f}-{row['high']:.2f})",
            "" if row["most"] is None else f"{row['most']:.2f}",
            "" if row["most"] is None else "yes" if row["ratio"] <= row["most"] else "**no**",
        )
        for row in json.loads(EDITIONS.read_text(encoding="utf-8"))
    ]  # fmt: skip
    head = ("what", "unit", "first edition", "now", "now over then", "asked at most", "met")
    return (
        f"{text}Both on this machine, in turn (`benchmarks/editions.py`); with more than one round the least and the "
        "largest ratio stand in brackets. Commands are timed as somebody waits for them, on two cores, start-up and "
        f"report included. The second edition has more rules to live by each week.\n\n{table(head, rows)}"
    )


def _frameworks() -> str:
    text = "## Other frameworks\n\n"
    if not FRAMEWORKS.is_file():
        return text + "Not measured: `python benchmarks/frameworks/run.py`."
    results = json.loads(FRAMEWORKS.read_text(encoding="utf-8"))
    sizes = list(results[0]["nanoseconds"])
    rows = [
        (
            row["framework"],
            *(f"{row['ratio'][n]:.1f}" for n in sizes),
            *(f"{row['nanoseconds'][n]:,.0f}" for n in sizes),
        )
        for row in results
        if not row["fault"]
    ]
    faults = [f"- {row['framework']}: {row['fault']}" for row in results if row["fault"]]
    head = (
        "framework", *(f"times ours, {int(n):,} inside" for n in sizes), *(f"ns, {int(n):,} inside" for n in sizes)
    )  # fmt: skip
    return (
        f"{text}One small but real part: supervision and the meeting, four weeks, two of them with a meeting, nothing "
        "recorded. Each in its own idiom (`benchmarks/frameworks`), with the same luck and the same means to 1e-9. "
        "Times per student inside and week; CPU time counts all threads, of which Polars uses several.\n\n"
        + table(head, rows)
        + ("\n\nWithout a figure:\n\n" + "\n".join(faults) if faults else "")
    )


# --- the drawing -----------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 70, 170, 20, 50
type Place = Callable[[float, float], tuple[float, float]]
COLOURS = ("#b03a2e", "#d68910", "#1a5276", "#707b7c")


def figure(f: Figures) -> str:
    """Nanoseconds per student-week against students, both logarithmic, as SVG."""
    lines: dict[str, list[tuple[float, float]]] = {
        "textbook": [(row.students, row.other) for row in f.textbook if row.weeks < WEEKS],
        "careful textbook": [(row.students, row.other) for row in f.careful if row.weeks < WEEKS],
        "core, a school year": [(row.students, row.core) for row in f.sizes],
        "fused, weeks only": [(row.students, row.fused) for row in f.floors],
    }
    points = [point for line in lines.values() for point in line]
    x_low, x_high = 100.0, max(x for x, _ in points) * 1.2
    y_low, y_high = 30.0, max(y for _, y in points) * 1.5

    def place(x: float, y: float) -> tuple[float, float]:
        across = math.log(x / x_low) / math.log(x_high / x_low)
        up = math.log(y / y_low) / math.log(y_high / y_low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    drawn = list(_axes(place, x_high, y_low, y_high))
    for colour, (name, line) in zip(COLOURS, lines.items(), strict=True):
        drawn += _line(name, colour, [place(x, y) for x, y in line])
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def _axes(place: Place, x_high: float, y_low: float, y_high: float) -> Iterator[str]:
    """Grid lines and labels at the powers of ten."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for power in range(2, 8):
        if 10**power <= x_high:
            x, _ = place(10.0**power, y_low)
            yield f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#ddd"/>'
            yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>'
        if y_low <= 10**power <= y_high:
            _, y = place(100.0, 10.0**power)
            yield f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>'
            yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>'
    yield f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">students</text>'
    middle = (TOP + bottom) / 2
    yield (
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">'
        "ns of CPU per student-week</text>"
    )


def _line(name: str, colour: str, points: list[tuple[float, float]]) -> Iterator[str]:
    """A line with its points, and its name at the end."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    x, y = points[-1]
    yield f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>'
