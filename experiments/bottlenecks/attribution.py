"""Where does it pinch first: how much adequate supervision each constraint holds back, by cluster and week.

From the present state the next school year is lived again with every combination of constraints lifted, on the same
draws, and what is regained is shared out by Shapley. A constraint that cannot do anything here is not rerun: its share
is exactly 0 and those of the others are the same without it. The same is done in worlds that could be this partnership,
once in each: what is first in most of them does not hang on what nobody knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from samenspel.experiments.bottlenecks.futures import CONSTRAINTS, Floats, Futures, idle
from samenspel.experiments.bottlenecks.over_worlds import DRAWS, WHOLE, OverWorlds, study_in_worlds
from samenspel.experiments.bottlenecks.pinch import PINCHES
from samenspel.experiments.output.progress import Progress
from samenspel.experiments.plausible.source import PLAUSIBLE, Source
from samenspel.experiments.runs.findings import ADEQUATE
from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.statistics.shapley import alone, last, shapley
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.outcomes import nothing_but_failures
from samenspel.experiments.sweeps.results import Results
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.indicators import SHORT_OF
from samenspel.model.input.scenario import Scenario

FLOORS = tuple(floor.name.lower() for floor in SHORT_OF)


@dataclass(frozen=True)
class Bottlenecks:
    """What holds supervision back; every `share` is a part of the students adequately supervised, 0-1.

    Attributes
    ----------
    scenario, years, horizon
        What was looked at, from the state after so many years, over the last of so many school years more.
    results
        The runs, one a replication.
    whole
        One row a constraint: its Shapley `share` with `low` and `high` (95 % over replications), what lifting it
        regains `alone` and as the `last` of all, and its Shapley share in who reaches the floors of `time`, `contact`
        and `quality`, each apart.
    weeks
        The Shapley `share` by `week` and `constraint`.
    clusters
        The same by `cluster` and constraint, with interval, `students` and `adequate`, the share as it is.
    now, lifted
        The share adequately supervised as it is, and with all constraints lifted.
    worlds
        The same in worlds, if any were asked for.
    """

    scenario: Scenario
    years: int
    horizon: int
    results: Results
    whole: pd.DataFrame
    weeks: pd.DataFrame
    clusters: pd.DataFrame
    now: float
    lifted: float
    worlds: OverWorlds | None = None

    def first(self) -> pd.DataFrame:
        """One row a cluster: the constraint with the largest share, none where that is small; `sure` if not luck.

        Where there are worlds, `worlds` is the part of them in which the same comes first there.
        """
        ordered = self.clusters.sort_values("share", ascending=False, kind="stable")
        table = ordered.groupby("cluster", sort=True).head(1).sort_values("cluster", kind="stable", ignore_index=True)
        pinches = table["share"] >= PINCHES
        table = table.assign(constraint=table["constraint"].where(pinches, ""), sure=table["low"] > 0)
        if not self.worlds:
            return table
        named = zip(table["cluster"], table["constraint"], strict=True)
        return table.assign(worlds=[self.worlds.agree(cluster, constraint) for cluster, constraint in named])

    @property
    def failed(self) -> int:
        """How many runs failed, and are left out."""
        return len(self.results.failures) + (len(self.worlds.results.failures) if self.worlds else 0)


def bottleneck(
    scenario: Scenario | str | Path,
    out: str | Path,
    *,
    years: int = 5,
    horizon: int = 1,
    replications: int = 10,
    seed: int = 1,
    worlds: str | Path = PLAUSIBLE,
    draws: int = DRAWS,
    known: Collection[str] = (),
    workers: int | None = None,
    progress: Progress | None = None,
) -> Bottlenecks:
    """Attribute what supervision lacks to the eight constraints of `samenspel.model.declared.constraints`.

    Parameters
    ----------
    scenario
        A scenario, the name of a built-in one, or a path.
    out
        The folder of the runs; what is finished there is not done again. Those in worlds stand in its folder `worlds`.
    years, horizon
        School years to the present state, and from there; the last of those is measured.
    replications, seed
        As in `experiments.sweep`, of the scenario's own world.
    worlds, draws
        Which worlds besides (`plausible`, `prior`, or a file that `samenspel worlds` wrote), and how many of them, one
        run each, never more than differ; 0 for none.
    known
        Parameters that stay in every world as the scenario has them; those it sets otherwise than the default do so
        anyway.
    workers, progress
        As in `experiments.sweep`.

    Raises
    ------
    InputFaults
        When the folder holds something else, every run failed, or there are no such worlds.
    KeyboardInterrupt
        When somebody asked to stop; finished replications are kept.
    """
    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    source = Source.of(worlds, scenario, "bottleneck")
    draws = source.number(draws)
    study = Study(
        f"bottleneck-{scenario.name}", scenario, years=years, replications=replications, seed=seed,
        record=Record(by=("cluster",)),
        document={"scenario": scenario.name, "bottleneck": {"horizon": horizon, "constraints": list(CONSTRAINTS)}},
    )  # fmt: skip
    run = _Runner(replications + draws, horizon, workers, progress)
    found = _gathered(scenario, years, horizon, run(study, Path(out)))
    if not draws:
        return found
    results = run(study_in_worlds(study, source, draws, known), Path(out) / "worlds")
    return replace(found, worlds=OverWorlds(source, results, _by_world(results)))


class _Runner:
    """Runs one study after another, and tells how far it is with all of them."""

    def __init__(self, asked: int, horizon: int, workers: int | None, progress: Progress | None) -> None:
        self.asked, self.horizon, self.workers, self.progress = asked, horizon, workers, progress
        self.done = self.failed = 0

    def __call__(self, study: Study, folder: Path) -> Results:
        """The runs of a study, as far as they did not fail; raises `InputFaults` when every one did."""
        simulate = partial(attribute, horizon=self.horizon)
        ending = sweep(study, folder, workers=self.workers, progress=self._tell, simulate=simulate)
        results = ending.finished()
        if len(results.failures) == len(results.runs):
            raise nothing_but_failures(results)
        self.done += ending.done
        self.failed += ending.failed
        return results

    def _tell(self, done: int, _: int, failed: int) -> None:
        if self.progress:
            self.progress(self.done + done, self.asked, self.failed + failed)


# --- one replication -------------------------------------------------------------------------------------------------


def attribute(scenario: Scenario, years: int, seed: int, record: Record, horizon: int = 1) -> Measured:
    """One replication: live to the present, then on with every combination lifted, and share out what is regained.

    Its groups are, for `whole`, every `week …`, `floor …` and `cluster …`, in `supervision_adequate_share`: by
    `shapley C` the share of constraint C, by `alone C` and `last C` what it regains first or last, by `now` and
    `lifted` the level. Of a floor that is the share of students who reach it.
    """
    from samenspel.model.partnership import Partnership

    present = Partnership(scenario, rng=seed)
    present.run(years=years)
    players = [name for name in CONSTRAINTS if name not in idle(present, horizon * WEEKS)]
    futures = Futures.of(present, horizon * WEEKS, players)
    return Measured(futures.as_it_is, groups=dict(_groups(futures, players)))


def _groups(futures: Futures, players: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The shares as tables of groups; constraints that were not rerun get exactly 0."""
    labels = [
        "whole",
        *(f"week {week}" for week in range(1, WEEKS + 1)),
        *(f"floor {name}" for name in FLOORS),
        *(f"cluster {name}" for name in futures.names),
    ]
    everybody = futures.as_it_is["students_inside"] + futures.as_it_is["students_mbo"]
    students = [everybody, *[np.nan] * WEEKS, *[everybody] * len(FLOORS), *map(float, futures.students)]
    values = np.column_stack([futures.weeks.mean(axis=1), futures.weeks, futures.floors, futures.clusters])

    def table(by: str, shares: Floats) -> tuple[str, pd.DataFrame]:
        return by, pd.DataFrame({by: labels, "students": students, ADEQUATE: shares})

    yield table("now", values[0])
    yield table("lifted", values[-1])
    for kind, shares in (("shapley", shapley(values)), ("alone", alone(values)), ("last", last(values))):
        for name in CONSTRAINTS:
            nothing = np.where(np.isnan(values[0]), np.nan, 0.0)
            yield table(f"{kind} {name}", shares[players.index(name)] if name in players else nothing)


