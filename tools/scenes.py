"""The figures in the facilitator's guide, as the model gives them: ``python -m tools.scenes --write``.

Every scene of `samenspel.viz.room.story` is run with 30 replications, and once with the luck that a workshop begins
with; the tables between `<!-- figures of scene N -->` and `<!-- end -->` in `docs/draaiboek.md` are written from that.
Without ``--write`` it says whether they are out of date.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.output.language import number
from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.study.seeds import seed_of
from samenspel.model import Partnership
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.course import run as live
from samenspel.viz.room.story import SCENES, Scene

GUIDE = Path(__file__).parents[1] / "docs" / "draaiboek.md"
BLOCK = re.compile(r"(<!-- figures of scene (\d) -->).*?(<!-- end -->)", re.DOTALL)
REPLICATIONS, YEARS, WEEKS = 30, 5, 40
CATALOG = catalog_of()
LABELS = {
    "supervision_adequate_share": "toereikend begeleid (%)",
    "supervision_adequate_share_hbo": "hbo-studenten toereikend begeleid (%)",
    "mentor_overload_share": "overbelaste mentoren (%)",
    "status_barrier": "statusdrempel (0–100)",
    "knowledge_other_profession": "kennis van het andere beroep (0–100)",
    "students_inside": "hbo-studenten binnen het partnerschap",
    "own_contribution": "eigen bijdrage per jaar (duizend euro)",
}
SCALES = {"students_inside": 1.0, "own_contribution": 0.001}
BESIDE = (
    ("mentor_overload_share", "own_contribution"),
    ("students_inside", "mentor_overload_share", "own_contribution"),
    ("students_inside", "mentor_overload_share", "own_contribution"),
    ("supervision_adequate_share_hbo", "mentor_overload_share", "own_contribution"),
    ("supervision_adequate_share", "knowledge_other_profession"),
    ("mentor_overload_share", "students_inside", "own_contribution"),
)
"""What is said of each scene besides what people guess."""


@cache
def lives(course: str, replications: int) -> list[list[dict[str, float]]]:
    """Every indicator over each school year of each replication, as the view lives a course of the story."""
    seeds = [seed_of(1, replication) for replication in range(1, replications + 1)]
    return [years_of(Course.read(course, CATALOG).begun(CATALOG, seed)) for seed in seeds]


def years_of(here: Partnership) -> list[dict[str, float]]:
    """Live all years, and tell of each."""
    found = []
    for _ in range(YEARS):
        here.run(years=1)
        found.append(here.last_year())
    return found


def values(course: str, indicator: str, replications: int, year: int = YEARS) -> NDArray[np.float64]:
    """An indicator of each replication over a school year, on the scale of the guide."""
    means = [years[year - 1][indicator] for years in lives(course, replications)]
    return np.array(means) * SCALES.get(indicator, 100.0)


def pairs(scene: Scene, beside: tuple[str, ...], replications: int = REPLICATIONS) -> dict[str, tuple[Any, Any]]:
    """By indicator what is compared, an array over replications each: A and B, or the first and the last year."""
    first, last = scene.courses[0], scene.courses[-1]
    alone = len(scene.courses) == 1
    return {
        name: (values(first, name, replications, 1 if alone else YEARS), values(last, name, replications))
        for name in (scene.indicator, *beside)
    }


def table(scene: Scene, beside: tuple[str, ...]) -> str:
    """The table of a scene, in Dutch."""
    sides = "jaar 1 | jaar 5 | verschil" if len(scene.courses) == 1 else "A | B | B − A"
    lines = [f"| | {sides}, met 95%-interval |", "|---|---|---|---|"]
    for name, (one, other) in pairs(scene, beside).items():
        lines.append(f"| {LABELS[name]} | {spread(one)} | {spread(other)} | {difference(other - one)} |")
    return "\n".join(lines)


def on_screen(scene: Scene) -> str:
    """Where a workshop ends with the luck it begins with: the means over the last school year, in Dutch."""
    ends = []
    for course in scene.courses:
        partnership = live(Course.read(course, CATALOG), CATALOG, seed=1, weeks=YEARS * WEEKS)
        ends.append(f"**{plain(100 * float(np.nanmean(partnership.recorded(scene.indicator)[-WEEKS:])))}**")
    shown = (
        ends[0] if len(ends) == 1 else " en ".join(f"{letter} {end}" for letter, end in zip("AB", ends, strict=True))
    )
    return f"Met toeval nr. 1 eindigt het scherm op {shown}."


def spread(values: NDArray[np.float64]) -> str:
    """A mean, and between what nine in ten replications lie."""
    low, high = np.quantile(values, (0.05, 0.95))
    return f"{plain(values.mean())} ({plain(low)} tot {plain(high)})"


def difference(values: NDArray[np.float64]) -> str:
    """A mean difference, run by run, with its interval."""
    column = pd.Series(values)
    one = interval_of_mean(pd.Series([column.mean()]), pd.Series([column.std()]), pd.Series([column.count()])).iloc[0]
    mean, low, high = (signed(one[name]) for name in ("mean", "low", "high"))
    return f"{mean} ({low} tot {high})"


def plain(value: float) -> str:
    """A whole number."""
    return number(round(float(value)), "nl")


def signed(value: float) -> str:
    """A difference, with its sign."""
    digits = 1 if abs(value) < 20 else 0
    text = number(abs(round(float(value), digits)), "nl", digits)
    return ("−" if round(value, digits) < 0 else "+") + text


def figures(scene: int) -> str:
    """All that stands between the marks of a scene."""
    return f"{table(SCENES[scene], BESIDE[scene])}\n\n{on_screen(SCENES[scene])}"


def renewed(text: str) -> str:
    """The guide with the figures as they are now."""
    return BLOCK.sub(lambda at: f"{at[1]}\n\n{figures(int(at[2]) - 1)}\n\n{at[3]}", text)


def main() -> int:
    """Say whether the guide is up to date, or bring it there; 1 when it is not."""
    before = GUIDE.read_text(encoding="utf-8")
    after = renewed(before)
    if "--write" in sys.argv:
        GUIDE.write_text(after, encoding="utf-8")
    elif after != before:
        print(f"{GUIDE} is out of date: python -m tools.scenes --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
