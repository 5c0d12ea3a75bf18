"""What is run: every analysis of the baseline of which a document tells figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from samenspel.experiments.assumptions.discovery import discover
from samenspel.experiments.assumptions.discovery_report import DiscoveryReport
from samenspel.experiments.assumptions.sensitivity import Sensitivity, sensitivity
from samenspel.experiments.assumptions.sensitivity_report import SensitivityReport, stage_shown
from samenspel.experiments.bottlenecks.attribution import bottleneck
from samenspel.experiments.bottlenecks.report import BottleneckReport
from samenspel.experiments.degradation.degrade import REPLICATIONS_OF_STRUCTURE as FEWER
from samenspel.experiments.degradation.degrade import Degradation, carry_out
from samenspel.experiments.degradation.plan import DRAWS, Plan, plan_of
from samenspel.experiments.degradation.report import parts_shown
from samenspel.experiments.degradation.tables import SHARE
from samenspel.experiments.degradation.words import findings
from samenspel.experiments.output.progress import progress
from samenspel.experiments.pilots.comparison.compare import CLOSE_WORLDS, compare_pilots
from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.pilots.report.shown import PilotReport
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from samenspel.model.declared.declaration import Value
from tools.documents import ROOT

FOLDER = ROOT / "build" / "answers"
PLACES, CLUSTERS = "students_per_cluster=6:40", "clusters_share=0.2:1"
BACK, STRUCTURE = "there-and-back", "structure"
OPTIONS = {BACK: "--back", STRUCTURE: "--structure"}
PILOTED = (LOSS, "mbo_adequate_share", FULL_COST)
"""Measures of pilots of which a document tells."""
TOP = 10  # factors of which a document tells
Found = dict[str, list[pd.DataFrame]]  # by table
Tables = Iterator[tuple[str, pd.DataFrame]]  # by name
PINCHED = ""  # there is one


@dataclass(frozen=True)
class Asked:
    """One `samenspel degrade`; those of one folder share their runs."""

    folder: str
    compare: str = ""
    over: str = PLACES
    changes: Mapping[str, Value] = field(default_factory=dict)
    extra: str = ""
    replications: int = 30
    draws: int = DRAWS

    @property
    def plan(self) -> Plan:
        """What is run."""
        extras = (self.extra,) if self.extra else ()
        return plan_of(
            "baseline", [self.over], self.compare, self.changes, extras,
            replications=self.replications, draws=self.draws, years=5, seed=1, loss=0.05,
        )  # fmt: skip

    @property
    def command(self) -> str:
        """What one types for it."""
        given = [f"--over {self.over}" if self.over != PLACES else "", f"--compare {self.compare}" * bool(self.compare)]
        given += [f"--set {name}={str(value).lower()}" for name, value in self.changes.items()]
        given += [OPTIONS.get(self.extra, ""), f"--replications {self.replications}" * (self.replications != 30)]
        given += [f"--draws {self.draws}" * (self.draws != DRAWS)]
        return " ".join(["samenspel degrade baseline", *filter(None, given)])


SOME = 60  # worlds, where arms are many
NO_MONEY = {"with_finance": False}
DEGRADED = {
    "baseline": Asked("baseline"),
    "structure": Asked("baseline", extra=STRUCTURE, draws=0),
    "back": Asked("baseline", extra=BACK),
    "back without money": Asked("back-without-money", changes=NO_MONEY, extra=BACK, draws=0),
    "cross-year": Asked("cross-year", "cross-year"),
    "facilitation": Asked("facilitation", "facilitation", draws=SOME),
    "growth": Asked("growth", "growth", replications=10, draws=SOME),
    "split": Asked("split", "split", replications=10, draws=0),
    **{name: Asked(name, name, draws=0) for name in ("mbo", "mbo-equal-total")},  # GROWTH.md has them in worlds
    "staff": Asked("staff", "staff", CLUSTERS, draws=0),
    "staff without money": Asked("staff-without-money", "staff", CLUSTERS, NO_MONEY, draws=0),
    **{
        f"structure of {name}": Asked(f"structure-{name}", name, PLACES + ":9", {}, STRUCTURE, replications=5, draws=0)
        for name in ("cross-year", "mbo")
    },
}
RANGES, WORLDS = "ranges", "worlds"
SENSITIVITIES = {
    RANGES: ("samenspel sensitivity uncertainty --replications 3 --trajectories 10 --points 64 --keep 8",
             {"replications": 3, "trajectories": 10, "points": 64, "keep": 8}),
    WORLDS: ("samenspel sensitivity uncertainty --worlds plausible", {"worlds": "plausible"}),
}  # fmt: skip


def carried_out(only: Collection[str] = ()) -> dict[str, pd.DataFrame]:
    """Every table that documents are made from, with a column `analysis`, after all that is not run yet was run.

    With names of analyses, only of those.
    """
    found: Found = {}
    analyses: dict[str, Callable[[str], Tables]] = {
        **dict.fromkeys(DEGRADED, _degraded), **dict.fromkeys(SENSITIVITIES, _sensitive), PINCHED: _pinched,
        **dict.fromkeys((PLAUSIBLE, PRIOR), _piloted),
    }  # fmt: skip
    for analysis in only or analyses:
        for name, table in analyses[analysis](analysis):
            found.setdefault(name, []).append(table.reset_index(drop=True).assign(analysis=analysis))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}


def _degraded(name: str) -> Tables:
    """Of a `degrade`, what it is about."""
    asked = DEGRADED[name]
    with parts_shown("en") as tell:
        found = carry_out(asked.plan, FOLDER / asked.folder, tell=tell)
    behind = min(asked.replications, FEWER) if asked.extra else asked.replications
    yield "degraded", _facts(asked.command, asked.draws and asked.plan.draws, behind)
    yield "degraded-said", pd.DataFrame({"sentence": _new_sentences(found)})
    yield "degraded-curves", _curves(found)
    for table, one in (("shifts", found.shifts), ("back", found.there_and_back)):
        if len(one):
            yield f"degraded-{table}", one


def _facts(command: str, worlds: int, replications: int) -> pd.DataFrame:
    return pd.DataFrame({"command": [command], "worlds": [worlds], "replications": [replications]})


def _new_sentences(found: Degradation) -> list[str]:
    """What it says; with an extra, what that says."""
    none = pd.DataFrame()
    before = findings(replace(found, there_and_back=none, structure=none), "en") if found.plan.extras else []
    return [sentence for sentence in findings(found, "en") if sentence not in before]


def _curves(found: Degradation) -> pd.DataFrame:
    curves, axis = found.curves, found.plan.axes[0].name
    whole = curves[(curves["indicator"] == SHARE) & (curves["by"] == "all")]
    return whole.rename(columns={axis: "size"})[["arm", "size", "mean"]]


def _sensitive(name: str) -> Tables:
    """What the indicator depends on, over ranges or over worlds."""
    command, given = SENSITIVITIES[name]
    found = sensitivity("uncertainty", FOLDER / f"sensitivity-{name}", shown=stage_shown("en"), **given)
    report = SensitivityReport(found, FOLDER)
    points, replications = (int(found.stages[one].iloc[0]) for one in ("points", "replications"))
    draws = points if name == WORLDS else 0
    yield "sensitive", _facts(command, draws, replications)
    yield "sensitive-said", pd.DataFrame({"sentence": report.sentences("en")})
    yield "sensitive-indices", _ranked(found)
    if name == WORLDS:
        boxes = discover(FOLDER / f"sensitivity-{name}" / "worlds")
        told = DiscoveryReport(boxes, FOLDER).sentences("en")
        yield "boxed", _facts("samenspel discover results/in-worlds/worlds", draws, replications)
        yield "boxed-said", pd.DataFrame({"sentence": told})


def _ranked(found: Sensitivity) -> pd.DataFrame:
    """The strongest factors by each method."""
    tables = [
        found.ranked(SHARE, str(method)).head(TOP).reset_index(names="factor").assign(method=method)
        for method in dict.fromkeys(found.stages["method"])
    ]
    return pd.concat(tables, ignore_index=True)


def _pinched(_: str) -> Tables:
    """What pinches in the baseline, here and in worlds."""
    with progress("en") as shown:
        found = bottleneck("baseline", FOLDER / "bottleneck", progress=shown)
    report = BottleneckReport(found, FOLDER)
    assert found.worlds
    yield "pinched", _facts("samenspel bottleneck", found.worlds.number, found.results.replications)
    yield "pinched-said", pd.DataFrame({"sentence": report.sentences("en")})
    yield "pinched-here", found.whole
    yield "pinched-worlds", found.worlds.whole


def _piloted(which: str) -> Tables:
    """What the built-in designs of a pilot give, in plausible worlds or in prior ones."""
    asked, all_of_it = Pilots.load("mbo").in_worlds(which), which == PLAUSIBLE
    with progress("en") as shown:
        found = compare_pilots(
            asked, FOLDER / f"pilots-{which}", progress=shown, questions=all_of_it,
            close_worlds=CLOSE_WORLDS if all_of_it else 0,
        )  # fmt: skip
    command = "samenspel pilots mbo" + f" --worlds {which}" * (not all_of_it)
    yield "piloted", _facts(command, asked.worlds, asked.replications)
    yield "piloted-robustness", found.robustness.assign(name=list(found.names().values()))
    yield "piloted-figures", found.summary[found.summary["measure"].isin(PILOTED)]
    if all_of_it:
        sentences = [sentence for one in PilotReport(found, "mbo").sentences("en") for sentence in one.splitlines()]
        yield "piloted-said", pd.DataFrame({"sentence": sentences})
