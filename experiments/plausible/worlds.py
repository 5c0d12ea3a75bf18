"""Worlds that are kept: a table of values, weights and figures, its file, and worlds drawn from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from samenspel.agents.sources import code_digest
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.version import version
from samenspel.experiments.statistics import weighted
from samenspel.experiments.study.factors import Point
from samenspel.experiments.sweeps.work import digest_of_world
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import Findings
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message

ABOUT = b"samenspel.worlds"
CANDIDATE, WEIGHT, FIGURE, LUCK = "candidate", "weight", "figure.", "luck."


@dataclass(frozen=True)
class About:
    """Where worlds come from.

    Attributes
    ----------
    version, rules, parameters
        The version of Samenspel, the digest of the rules they were measured with, and that of the parameters declared.
    scenario, partnership
        The name of the scenario, and a digest of the partnership it describes and of what it knows otherwise.
    seed, candidates, measured
        The seed of draws and luck, how many candidates there were to be, and how many were measured before enough were
        found.
    failed, unfit
        How many of those could not be measured, and in how many fewer had time and contact enough than any floor of
        quality could mend.
    accepted
        How many were not ruled out; the first of them are kept.
    ruled_out
        By pattern, how many of those measured in full it rules out.
    observed
        What they were weighed by afterwards, in words of a file: one text an observation.
    """

    version: str
    rules: str
    parameters: str
    scenario: str
    partnership: str
    seed: int
    candidates: int
    measured: int
    failed: int
    unfit: int
    accepted: int
    ruled_out: Mapping[str, int]
    observed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Worlds:
    """Kept worlds, one row each: `candidate`, `weight` (0 to 1), values by name, `figure.` and `luck.` by measure."""

    about: About
    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in which worlds differ, sampled or fitted anew, in the order in which they are declared."""
        return tuple(name for name in PARAMETERS if name in self.table)

    @property
    def weights(self) -> NDArray[np.float64]:
        """What every world counts for."""
        return self.table[WEIGHT].to_numpy(float)

    @property
    def effective(self) -> float:
        """As many worlds of equal weight would know as much (Kish)."""
        return weighted.effective(self.weights)

    @property
    def most(self) -> int:
        """How many can be drawn before any of them comes twice."""
        return weighted.most(self.weights)

    @cached_property
    def values(self) -> list[Point]:
        """By world every value in which it differs."""
        return [dict(zip(self.names, row, strict=True)) for row in self.table[list(self.names)].itertuples(index=False)]

    def drawn(self, number: int, without: Collection[str] = ()) -> list[Point]:
        """So many worlds that count for the same, drawn by weight; what is set elsewhere is left out of them."""
        names = [name for name in self.names if name not in without]
        return [{name: self.values[at][name] for name in names} for at in weighted.drawn(self.weights, number)]

    # --- the file ---

    def write(self, path: Path) -> None:
        """Write the file whole."""
        table = pa.Table.from_pandas(self.table, preserve_index=False)
        about = json.dumps(asdict(self.about), sort_keys=True).encode()
        sink = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata({ABOUT: about}), sink, compression="zstd")
        write_whole(path, sink.getvalue().to_pybytes())

    @classmethod
    def read(cls, path: str | Path, scenario: Scenario | None = None) -> Worlds:
        """Read a file of worlds, made by this version for this scenario.

        Raises
        ------
        InputFaults
            When it is none, or of another version, set of parameters or scenario, or when its weights are none.
        """
        findings, file = Findings(), str(path)
        try:
            stored = pq.read_table(path)
        except (OSError, pa.ArrowException):
            what = Message("a file that samenspel worlds wrote")
            findings.add(file, "", Message("no file of worlds"), what)
            findings.raise_any()
            raise
        about = _about(findings, file, (stored.schema.metadata or {}).get(ABOUT, b""))
        worlds = cls(about, stored.to_pandas())
        worlds._check(findings, file, scenario)
        findings.raise_any()
        return worlds

    def _check(self, findings: Findings, file: str, scenario: Scenario | None) -> None:
        about = self.about
        if about.version != version():
            findings.add(file, "version", about.version, version())
        elif about.parameters != parameters_digest():
            found = Message("worlds of another set of parameters")
            allowed = Message("those of this version; make them anew by samenspel worlds")
            findings.add(file, "parameters", found, allowed)
        if scenario is not None and about.partnership != partnership_digest(scenario):
            found = Message("worlds of {scenario}", scenario=about.scenario)
            findings.add(file, "scenario", found, scenario.name)
        weights = self.table.get(WEIGHT, pd.Series(dtype=float)).to_numpy(float)
        if not (len(weights) and np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
            found = Message("weights that are no numbers, below 0 or all 0")
            findings.add(file, WEIGHT, found, Message("numbers of at least 0, some above"))


def _about(findings: Findings, file: str, stored: bytes) -> About:
    """What a file says of itself; raises `InputFaults` when it says nothing that can be read."""
    try:
        said: dict[str, Any] = json.loads(stored)
        known = {one.name: said[one.name] for one in fields(About) if one.name in said}
        return About(**known | {"observed": tuple(known.get("observed", ()))})
    except (ValueError, KeyError, TypeError):
        findings.add(file, "", Message("no file of worlds"), Message("a file that samenspel worlds wrote"))
        findings.raise_any()
        raise


def partnership_digest(scenario: Scenario) -> str:
    """Digest of the partnership and of what its scenario knows of what is uncertain elsewhere; levers do not count."""
    known = {
        name: scenario.values[name]
        for name, parameter in PARAMETERS.items()
        if parameter.standing in ("uncertain", "structure")
    }
    return _digest([digest_of_world(scenario), known])


def parameters_digest() -> str:
    """Digest of all declared parameters: kind, default, range, what they are and how they are distributed."""
    return _digest([
        [name, one.kind, one.default, one.low, one.high, one.standing, one.fitted_to, repr(one.distribution)]
        for name, one in PARAMETERS.items()
    ])  # fmt: skip


def _digest(thing: Any) -> str:
    return hashlib.sha256(json.dumps(thing, sort_keys=True).encode()).hexdigest()[:16]


def rules() -> str:
    """The digest of the rules, short."""
    return code_digest()[:12]
