"""Puts back into the model what a real pilot measured: worlds that do not fit fall away (rejection ABC).

Many worlds are sampled from the assumptions as they stand, each lives the first pilot year of the observed design, and
those whose outcomes come closest to what was measured, in standard errors, are kept (Beaumont, Zhang & Balding 2002,
without regression). The comparison then runs in the kept worlds, so what goes together stays together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.pilots.comparison.close import OUTCOMES, begin, members
from samenspel.experiments.pilots.comparison.runs import live
from samenspel.experiments.pilots.file.design import PilotDesign, Posterior
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.reading import Reader, one_of
from samenspel.experiments.study.seeds import seed_of
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.draft import Draft
from samenspel.model.input.faults import Findings, shown
from samenspel.model.input.source import is_file, toml_content
from samenspel.model.words import Message

KEPT = 0.10  # of the candidate worlds, where there are as many


@dataclass(frozen=True)
class Observed:
    """What was measured of hbo students of years 1 to 3 in the pilot's clusters, at the end of its first year."""

    design: int
    means: dict[str, float]
    errors: dict[str, float]


def narrowed(pilots: Pilots, path: str | Path) -> Pilots:
    """The same comparison, in worlds that fit what was measured.

    Raises
    ------
    InputFaults
        When the file has faults, or the comparison samples no worlds.
    """
    observed = read_observed(pilots, Path(path))
    candidates = pilots.source.number(math.ceil(pilots.worlds / KEPT))
    many = replace(pilots, worlds=max(candidates, pilots.worlds))
    design = pilots.designs[observed.design]
    names = list(observed.means)
    lived = np.array([_outcomes(many, design, world, names) for world in range(many.worlds)])
    errors = (lived - np.array(list(observed.means.values()))) / np.array([observed.errors[name] for name in names])
    distance = np.sqrt(np.square(errors).mean(axis=1))
    distance[np.isnan(distance)] = np.inf
    kept = np.sort(np.argsort(distance, kind="stable")[: pilots.worlds])
    worlds = tuple(many.sampled[int(at)] for at in kept)
    fit = pd.DataFrame(
        {
            "outcome": names,
            "observed": [observed.means[name] for name in names],
            "error": [observed.errors[name] for name in names],
            "before": np.nanmean(lived, axis=0),
            "after": np.nanmean(lived[kept], axis=0),
        }
    )
    posterior = Posterior(_compared(many.sampled, worlds), fit, many.worlds, len(worlds), float(distance[kept].max()))
    return replace(pilots, accepted=worlds, posterior=posterior)


def _outcomes(pilots: Pilots, design: PilotDesign, world: int, names: list[str]) -> list[float]:
    """What one world shows at the end of the first pilot year."""
    partnership = begin(pilots, design, world, seed_of(pilots.seed, 1))
    live(partnership, design.changes, min(int(design.scenario.values["mbo_start_year"]), pilots.years))
    rows, cluster = members(partnership)
    inside = rows[np.isin(cluster, np.flatnonzero(partnership.communities.column("has_mbo")))]
    if not inside.size:
        return [float("nan")] * len(names)
    return [float(partnership.students.column(OUTCOMES[name])[inside].mean()) for name in names]


def _compared(before: tuple[dict[str, Value], ...], after: tuple[dict[str, Value], ...]) -> pd.DataFrame:
    """Every assumption before and after."""
    from scipy.stats import ks_2samp

    prior, left = pd.DataFrame(before), pd.DataFrame(after)
    names = [str(name) for name in prior if PARAMETERS[str(name)].kind in ("real", "whole")]
    rows = []
    for name in names:
        was, now = _numbers(prior[name]), _numbers(left[name])
        p = float(ks_2samp(was, now).pvalue)
        low, middle, high = (float(np.quantile(now, at)) for at in (0.05, 0.5, 0.95))
        rows.append(
            {
                "assumption": name, "low": float(np.quantile(was, 0.05)), "high": float(np.quantile(was, 0.95)),
                "after_low": low, "after_middle": middle, "after_high": high, "p": p, "sure": p < 0.05 / len(names),
            }
        )  # fmt: skip
    return pd.DataFrame(rows).sort_values(["p", "assumption"], ignore_index=True)


def _numbers(values: pd.Series) -> NDArray[np.float64]:
    return values.to_numpy(float)


# --- the file --------------------------------------------------------------------------------------------------------


def read_observed(pilots: Pilots, path: Path) -> Observed:
    """What the file says was measured; raises `InputFaults` with every fault there is."""
    findings = Findings()
    if not is_file(path) or path.suffix.lower() != ".toml":
        allowed = Message("the path of a .toml file that exists")
        findings.add(str(path), "", f'"{path.name[:60]}"', allowed)
        findings.raise_any()
    content = toml_content(path, Draft(path.stem, str(path), findings=findings))
    findings.raise_any()
    assert content is not None
    reader = _ObservedReader(content, str(path), path.parent)
    observed = reader.observed(pilots)
    reader.findings.raise_any()
    return observed


class _ObservedReader(Reader):
    """Reads what was measured."""

    def observed(self, pilots: Pilots) -> Observed:
        self.unknown(self.document, "", ("design", *OUTCOMES))
        names = {text: at for at in range(len(pilots.designs)) for text in self._names(pilots.designs[at])}
        given: Any = self.document.get("design")
        at = names.get(given, -1) if isinstance(given, str) else -1
        with_mbo = [name for name, at in names.items() if pilots.designs[at].has_mbo]
        if at < 0 or not pilots.designs[at].has_mbo:
            self.findings.add(self.file, "design", shown(given), one_of(with_mbo), near=given, among=with_mbo)
        if not pilots.worlds:
            self.note("worlds", 0, Message("a comparison that samples worlds"))
        means, errors = {}, {}
        for name in OUTCOMES:
            if name not in self.document:
                continue
            table = self.table(name)
            self.unknown(table, f"[{name}] ", ("mean", "standard_error"))
            for key in ("mean", "standard_error"):
                if key not in table:
                    self.note(f"[{name}] {key}", None, Message("a number"))
            means[name] = self.number(table, f"[{name}] ", "mean", 0.5, 0.0, 1.0)
            errors[name] = self.number(table, f"[{name}] ", "standard_error", 0.1, 1e-4, 1.0)
        if not means:
            self.note("", Message("nothing measured"), one_of([f"[{name}]" for name in OUTCOMES]))
        return Observed(at, means, errors)

    @staticmethod
    def _names(design: PilotDesign) -> tuple[str, ...]:
        return design.name, design.title("nl")
