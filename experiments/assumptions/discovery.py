"""Scenario discovery: under which assumptions a design falls short, as boxes found by PRIM in a finished sweep."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.plausible.asking import open_to_asking
from samenspel.experiments.runs.findings import ADEQUATE
from samenspel.experiments.statistics.prim import SIGNIFICANT, Box, Space, chance, find, quasi_p, resample
from samenspel.experiments.sweeps.outcomes import outcomes
from samenspel.experiments.sweeps.results import Results, load
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

BOXES = 4  # of one design at most
BOX_COLUMNS = ["design", "box", "points", "failing", "coverage", "density", "density_out", "p"]
LIMIT_COLUMNS = ["design", "box", "factor", "limit", "value", "quasi_p", "reproduced"]


@dataclass(frozen=True)
class Discovery:
    """What was discovered in a sweep.

    Attributes
    ----------
    folder
        Of the sweep, or of the analysis by `degrade`.
    indicator, threshold, below
        A point fails when its mean of the indicator lies `below` (else above) the threshold. Of an analysis by
        `degrade` the indicator is `safe_scale`: up to where a world is safe.
    designs
        The designs that were looked at, by number; one without a name when the points are the designs.
    points
        One row a point: `design`, `value` (the mean over replications), `fails`, and every factor.
    boxes
        One row per design and box: points and failing points inside, `coverage` (share of the design's failing points
        that lie inside), `density` (share inside that fails), `density_out` (the same in points that boxes were not
        found with, mean over resamples), `p` (by shuffling).
    limits
        One row per limit of a box, the surest first: `limit` is `at_least`, `at_most` or `not`; `quasi_p`;
        `reproduced`, the share of resamples that had it too.
    """

    folder: Path
    indicator: str
    threshold: float
    below: bool
    points: pd.DataFrame
    boxes: pd.DataFrame
    limits: pd.DataFrame
    designs: Mapping[int, str]

    def box_of(self, point: dict[str, Any], design: int, box: int) -> bool:
        """Whether a point, given by the values of its factors, lies in a box."""
        table = self.limits[(self.limits["design"] == design) & (self.limits["box"] == box)]
        return all(
            _keeps(limit, point[name], value)
            for name, limit, value in zip(table["factor"], table["limit"], table["value"], strict=True)
        )


def discover(
    folder: str | Path, indicator: str = ADEQUATE, *, below: float | None = None, above: float | None = None
) -> Discovery:
    """Find boxes of assumptions in which an indicator falls below, or rises above, a threshold.

    Parameters
    ----------
    folder
        The folder of a finished sweep, best one that samples its uncertainties (a Latin hypercube, say); or that of
        `degrade` along one axis, with worlds.
    indicator
        What may fall short.
    below, above
        The threshold, one of the two; left out, the scenario's `safe_share` for the share adequately supervised, and
        for a safe scale where the scenario itself stands.

    Returns
    -------
    Discovery
        Boxes for each design of the levers; where nothing but levers was varied, of the levers themselves.

    Raises
    ------
    InputFaults
        When the sweep is not finished, an outcome is missing, or there is no threshold.
    """
    if (Path(folder) / "degradation.json").is_file():
        return _of_scales(Path(folder), below, above)
    results = load(folder)
    means = outcomes(results, indicator).mean(axis=1)
    threshold, is_below = _threshold(results, indicator, below, above)
    points = _points(results, means, means < threshold if is_below else means > threshold)
    several = results.manifest["worlds"] > 1
    factors = results.uncertainties if several else [*results.levers, *results.uncertainties]
    names = results.design_names() if several else {0: ""}
    luck = np.random.default_rng([int(results.manifest["seeds"]["seed"]), 5])
    return _discovered(results.folder, indicator, threshold, is_below, points, factors, names, luck)


def _of_scales(folder: Path, below: float | None, above: float | None) -> Discovery:
    """In which worlds the safe scale falls short of a scale: by default of the one at which the scenario stands."""
    told = json.loads((folder / "degradation.json").read_text(encoding="utf-8"))
    table = folder / "scales.csv"
    if not table.is_file():
        found = Message("no worlds along one axis")
        what = Message("the folder of degrade with --worlds")
        raise InputFaults([Fault(str(folder), "", found, what)])
    if below is not None and above is not None:
        raise _neither_nor(folder)
    scales = pd.read_csv(table)
    threshold, is_below = (above, False) if above is not None else (below, True)
    threshold = float(told["own"]) if threshold is None else threshold
    arms = list(dict.fromkeys(scales["arm"]))
    value = scales["by_share"]
    fails = value < threshold if is_below else value > threshold
    judged = pd.DataFrame({"design": scales["arm"].map(arms.index), "value": value, "fails": fails})
    points = pd.concat([scales.drop(columns=["arm", "by_share", "by_loss"]), judged], axis=1)
    names = {at: arm if len(arms) > 1 else "" for at, arm in enumerate(arms)}
    luck = np.random.default_rng([int(told["seed"]), 5])
    asked = open_to_asking(told["sampled"])
    return _discovered(folder, "safe_scale", threshold, is_below, points, asked, names, luck)


def _discovered(
    folder: Path, indicator: str, threshold: float, below: bool, points: pd.DataFrame, factors: Sequence[str],
    names: Mapping[int, str], luck: np.random.Generator,
) -> Discovery:  # fmt: skip
    """The boxes of every design."""
    boxes: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    for design, table in points.groupby("design", sort=True):
        for box, found in enumerate(boxes_of(table, factors, luck), 1):
            boxes.append({"design": design, "box": box, **found.figures})
            limits += [{"design": design, "box": box, **limit} for limit in found.limits]
    return Discovery(
        folder, indicator, threshold, below, points,
        pd.DataFrame(boxes, columns=BOX_COLUMNS), pd.DataFrame(limits, columns=LIMIT_COLUMNS),
        {design: names[design] for design in sorted(set(points["design"]))},
    )  # fmt: skip


def _threshold(results: Results, indicator: str, below: float | None, above: float | None) -> tuple[float, bool]:
    """The threshold, and whether falling below it is what fails."""
    if below is not None and above is None:
        return below, True
    if above is not None and below is None:
        return above, False
    if below is None and indicator == ADEQUATE:
        return float(results.manifest["parameters"]["safe_share"]), True
    none = Message("no threshold for {indicator}", indicator=indicator)
    raise _neither_nor(results.folder, none if below is None else None)


def _neither_nor(folder: Path, found: Message | None = None) -> InputFaults:
    """Two thresholds were given, or what was found instead."""
    found = found or Message("both --below and --above")
    allowed = Message("either --below or --above, with a number")
    return InputFaults([Fault(str(folder), "", found, allowed)])


def _points(results: Results, means: NDArray[np.float64], fails: NDArray[np.bool_]) -> pd.DataFrame:
    """One row a point: its design, outcome and factors."""
    factors = results.runs.groupby("point", sort=True)[[*results.levers, *results.uncertainties]].first()
    worlds = results.manifest["worlds"]
    design = factors.index // worlds if worlds > 1 else 0
    return factors.assign(design=design, value=means, fails=fails).reset_index()


# --- one design ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """One box: its row, and those of its limits."""

    figures: dict[str, Any]
    limits: list[dict[str, Any]]


def boxes_of(table: pd.DataFrame, factors: Sequence[str], luck: np.random.Generator) -> list[_Found]:
    """Box after box, each in what the ones before left over, as long as they are no chance."""
    columns = _columns(table, factors)
    space = Space(
        np.column_stack([values for values, _, _ in columns]) if columns else np.zeros((len(table), 0)),
        np.array([value is not None for _, _, value in columns], bool),
    )
    fails = table["fails"].to_numpy(bool)
    found: list[_Found] = []
    left = np.arange(len(table))
    while len(found) < BOXES and columns and 0 < fails[left].sum() < len(left):
        here, hit = space.some(left), fails[left]
        box = find(here, hit)
        if not list(box.sides()) or (p := chance(here, hit, luck)) > SIGNIFICANT:
            break
        found.append(_described(here, hit, box, p, int(fails.sum()), columns, luck))
        left = left[~box.holds(here.values)]
    return found


def _columns(table: pd.DataFrame, factors: Sequence[str]) -> list[tuple[NDArray[np.float64], str, Value | None]]:
    """Columns that vary: values, factor, and the value of a choice or switch of which it is the column."""
    columns: list[tuple[NDArray[np.float64], str, Value | None]] = []
    for name in factors:
        if PARAMETERS[name].kind in ("real", "whole"):
            columns.append((table[name].to_numpy(float), name, None))
        else:
            columns += [
                ((table[name] == value).to_numpy(float), name, value) for value in sorted(set(table[name].tolist()))
            ]
    return [column for column in columns if np.ptp(column[0]) > 0]


def _described(
    space: Space, hit: NDArray[np.bool_], box: Box, p: float, failing: int,
    columns: list[tuple[NDArray[np.float64], str, Value | None]], luck: np.random.Generator,
) -> _Found:  # fmt: skip
    """The figures of a box and its limits, the surest limit first."""
    again = resample(space, hit, luck)
    limits = []
    for column, above in box.sides():
        _, name, choice = columns[column]
        end = float((box.high if above else box.low)[column])
        value = end if PARAMETERS[name].kind == "real" else int(end)
        limits.append(
            {
                "factor": name,
                "limit": "not" if choice is not None else "at_most" if above else "at_least",
                "value": choice if choice is not None else value,
                "quasi_p": quasi_p(space, hit, box, column, above),
                "reproduced": float((again.high if above else again.low)[column]),
            }
        )
    limits.sort(key=lambda limit: (limit["quasi_p"], limit["factor"]))
    figures = {
        "points": box.points,
        "failing": box.hits,
        "coverage": box.hits / failing,
        "density": box.density,
        "density_out": again.density,
        "p": p,
    }
    return _Found(figures, limits)


def _keeps(limit: str, value: Any, end: Any) -> bool:
    match limit:
        case "at_least":
            return bool(value >= end)
        case "at_most":
            return bool(value <= end)
    return bool(value != end)