# --- over replications -----------------------------------------------------------------------------------------------


def _gathered(scenario: Scenario, years: int, horizon: int, results: Results) -> Bottlenecks:
    """Means over replications, and intervals."""
    table = _shared_out(results)
    levels, shares = table[table["kind"] == "now"], table[table["kind"] == "shapley"]
    lifted = table[(table["kind"] == "lifted") & (table["place"] == "whole")]
    whole = _over_replications(shares[shares["place"] == "whole"], ["constraint"]).reindex(list(CONSTRAINTS))
    for other in ("alone", "last"):
        some = table[(table["kind"] == other) & (table["place"] == "whole")]
        whole = whole.join(some.groupby("constraint")["share"].mean().rename(other))
    of_floors = shares[shares["place"] == "floor"].pivot_table("share", "constraint", "at")
    whole = whole.join(of_floors.reindex(columns=list(FLOORS)))
    by_week = shares[shares["place"] == "week"].astype({"at": int}).rename(columns={"at": "week"})
    weeks = by_week.groupby(["week", "constraint"], sort=True)[["share"]].mean()
    by_cluster = shares[shares["place"] == "cluster"].rename(columns={"at": "cluster"})
    clusters = _over_replications(by_cluster, ["cluster", "constraint"]).reset_index()
    as_they_are = levels[levels["place"] == "cluster"].groupby("at")[["students", "share"]].mean()
    return Bottlenecks(
        scenario, years, horizon, results, whole.reset_index(), weeks.reset_index(),
        clusters.join(as_they_are.rename(columns={"share": "adequate"}), on="cluster"),
        float(levels[levels["place"] == "whole"]["share"].mean()), float(lifted["share"].mean()),
    )  # fmt: skip


def _shared_out(results: Results) -> pd.DataFrame:
    """Every share and level of every run: its `kind`, of which `constraint`, at which `place`, in which `world`."""
    groups = results.groups
    kind = groups["by"].str.partition(" ")
    place = groups["group"].str.partition(" ")
    return pd.DataFrame(
        {
            "kind": kind[0], "constraint": kind[2], "place": place[0], "at": place[2], "world": groups["point"],
            "students": groups["students"], "share": groups[ADEQUATE],
        }
    )  # fmt: skip


def _by_world(results: Results) -> pd.DataFrame:
    """The Shapley shares of the whole and of every cluster, by world, in the order in which constraints stand."""
    table = _shared_out(results)
    table = table[(table["kind"] == "shapley") & table["place"].isin(["whole", "cluster"])].dropna(subset=["share"])
    table = table.assign(cluster=table["at"].where(table["place"] == "cluster", WHOLE))
    return table[["world", "cluster", "constraint", "share"]].sort_values(["world", "cluster"], kind="stable")


def _over_replications(shares: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Mean with interval; what has no value in any replication is left out."""
    grouped = shares.dropna(subset=["share"]).groupby(keys, sort=True)["share"]
    table = interval_of_mean(grouped.mean(), grouped.std(), grouped.count())
    return table.rename(columns={"mean": "share"})
