"""How the figures of the patterns are taken from the model: every measure of one seed, by name.

Here are those of a steady state, which is lived, not assumed: twelve years of which the first four are left out. Those
of what a change does within a year are in `samenspel.experiments.validation.paired`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.agents.students import Exit, Programme, Status
from samenspel.experiments.validation.patterns import DISCARDED, HORIZON, SD
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.constants import FATIGUE_THRESHOLD
from samenspel.model.declared.declaration import Value
from samenspel.model.input.scenario import Scenario
from samenspel.model.partnership import Partnership
from samenspel.model.year.assessment import REPEATS, outcomes

Figures = dict[str, float]
Flags = NDArray[np.bool_]

FIRST_YEARS = 5  # the default horizon


# --- a long life (P1, P2, P3, P8, P15, P16) --------------------------------------------------------------------------


def nothing_besides(now: Partnership) -> Figures:
    """No figures."""
    return {}


def in_steady_state(
    scenario: Scenario, seed: int, besides: Callable[[Partnership], Figures] = nothing_besides
) -> Figures:
    """What one life of twelve years shows; `besides` reads more from it in week 1 of the first year that counts."""
    partnership = Partnership(scenario, rng=seed)
    loads = _loads_of_first_year(partnership)
    figures = tired_mentors(partnership, loads)
    partnership.run(weeks=DISCARDED * WEEKS + 1 - partnership.week)
    figures |= besides(partnership)
    table = pd.concat(school_years(partnership, seed), ignore_index=True)
    weeks = partnership.indicators()
    late = weeks[weeks["school_year"] > DISCARDED]
    left_fulltime, stopped_fulltime = exits_of_first_years(table, Programme.FULLTIME)
    _, stopped_parttime = exits_of_first_years(table, Programme.PARTTIME)
    return figures | diplomas(table) | {
        "students_inside": float(late.loc[late["week"] == 1, "students_inside"].mean()),
        "coverage_fulltime": float(late["coverage_fulltime"].mean()),
        "coverage_parttime": float(late["coverage_parttime"].mean()),
        "left_fulltime": left_fulltime,
        "stopped_fulltime": stopped_fulltime,
        "stopped_parttime": stopped_parttime,
        "stops_ratio": stopped_parttime / stopped_fulltime if stopped_fulltime else float("nan"),
        "between_mentors": spread_between_mentors(table),
        "adequate": float(weeks.loc[weeks["school_year"] <= FIRST_YEARS, "supervision_adequate_share"].mean()),
    }  # fmt: skip


def _loads_of_first_year(partnership: Partnership) -> NDArray[np.float64]:
    """Live a year; the load of every mentor, shape (weeks, mentors)."""
    loads = []
    for _ in range(WEEKS):
        partnership.run(weeks=1)
        loads.append(partnership.mentors.column("load").copy())
    return np.array(loads)


def tired_mentors(partnership: Partnership, loads: NDArray[np.float64]) -> Figures:
    """Share of mentors above the fatigue threshold by base alone, and what hosting all year added to it."""
    m = partnership.mentors.rows()
    added = (m.fatigue > FATIGUE_THRESHOLD).astype(float) - (m.base > FATIGUE_THRESHOLD)
    hosting = (loads > 0).all(axis=0)
    return {
        "tired_without": float((m.base > FATIGUE_THRESHOLD).mean()),
        "tired_within": mean_of(added, hosting & (loads <= 1).all(axis=0)),
        "tired_above": mean_of(added, hosting & (loads.mean(axis=0) > 1)),
    }


def school_years(partnership: Partnership, run: int) -> Iterator[pd.DataFrame]:
    """One table per school year that counts: every student at its end, with what changed since week 1.

    The partnership is somewhere within the years that are left out, or in week 1 of the first that counts.
    """
    for year in range(DISCARDED + 1, HORIZON + 1):
        yield school_year(partnership, year).assign(run=run, school_year=year)


def school_year(partnership: Partnership, year: int) -> pd.DataFrame:
    """Every student at the end of a school year that has not begun, or is in week 1; with what changed since then."""
    partnership.run(weeks=(year - 1) * WEEKS + 1 - partnership.week)
    s = partnership.students.rows()
    key, teaching, mentor = s.key.copy(), s.teaching.copy(), s.mentor.copy()
    partnership.run(weeks=WEEKS - 1)
    s = partnership.students.rows()
    stayed = s.key == key  # students of mbo may change places at mid-year
    names = ("key", "programme", "year", "enrolled", "status", "exit_kind", "mentor", *SD)
    columns = {name: getattr(s, name)[stayed] for name in names}
    columns["mentor_key"] = partnership.mentors.column("key")[columns["mentor"]]
    columns["outcome"] = outcomes(partnership.state.all(), year)[stayed]
    columns["teaching_before"], columns["mentor_before"] = teaching[stayed], mentor[stayed]
    return pd.DataFrame(columns)


def exits_of_first_years(table: pd.DataFrame, programme: Programme) -> tuple[float, float]:
    """Share of a programme's new first-year students who left by the end of the year, and share who stopped."""
    new = table[(table.programme == programme) & (table.year == 1) & (table.enrolled == 0)]
    stopped = new.exit_kind == Exit.STOP
    left = (new.status == Status.LEFT) | (new.outcome == Exit.FAILED)
    return float(left.mean()), float(stopped.mean())


