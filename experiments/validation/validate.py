"""Validation: the patterns of the conceptual model measured with paired seeds, and which of them rival forms fail.

A point of the study is one form of the model: the defaults, or one rival form in their place. All points share their
seeds, so a rival is held against the defaults with the same luck. Nothing is fitted anew for a rival.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from samenspel.experiments.output.progress import Progress
from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.study.designs import Design
from samenspel.experiments.study.factors import Point
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.outcomes import nothing_but_failures
from samenspel.experiments.sweeps.results import Results
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Measured
from samenspel.experiments.validation.measures import Figures, at_other_sizes, in_steady_state
from samenspel.experiments.validation.paired import (
    from_one_present,
    in_balanced_teams,
    in_mixed_teams,
    in_other_subgroups,
    with_fewer_trainers,
)
from samenspel.experiments.validation.patterns import CRITERIA, HORIZON, Use, Verdict
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario

MEASURED = (
    in_steady_state, at_other_sizes, from_one_present, with_fewer_trainers, in_other_subgroups, in_mixed_teams,
    in_balanced_teams,
)  # fmt: skip
FORMS = tuple(name for name in PARAMETERS if name.startswith("form_"))
VALUE = "supervision_mean"  # the column of a sweep's groups that carries the figures


@dataclass(frozen=True)
class Validation:
    """What was found.

    Attributes
    ----------
    results
        The runs.
    criteria
        One row a criterion with the default forms: `pattern`, `use`, `measure`, `what`, `target_low`, `target_high`,
        `unit`, `figure` with `low` and `high` (95 % over replications), `verdict` (held, missed or reported), `sure`
        (the whole interval gives that verdict) and `independent` (no parameter's default cites the target's data).
    rivals
        The same figures by `rival` (`form_x=choice`), with `default`, the verdict of the default forms.
    """

    results: Results
    criteria: pd.DataFrame
    rivals: pd.DataFrame

    def patterns(self) -> pd.DataFrame:
        """One row a pattern and use: `held`, `judged` (numbers of criteria) and the `verdict` of all together."""
        judged = self.criteria[self.criteria["verdict"] != "reported"]
        held = judged["verdict"].eq("held").groupby([judged["pattern"], judged["use"]], sort=False)
        table = pd.DataFrame({"held": held.sum(), "judged": held.count()})
        table["verdict"] = (table["held"] == table["judged"]).map({True: "held", False: "missed"})
        return table.reset_index()

    def named(self, uses: str, verdict: Verdict | None = None) -> list[str]:
        """The patterns of these uses, perhaps those with a verdict only; with its use where a pattern has several."""
        table = self.patterns()
        several = table["pattern"].duplicated(keep=False)
        names = table["pattern"].where(~several, table["pattern"] + " " + table["use"])
        chosen = table["use"].isin(list(uses)) & (table["verdict"].eq(verdict) if verdict else True)
        return [str(name) for name in names[chosen]]

    def failed_by_rivals(self) -> pd.DataFrame:
        """One row a rival form: the patterns that `fail` with it and held with the defaults, by `use`; joined by space.

        `saved` are patterns that the defaults miss and the rival holds.
        """
        rows = []
        for rival, table in self.rivals.groupby("rival", sort=False):
            broken = table[(table["verdict"] == "missed") & (table["default"] == "held")]
            saved = table[(table["verdict"] == "held") & (table["default"] == "missed")]
            rows.append({"rival": rival, **{use: _names(broken[broken["use"] == use]) for use in ("S", "V", "C")},
                         "measures": " ".join(broken["measure"]), "saved": " ".join(saved["measure"])})  # fmt: skip
        return pd.DataFrame(rows)


def _names(table: pd.DataFrame) -> str:
    return " ".join(dict.fromkeys(table["pattern"]))


def rivals() -> Iterator[Point]:
    """Every rival form in place of the default one, one at a time."""
    for name in FORMS:
        for choice in PARAMETERS[name].choices[1:]:
            yield {name: choice}


def study(replications: int = 30, seed: int = 1) -> Study:
    """The baseline with its default forms and with each rival."""
    defaults: Point = {name: PARAMETERS[name].default for name in FORMS}
    table = tuple(defaults | change for change in ({}, *rivals()))
    return Study(
        "validation", Scenario.load("baseline"), Design("table", table=table), years=HORIZON,
        replications=replications, seed=seed, record=Record(by=("measure",), indicators=()),
        document={"scenario": "baseline", "design": {"kind": "table"}, "validation": {"measures": list(CRITERIA)}},
    )  # fmt: skip


def validate(
    out: str | Path,
    *,
    replications: int = 30,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Measure every pattern, with the default forms and with each rival.

    Parameters
    ----------
    out
        The folder of the runs; what is finished there is not done again.
    replications, seed, workers, progress
        As in `experiments.sweep`.

    Raises
    ------
    InputFaults
        When the folder holds something else, or every run failed.
    KeyboardInterrupt
        When somebody asked to stop; finished runs are kept.
    """
    asked = study(replications, seed)
    results = sweep(asked, out, workers=workers, progress=progress, simulate=simulate).finished()
    return gathered(results, asked)


