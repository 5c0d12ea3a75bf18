"""What an indicator depends on over worlds that could be this partnership: from given runs, one point a world.

Designs of Morris and Sobol' need factors that vary one apart from another, between fixed ends. Plausible worlds do not:
what judged them binds one assumption to another. So nothing is moved here; it is read from the worlds as they are how
much of the variance each of their assumptions explains (`experiments.statistics.evppi`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.plausible.asking import ask_first
from samenspel.experiments.plausible.source import Source
from samenspel.experiments.statistics import weighted
from samenspel.experiments.statistics.evppi import SIGNIFICANT
from samenspel.experiments.statistics.indices import PARTS
from samenspel.experiments.study.designs import Design, points_of
from samenspel.experiments.study.factors import Factor, Point
from samenspel.experiments.study.parts import Precision, Record
from samenspel.experiments.study.study import Study
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

DRAWS = 200  # worlds, unless something else is asked
SHARE, NARROWS, P, P_HOLM = "explains", "narrows", "p", "p_holm"


@dataclass(frozen=True)
class GivenWorlds:
    """The worlds in which a study is asked anew.

    Attributes
    ----------
    study
        The study; its uncertainties give way to the worlds.
    source, draws
        Where the worlds come from, and how many there are.
    """

    study: Study
    source: Source
    draws: int

    @classmethod
    def of(cls, study: Study, worlds: str | Path, draws: int = 0, file: str = "sensitivity") -> GivenWorlds:
        """So many of these worlds (0: 200), or as many as differ; raises `InputFaults` when they are too few."""
        if study.design.table:
            raise InputFaults([no_table(study)])
        source = Source.of(worlds, study.scenario, file)
        number = source.number(draws or DRAWS)
        if number < weighted.FEWEST:
            place = "--draws" if 0 < draws < weighted.FEWEST else "--worlds"
            found = Message("{number} worlds that differ", number=number) if place == "--worlds" else str(draws)
            raise InputFaults([Fault(file, place, found, Message("{least} or more", least=weighted.FEWEST))])
        return cls(study, source, number)

    @property
    def levers(self) -> list[Factor]:
        """What the study varies as a lever, each over its range or its values."""
        return [replace(factor, sampled=True) for factor in self.study.levers]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that differs from point to point: levers, and what nobody knows and the study does not set."""
        return (*self.study.lever_names, *self.source.names(self._set_here))

    @property
    def _set_here(self) -> set[str]:
        """What the study sets or varies itself: all its levers, and uncertainties that have one value."""
        document, varied = self.study.document, set(self.study.uncertainty_names)
        given = {*document.get("levers", {}), *document.get("uncertainties", {})}
        return {*self.study.lever_names, *(given - varied)}

    def points(self) -> list[Point]:
        """One point a world, beside a place of a Latin hypercube over the levers."""
        worlds = self.source.drawn(self.draws, self.study.seed, self._set_here)
        if not self.levers:
            return worlds
        cube = Design("latin-hypercube", points=self.draws)
        levers = points_of(cube, self.levers, (), {}, self.study.seed).levers
        return [{**levers[at], **world} for at, world in enumerate(worlds)]

    def sweep(self, replications: int) -> Study:
        """The study of these points, with all indicators kept."""
        beyond = replace(
            self.study, scenario=self.study.scenario.with_values(beyond_range=True)
        )  # fitted values may be
        asked = study_of_points(beyond, self.points(), replications)
        return replace(asked, document={**asked.document, "beyond_range": True})


def no_table(study: Study) -> Fault:
    """A table of points says what goes with what, so nothing is left to vary."""
    allowed = Message("levers or uncertainties with a range or a list")
    return Fault(study.name, "[design]", Message("a table of points"), allowed)


def study_of_points(study: Study, points: Sequence[Point], replications: int) -> Study:
    """The study as a sweep of these points, all indicators kept."""
    document = {key: value for key, value in study.document.items() if key not in ("record", "precision")}
    varied = {factor.name for factor in (*study.levers, *study.uncertainties)}
    for table in ("levers", "uncertainties"):
        fixed = {name: value for name, value in document.pop(table, {}).items() if name not in varied}
        document |= {table: fixed} if fixed else {}
    document |= {"design": {"kind": "table"}, "replications": replications}
    return replace(
        study, design=Design("table", table=tuple(points)), levers=(), uncertainties=(), replications=replications,
        record=Record(), precision=Precision(), document=document,
    )  # fmt: skip


# --- what came out ---------------------------------------------------------------------------------------------------


def explained(
    means: NDArray[np.float64], points: Sequence[Mapping[str, Any]], seed: int, levers: Collection[str] = ()
) -> pd.DataFrame:
    """What each lever, assumption or group of them explains of a figure, shape (points,): as indices of `Sensitivity`.

    By `factor` four rows: `explains`, the share of the variance, 0 to 1, with a 95 % interval; `narrows`, by how much
    the 90 % interval would be narrower for who knew it, in the unit of the figure, with interval; `p`, how often a
    shuffled factor does as well; and `p_holm`, the same corrected for all factors. What chance finds is taken off
    already, so `noise` is undefined. What was fitted anew in every world has no rows, unless it is one of `levers`.
    """
    table = _asked(means, points, seed, levers)
    parts = [
        table[["name", SHARE, "low", "high"]].set_axis(["factor", "value", "low", "high"], axis=1),
        table[["name", NARROWS, "narrows_low", "narrows_high"]].set_axis(["factor", "value", "low", "high"], axis=1),
        *(table[["name", one]].set_axis(["factor", "value"], axis=1) for one in (P, P_HOLM)),
    ]
    marked = [part.assign(index=name) for part, name in zip(parts, (SHARE, NARROWS, P, P_HOLM), strict=True)]
    whole = pd.concat(marked, ignore_index=True).assign(noise=np.nan)
    return whole[["factor", "index", "value", "low", "high", "noise"]]


def settling(
    means: NDArray[np.float64], points: Sequence[Mapping[str, Any]], seed: int, levers: Collection[str] = ()
) -> pd.DataFrame:
    """The shares from every fourth and every second world, where those are enough: `factor`, `value` and `points`."""
    tables = []
    for step in (round(1 / part) for part in PARTS):
        table = _asked(means[::step], points[::step], seed, levers)
        shares = table[["name", SHARE]].set_axis(["factor", "value"], axis=1)
        tables.append(shares.assign(points=len(points[::step])))
    return pd.concat(tables, ignore_index=True).astype({"value": float, "points": int})


def _asked(
    means: NDArray[np.float64], points: Sequence[Mapping[str, Any]], seed: int, levers: Collection[str]
) -> pd.DataFrame:
    return ask_first(means, points, np.random.default_rng([seed, 24]), levers)


def is_sure(ranked: pd.DataFrame) -> pd.Series:
    """Of which factors it is sure that they explain something, however many were asked."""
    return (ranked["low"] > 0) & (ranked[P_HOLM] < SIGNIFICANT)