def diplomas(table: pd.DataFrame) -> Figures:
    """How many of a pabo cohort graduate within five years of starting, and diplomas over the intake four years ago."""
    pabo = table[table.programme <= Programme.ACADEMIC]
    started = pabo[(pabo.year == 1) & (pabo.enrolled == 0)].set_index("key").school_year
    followed = started[started <= HORIZON - 4].index
    graduated = pabo[pabo.outcome == Exit.GRADUATED]
    in_time = followed.isin(graduated[graduated.enrolled <= 4].key)
    in_year_2, again = (followed.isin(pabo[rows].key) for rows in (pabo.year == 2, pabo.enrolled == 1))
    fulltime = followed.isin(pabo[pabo.programme != Programme.PARTTIME].key)
    later = pabo[(pabo.year >= 2) & (pabo.status != Status.LEFT)]
    four_years_on = range(DISCARDED + 5, HORIZON + 1)
    diplomas_then = int(graduated.school_year.isin(four_years_on).sum())
    intake_before = int(started.isin([year - 4 for year in four_years_on]).sum())
    return {
        "graduated_in_5": mean_of(in_time, in_year_2),
        "graduated_in_5_reenrolled": mean_of(in_time, again),
        "graduated_in_5_fulltime": mean_of(in_time, in_year_2 & fulltime),
        "graduated_in_5_parttime": mean_of(in_time, in_year_2 & ~fulltime),
        "repeats_later": float((later.outcome == REPEATS).mean()),
        "diplomas_over_intake": diplomas_then / intake_before if intake_before else float("nan"),
    }


def spread_between_mentors(table: pd.DataFrame) -> float:
    """Between-mentor SD of a year's gain in teaching, in SD: one-way random effects.

    Over full-time students who had one mentor all year.
    """
    kept = table[
        (table.status == Status.INSIDE)
        & (table.programme == Programme.FULLTIME)
        & (table.mentor >= 0)
        & (table.mentor == table.mentor_before)
    ].copy()
    kept["gain"] = (kept.teaching - kept.teaching_before) / SD["teaching"]
    # a year's gain shrinks with what one can do already and grows with days: compare within year of study and start
    kept["start"] = (kept.teaching_before * 20).astype(int)
    kept["gain"] -= kept.groupby(["year", "start"], observed=True).gain.transform("mean")
    groups = kept.groupby(["run", "school_year", "mentor_key"]).gain.agg(["size", "mean", "var"])
    several = groups[groups["size"] > 1]
    within = float((several["var"] * (several["size"] - 1)).sum() / (several["size"] - 1).sum())
    sizes = several["size"].to_numpy(float)
    n0 = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (sizes.size - 1)
    grand = float((several["mean"] * sizes).sum() / sizes.sum())
    between = float((sizes * (several["mean"] - grand) ** 2).sum() / (sizes.size - 1))
    return float(np.sqrt(max(0.0, (between - within) / n0)))


def spread_between_students(table: pd.DataFrame) -> Figures:
    """SD between pabo students present at the end of year 1, of what patterns are expressed in."""
    first = table[(table.status != Status.LEFT) & (table.year == 1) & (table.programme <= Programme.ACADEMIC)]
    return {name: float(first[name].std()) for name in SD}


# --- other sizes (P1, P4) --------------------------------------------------------------------------------------------


@cache
def _full_capacity() -> Scenario:
    return Scenario.load("full-capacity")


def at_other_sizes(scenario: Scenario, seed: int) -> Figures:
    """What strategy 1 brings, and how full the partnership is at full capacity."""
    before = int(Partnership(scenario, rng=seed).communities.column("places").sum())
    grown = lived(with_values(scenario, growth_clusters=4), seed, HORIZON)
    full = lived(_forms_of(scenario, _full_capacity()), seed, HORIZON)
    first_weeks = _late(full)[lambda weeks: weeks["week"] == 1]
    return {
        "places_added": float(grown.communities.column("places").sum()) - before,
        "coverage_strategy_1": float(_late(grown)["coverage"].mean()),
        "clusters_for_400": float(400 * (first_weeks["clusters"] / first_weeks["students_inside"]).mean()),
    }


def _forms_of(scenario: Scenario, other: Scenario) -> Scenario:
    """Another scenario with the forms and switches of this one."""
    names = [name for name in scenario.values if name.startswith(("form_", "with_"))]
    return with_values(other, **{name: scenario.values[name] for name in names})


def _late(partnership: Partnership) -> pd.DataFrame:
    weeks = partnership.indicators()
    return weeks[weeks["school_year"] > DISCARDED]


# --- helpers ---------------------------------------------------------------------------------------------------------


def with_values(scenario: Scenario, **values: Value) -> Scenario:
    """The scenario with other values, also beyond their declared ranges."""
    return scenario.with_values(beyond_range=True, **values)


def lived(scenario: Scenario, seed: int, years: int) -> Partnership:
    """A partnership after so many years."""
    partnership = Partnership(scenario, rng=seed)
    partnership.run(years=years)
    return partnership


def mean_of(values: NDArray[Any], who: Flags) -> float:
    """The mean over those chosen; NaN over nobody."""
    return float(values[who].mean()) if who.any() else float("nan")
