"""Calibration to the C patterns, fitting only what the conceptual model names: `python -m experiments.calibration`.

Exit hazards to P2, spread of mentor skill to P8, base fatigue to P15, the threshold of adequacy to P16. It starts
from the declared defaults and prints what it would set; `--write` writes the table to docs/CALIBRATION.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from agents.students import Programme, Status
from experiments.patterns import (
    DISCARDED,
    HORIZON,
    ONE_SD,
    Pattern,
    exits_of_first_years,
    one_sd,
    school_years,
    spread_between_mentors,
)
from model import Partnership, Scenario

FULLTIME_LEAVE, FULLTIME_STOP, PARTTIME_STOP = 0.25, 0.13, 0.28
"""P2: what is aimed at within its intervals (D30, D31)."""
BETWEEN_MENTORS = 0.22
"""P8: what is aimed at; the middle of the target, 0.275, would need more spread than the plausible range allows."""
TIRED, ADEQUATE = 0.25, 0.85
ROUNDS = 4


def observe(scenario: Scenario, seeds: range) -> pd.DataFrame:
    """All students of all school years that count."""
    return pd.concat(school_years(scenario, seeds), ignore_index=True)


def fit_exits(values: dict[str, float], table: pd.DataFrame) -> dict[str, float]:
    """One step towards P2: scale the chances by target over figure, and set the shares of stops."""
    left, _ = exits_of_first_years(table, Programme.FULLTIME)
    _, stopped_part_time = exits_of_first_years(table, Programme.PARTTIME)
    during = _left_during(table, Programme.FULLTIME)
    stop_share = FULLTIME_STOP / max(1e-9, during + FULLTIME_LEAVE - left)
    return {
        "exit_fulltime_first": values["exit_fulltime_first"] * (during + FULLTIME_LEAVE - left) / during,
        "stop_share_fulltime": min(0.65, max(0.40, stop_share)),
        "exit_parttime_first": values["exit_parttime_first"] * PARTTIME_STOP / stopped_part_time,
    }


def _left_during(table: pd.DataFrame, programme: Programme) -> float:
    new = table[(table.programme == programme) & (table.year == 1) & (table.enrolled == 0)]
    return float((new.status == Status.LEFT).mean())


def fit_mentor_spread(scenario: Scenario, table: pd.DataFrame) -> float:
    """P8 grows about in proportion to the spread of skill."""
    spread = float(scenario.values["mentor_skill_spread"])
    return float(np.clip(spread * BETWEEN_MENTORS / spread_between_mentors(table), 0.20, 0.60))


def base_fatigue(scenario: Scenario) -> float:
    """P15 in closed form: a quarter of a uniform distribution lies above the threshold."""
    half, threshold = float(scenario.values["fatigue_base_spread"]), float(scenario.values["fatigue_threshold"])
    return threshold - half * (1.0 - 2.0 * TIRED)


def weekly_supervision(scenario: Scenario, seeds: range, years: int = 5) -> Iterator[np.ndarray]:
    """Supervision of everybody inside, week by week, over the default horizon."""
    for seed in seeds:
        partnership = Partnership(scenario, rng=seed)
        for _ in range(40 * years):
            partnership.step()
            s = partnership.students.rows()
            yield s.supervision[s.status == Status.INSIDE]


def calibrate(seeds: range) -> dict[str, float]:
    """The fitted values, found from the declared defaults on."""
    fitted = {"fatigue_base_mean": round(base_fatigue(Scenario.load("baseline")), 3)}
    fitted_exits = ("exit_fulltime_first", "exit_parttime_first")
    for _ in range(ROUNDS):
        scenario = Scenario.load("baseline").with_values(**fitted)
        table = observe(scenario, seeds)
        step = fit_exits({name: float(scenario.values[name]) for name in fitted_exits}, table)
        step["mentor_skill_spread"] = fit_mentor_spread(scenario, table)
        fitted |= {name: round(value, 3) for name, value in step.items()}
        print(fitted, file=sys.stderr)
    scenario = Scenario.load("baseline").with_values(**fitted)
    pooled = np.concatenate(list(weekly_supervision(scenario, seeds)))
    fitted["adequate_threshold"] = round(float(np.quantile(pooled, 1.0 - ADEQUATE)), 3)
    return fitted


def at_the_defaults(seeds: range) -> tuple[list[Pattern], float]:
    """The C patterns as the declared defaults give them, and one SD."""
    scenario = Scenario.load("baseline")
    table = observe(scenario, seeds)
    return measure(scenario, table, seeds), one_sd(table)


def measure(scenario: Scenario, table: pd.DataFrame, seeds: range) -> list[Pattern]:
    """The C patterns as the scenario gives them."""
    left, stopped = exits_of_first_years(table, Programme.FULLTIME)
    _, stopped_pt = exits_of_first_years(table, Programme.PARTTIME)
    tired_base, tired_within, tired_above = fatigue_by_load(scenario, seeds)
    adequate = np.concatenate(list(weekly_supervision(scenario, seeds))) >= float(scenario.values["adequate_threshold"])
    return [
        Pattern("P2", "full-time students who leave in year 1", 0.20, 0.33, left),
        Pattern("P2", "full-time students who stop in year 1", 0.09, 0.17, stopped),
        Pattern("P2", "part-time students who stop in year 1", 0.22, 0.34, stopped_pt),
        Pattern("P2", "part-time stops over full-time stops", 1.5, np.inf, stopped_pt / stopped),
        Pattern("P8", "SD between mentors of a year's gain, in SD", 0.20, 0.35, spread_between_mentors(table)),
        Pattern("P15", "mentors above the fatigue threshold without students", 0.22, 0.28, tired_base),
        Pattern("P15", "more of them with students within facilitated hours", -0.02, 0.02, tired_within - tired_base),
        Pattern("P15", "more of them with students above facilitated hours", 0.05, 1.0, tired_above - tired_base),
        Pattern("P16", "adequately supervised in the baseline, 5 years", 0.80, 0.90, float(adequate.mean())),
    ]


def fatigue_by_load(scenario: Scenario, seeds: range) -> tuple[float, float, float]:
    """Share of mentors above the threshold after year 1: by base alone, hosting within hours, hosting above.

    The last two are of mentors who hosted all year, as the base share plus what hosting added to it.
    """
    threshold = float(scenario.values["fatigue_threshold"])
    base: list[float] = []
    within: list[tuple[float, float]] = []
    above: list[tuple[float, float]] = []
    for seed in seeds:
        partnership = Partnership(scenario, rng=seed)
        loads = []
        for _ in range(40):
            partnership.step()
            loads.append(partnership.mentors.column("load").copy())
        m, load = partnership.mentors.rows(), np.array(loads)
        hosting = (load > 0).all(axis=0)
        calm, busy = hosting & (load <= 1).all(axis=0), hosting & (load.mean(axis=0) > 1)
        base += (m.base > threshold).tolist()
        for rows, into in ((calm, within), (busy, above)):
            into += list(zip(m.base[rows] > threshold, m.fatigue[rows] > threshold, strict=True))
    share = float(np.mean(base))
    differences = [
        float(np.mean([after - before for before, after in np.array(pairs, float)])) for pairs in (within, above)
    ]
    return share, share + differences[0], share + differences[1]


def table_of(patterns: list[Pattern]) -> str:
    """The patterns as a Markdown table."""
    lines = ["| pattern | what | target | figure | |", "|---|---|---|---|---|"]
    for p in patterns:
        target = f"{p.low:g} to {p.high:g}" if np.isfinite(p.high) else f"at least {p.low:g}"
        lines.append(f"| {p.name} | {p.what} | {target} | {p.figure:.3f} | {'held' if p.held else '**missed**'} |")
    return "\n".join(lines)


def report(fitted: dict[str, float], patterns: list[Pattern], sd: float, seeds: range) -> str:
    """The text of docs/CALIBRATION.md."""
    values = Scenario.load("baseline").values
    rows = "\n".join(f"| `{name}` | {value:g} | {values[name]:g} |" for name, value in fitted.items())
    return f"""# Calibration