def measures(scenario: Scenario, seed: int) -> Figures:
    """Every measure of the patterns for one seed; the scenario is the baseline, perhaps with other forms."""
    figures: Figures = {}
    for measured in MEASURED:
        figures |= measured(scenario, seed)
    return figures


def simulate(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Every measure of one seed, as a table of groups."""
    figures = measures(scenario, seed)
    return Measured({}, groups={"measure": pd.DataFrame({"measure": list(figures), VALUE: list(figures.values())})})


def gathered(results: Results, asked: Study) -> Validation:
    """Figures with intervals and verdicts, over the replications that all forms share.

    A rival of which every run failed is left out, and so is, for all, a replication in which the run of another failed.
    """
    groups = results.of_shared(results.groups)
    if groups.empty or 0 not in set(groups["point"]):
        raise nothing_but_failures(results)
    figures = groups.groupby(["point", "group"], sort=True)[VALUE]
    table = interval_of_mean(figures.mean(), figures.std(), figures.count()).rename(columns={"mean": "figure"})
    measured = table.index.unique("point").tolist()
    judged = {point: _judged(table.loc[[point]].droplevel("point")) for point in measured}
    default = judged.pop(0)
    verdicts = default.set_index("measure")["verdict"]
    others = [some.assign(rival=_name(asked.points[0], asked.points[point])) for point, some in judged.items()]
    whole = pd.concat(others, ignore_index=True) if others else default.iloc[:0].assign(rival="")
    return Validation(results, default, whole.assign(default=whole["measure"].map(verdicts)))


def _name(defaults: Point, point: Point) -> str:
    """`form_x=choice`, where the point differs from the defaults."""
    changed: dict[str, Value] = {name: value for name, value in point.items() if value != defaults[name]}
    return " ".join(f"{name}={value}" for name, value in changed.items())


def _judged(figures: pd.DataFrame) -> pd.DataFrame:
    """The criteria with their figures, in the order of the patterns."""
    rows = []
    found = figures.astype(float).to_dict("index")
    for measure, criterion in CRITERIA.items():
        figure, low, high = (found[measure][name] for name in ("figure", "low", "high"))
        verdict: Verdict | str = criterion.verdict(figure) if criterion.judged else "reported"
        use: Use = criterion.use
        rows.append({
            "pattern": criterion.pattern, "use": use, "measure": measure, "what": criterion.what,
            "target_low": criterion.low, "target_high": criterion.high, "unit": criterion.unit,
            "figure": figure, "low": low, "high": high, "verdict": verdict,
            "sure": criterion.judged and criterion.is_sure(low, high),
            "independent": criterion.use != "C" and not criterion.set_from_the_same,
        })  # fmt: skip
    return pd.DataFrame(rows)
