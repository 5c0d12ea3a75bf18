"""What `samenspel degrade` is asked: axes, arms and worlds, checked, and made into studies."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from samenspel.experiments.degradation.axes import GOES_WITH, Axis, places, read_axes
from samenspel.experiments.degradation.comparisons import ALONE, COMPARISONS, Arm
from samenspel.experiments.plausible.source import PLAUSIBLE, Source
from samenspel.experiments.study.factors import Point
from samenspel.experiments.study.study import Study
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import Findings, InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message

DRAWS = 200  # worlds, unless something else is asked
OUTCOMES = ("supervision_adequate_share", "supervision_mean", "supervision_p10")
BESIDES = ("students_inside", "students_mbo", "mentor_load", "mentor_overload_share", "mentor_withdrawn_share")
BY = ("role", "programme", "year")


@dataclass(frozen=True)
class Plan:
    """What is asked: axes, arms, worlds (`draws` of those that are `which`, with these groups apart) and how often."""

    source: str
    scenario: Scenario
    fixed: Point
    axes: tuple[Axis, ...]
    arms: tuple[Arm, ...]
    comparison: str = ""
    replications: int = 30
    years: int = 5
    draws: int = DRAWS
    seed: int = 1
    loss: float = 0.05
    extras: tuple[str, ...] = ()
    which: str = PLAUSIBLE
    groups: tuple[str, ...] = ()

    @cached_property
    def places(self) -> list[Point]:
        """Every place on the axes."""
        return places(self.axes)

    @property
    def safe_share(self) -> float:
        """The share that must be adequately supervised."""
        return float(self.scenario.values["safe_share"])

    @property
    def own_place(self) -> int:
        """The place nearest to where the scenario itself stands."""
        away = [
            sum(abs(float(place[axis.name]) - float(self.scenario.values[axis.name])) for axis in self.axes)
            for place in self.places
        ]
        return int(np.argmin(away))

    @cached_property
    def worlds(self) -> Source:
        """Where worlds come from."""
        return Source.of(self.which, self.scenario, "degrade")

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """What differs from world to world: what is not set here."""
        return self.worlds.names(self._set_here) if self.draws else ()

    @property
    def _set_here(self) -> set[str]:
        return {*self.fixed, *(axis.name for axis in self.axes), *self._of_arms}

    @cached_property
    def _of_arms(self) -> dict[str, None]:
        """Every parameter that an arm sets."""
        return dict.fromkeys(name for arm in self.arms for name in arm.at(self.places[0], self.scenario))

    @cached_property
    def variants(self) -> dict[str, Point]:
        """The scenario as it is, under each rival form, and without each mechanism."""
        own = self.scenario.values
        found: dict[str, Point] = {"": {}}
        for name, parameter in PARAMETERS.items():
            if name.startswith("form_"):
                found |= {f"{name} {form}": {name: form} for form in parameter.choices if form != own[name]}
            elif name.startswith("with_") and own[name]:
                found[f"without {name.removeprefix('with_')}"] = {name: False}
        return found

    # --- studies ---

    def study(
        self,
        folder: Path,
        name: str,
        replications: int,
        *,
        worlds: int = 0,
        by: Sequence[str] = (),
        variants: Sequence[Point] = ({},),
        at: Sequence[Point] | None = None,
    ) -> Study:
        """A study of these variants × arms × places × worlds, in that order, the last fastest.

        What any variant sets is as the scenario has it in all others, so worlds do not differ in it.
        """
        at = self.places if at is None else at
        record = {"by": list(by), "indicators": [*OUTCOMES, *BESIDES]}
        document = self.document(replications, record)
        of_variants = {name for variant in variants for name in variant}
        sampled = self.worlds.drawn(worlds, self.seed, self._set_here | of_variants) if worlds else [{}]
        if len(variants) == len(self.arms) == 1 and at is self.places and not (self.comparison or worlds):
            document["levers"] |= {axis.name: [axis.value(number) for number in axis.values] for axis in self.axes}
        else:
            rows = [
                {**variant, **arm.at(place, self.scenario), **world}
                for variant in variants
                for arm in self.arms
                for place in at
                for world in sampled
            ]
            document["design"] = {"kind": "table", "file": self._write_points(folder / f"{name}.csv", rows)}
            document["beyond_range"] = True  # arms at an equal total may go below the range of their axis
        return Study.of(document, name=name, file="degrade")

    def document(self, replications: int, record: Mapping[str, Any]) -> dict[str, Any]:
        """What all studies of this plan have in common."""
        return {
            "scenario": self.source,
            "replications": replications,
            "years": self.years,
            "seed": self.seed,
            "beyond_range": self.scenario.beyond_range,
            "levers": dict(self.fixed),
            "record": dict(record),
        }

    def _write_points(self, path: Path, rows: Sequence[Point]) -> str:
        """The points as a CSV file; what a row leaves out stands there as the scenario has it."""
        names = list(dict.fromkeys(name for row in rows for name in row))
        own = self.scenario.values
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream, lineterminator="\n")
            lines.writerow(names)
            lines.writerows([row.get(name, own[name]) for name in names] for row in rows)
        return os.path.abspath(path)


def plan_of(
    source: str | Path,
    over: Sequence[str],
    compare: str,
    changes: Mapping[str, str | Value],
    extras: tuple[str, ...] = (),
    *,
    file: str = "degrade",
    worlds: str | Path = PLAUSIBLE,
    **asked: Any,
) -> Plan:
    """What is asked, checked; raises `InputFaults` with every fault."""
    scenario = Scenario.load(source, changes)
    findings = Findings()
    numbers = {name: _number(findings, file, name, given) for name, given in asked.items()}
    numbers["draws"] = _noted(findings, lambda: _drawn(worlds, scenario, file, numbers), 0)
    no_axes: tuple[Axis, ...] = ()
    axes = _noted(findings, lambda: read_axes(over, scenario, file), no_axes)
    if compare and compare not in COMPARISONS:
        listed = ", ".join(COMPARISONS)
        allowed = Message("one of {listed}", listed=listed)
        findings.add(file, "--compare", f'"{compare[:60]}"', allowed, near=compare, among=COMPARISONS)
    arms = COMPARISONS.get(compare, ALONE)
    if len(axes) == 2 and (compare or extras):
        option = "--compare" if compare else "--" + extras[0]
        one = Message("one axis with --compare, --structure or --back")
        findings.add(file, option, Message("two axes"), one)
    varied = {
        name for axis in axes for arm in arms for name in arm.at({axis.name: axis.value(axis.values[-1])}, scenario)
    }
    for name in changes:
        if name in varied:
            not_here = Message("what the axis and the comparison leave free")
            findings.add(file, "--set", name, not_here)
    findings.raise_any()
    goes_with = {name: value for axis in axes for name, value in GOES_WITH.get(axis.name, {}).items()}
    given = {name: scenario.values[name] for name in changes if name != "beyond_range"}
    path = str(source) if str(source) in Scenario.names() else os.path.abspath(source)
    fixed = {name: value for name, value in (goes_with | given).items() if name not in varied}
    return Plan(path, scenario, fixed, axes, arms, compare, extras=extras, which=str(worlds), **numbers)


def _noted[Read](findings: Findings, read: Callable[[], Read], otherwise: Read) -> Read:
    """What is read; when it has faults they are noted, and something else stands in."""
    try:
        return read()
    except InputFaults as wrong:
        findings.faults += wrong.faults
        return otherwise


def _drawn(worlds: str | Path, scenario: Scenario, file: str, numbers: Mapping[str, Any]) -> int:
    """How many worlds are drawn: those asked, or as many as differ; raises `InputFaults` without such worlds."""
    return Source.of(worlds, scenario, file).number(numbers.get("draws", DRAWS))


NUMBERS = {
    "replications": (1, 100_000), "years": (1, 200), "draws": (0, 10_000), "seed": (0, 2**63 - 1), "loss": (0.0, 1.0),
}  # fmt: skip


def _number(findings: Findings, file: str, name: str, given: Any) -> Any:
    """A number, or the text of one, within its range; faults are noted."""
    low, high = NUMBERS[name]
    real = isinstance(low, float)
    try:
        number = float(given) if real else int(given)
    except (TypeError, ValueError):
        number = math.nan
    if low <= number <= high:
        return number
    limits = {"low": low, "high": high}
    allowed = (
        Message("a number from {low} to {high}", **limits)
        if real
        else Message("a whole number from {low} to {high}", **limits)
    )
    found = str(given)[:60] or Message("nothing")
    findings.add(file, f"--{name}", found, allowed)
    return low