Written by `python -m experiments.calibration --write`, from {len(seeds)} runs of the baseline
(seeds {seeds.start} to {seeds.stop - 1}), {HORIZON} years each of which the first {DISCARDED} are left out
(P15: year 1; P16: the default horizon of 5 years).

Only these parameters are fitted, each to one pattern; all others stand at their declared default. P15 is solved
in closed form: base fatigue is uniform, and a quarter of it must lie above the threshold. P2 is fitted by scaling the
chances of leaving until the figures agree; a student who fails the assessment and leaves counts as leaving, not as
stopping. P8 is aimed at {BETWEEN_MENTORS}: inside its target, but below the middle, which would need a wider spread of
skill than is plausible. P16 is a judgement: it sets the threshold of adequacy only, as the quantile that leaves
85 % above it.

| parameter | fitted now | declared default |
|---|---|---|
{rows}

The defaults are an earlier fit, rounded; a new one moves within its noise. The patterns below are measured at the
defaults.

One SD (between students, teaching, end of year 1): {sd:.4f}; stored as `experiments.patterns.ONE_SD` = {ONE_SD}.

{table_of(patterns)}

These patterns were used to calibrate, so that they are held says nothing for the model's validity.
"""


def main() -> None:
    """Fit, measure and report."""
    parser = argparse.ArgumentParser(prog="python -m experiments.calibration", description=__doc__)
    parser.add_argument("--seeds", type=int, default=30, help="how many paired runs (default 30)")
    parser.add_argument("--write", action="store_true", help="write docs/CALIBRATION.md")
    options = parser.parse_args()
    seeds = range(1, options.seeds + 1)
    text = report(calibrate(seeds), *at_the_defaults(seeds), seeds)
    print(text)
    if options.write:
        Path(__file__).resolve().parent.parent.joinpath("docs", "CALIBRATION.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
