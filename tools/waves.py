"""Would waves find plausible worlds sooner than plain rejection? `python -m tools.waves CANDIDATES.csv`.

History matching in waves (Vernon, Goldstein & Bower 2010): Gaussian processes learn from the candidates of a first wave
what judges will measure, and candidates that they hold to be ruled out for sure are not lived. Whether that pays is
read from candidates that were all lived (`report/candidates.csv` of `samenspel worlds`), so it takes no new runs. Needs
scikit-learn, which Samenspel does not: `pip install scikit-learn`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.plausible.candidates import UNCERTAIN
from samenspel.experiments.plausible.judges import JUDGES, PATTERNS
from samenspel.experiments.plausible.lives import TIME_AND_CONTACT
from samenspel.experiments.plausible.refit import LEAST_BY_TIME_AND_CONTACT
from samenspel.experiments.plausible.worlds import FIGURE, LUCK
from samenspel.experiments.validation.patterns import CRITERIA
from samenspel.model.declared.parameters import PARAMETERS
from tools.stored import keep

Array = NDArray[np.float64]

KEPT, RULED_OUT = 3.4, 0.5  # seconds of CPU that a candidate takes (docs/WORLDS.md)
WAVES = (256, 512, 1024)
CUTS = (3.0, 2.0, 1.0)  # the lower, the fewer are kept
INPUTS = 15  # of a Gaussian process: those that go most together with its figure
SURE = 3.0
DIGITS = 4


@dataclass(frozen=True)
class Emulated:
    """What is expected of one figure of candidates that were not lived, and its standard deviation."""

    mean: Array
    sd: Array


def inputs(table: pd.DataFrame) -> Array:
    """What candidates differ in, as numbers of one size; a choice as a column for each option."""
    columns = []
    for name in UNCERTAIN:
        if name not in table:
            continue
        values = table[name]
        if PARAMETERS[name].kind == "choice":
            columns += [(values == option).to_numpy(float) for option in sorted(set(values))[1:]]
        else:
            columns.append(values.to_numpy(float))
    found = np.column_stack(columns)
    return (found - found.mean(axis=0)) / np.maximum(found.std(axis=0), 1e-12)


def emulated(x: Array, y: Array, luck: float, there: Array) -> Emulated:
    """A Gaussian process of one figure, shape (lived,), with a length of its own for each of the strongest inputs."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    ranks = pd.DataFrame(x).rank()
    strongest = ranks.corrwith(pd.Series(y).rank()).abs().fillna(0.0).nlargest(INPUTS).index.to_numpy()
    spread = max(float(y.std()), 1e-9)
    kernel = ConstantKernel() * RBF(np.full(INPUTS, 3.0), (0.3, 1e3)) + WhiteKernel((luck / spread) ** 2 + 1e-3)
    process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=1).fit(x[:, strongest], y)
    mean, sd = process.predict(there[:, strongest], return_std=True)
    return Emulated(mean, sd)


def worst_expected(table: pd.DataFrame, x: Array, wave: int) -> Array:
    """The implausibility that emulators of a first wave expect at worst of each later candidate; infinite if unfit."""
    lived, there = table.iloc[:wave], x[wave:]
    share = emulated(x[:wave], lived[FIGURE + TIME_AND_CONTACT].to_numpy(float), 0.01, there)
    worst = np.where(share.mean + SURE * share.sd < LEAST_BY_TIME_AND_CONTACT, np.inf, 0.0)
    for measure, judge in JUDGES.items():
        figures = lived[FIGURE + measure].to_numpy(float)
        known = np.isfinite(figures)
        luck = float(np.nanmean(lived[LUCK + measure].to_numpy(float)[known]))
        found = emulated(x[:wave][known], figures[known], luck, there)
        low, high = CRITERIA[measure].low, CRITERIA[measure].high
        away = np.maximum.reduce([low - found.mean, found.mean - high, np.zeros(len(there))])
        spread = np.sqrt(found.sd**2 + luck**2 + judge.target_sd**2 + judge.discrepancy_sd**2)
        worst = np.maximum(worst, away / spread)
    return worst


def rows(table: pd.DataFrame) -> Iterator[dict[str, float]]:
    """A line for each first wave and cut."""
    x = inputs(table)
    worst = table[[f"implausibility.{pattern}" for pattern in PATTERNS]].max(axis=1, skipna=False).to_numpy(float)
    for wave in (one for one in WAVES if one < len(table)):
        began = time.process_time()
        expected = worst_expected(table, x, wave)
        took = time.process_time() - began
        for cut in CUTS:
            rest, out = worst[wave:] <= cut, expected > cut  # NaN, where time and contact were too little, is not kept
            found, lost = int((rest & ~out).sum()), int((rest & out).sum())
            plain, lived = _seconds(rest) / max(1, rest.sum()), (_seconds(rest[~out]) + took) / max(1, found)
            yield {
                "first_wave": wave, "cut": cut, "kept": rest.mean(), "not_lived": out.mean(),
                "kept_of_lived": found / max(1, (~out).sum()), "lost": lost / max(1, rest.sum()), "seconds": plain,
                "seconds_with_waves": lived, "seconds_of_emulators": took,
            }  # fmt: skip


def _seconds(kept: NDArray[np.bool_]) -> float:
    """Seconds of CPU that candidates take, of whom these are kept."""
    return float(KEPT * kept.sum() + RULED_OUT * (~kept).sum())


def main() -> int:
    """Say what waves would have saved, and store it for docs/WORLDS.md."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.waves", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("candidates", help="report/candidates.csv in the folder of samenspel worlds")
    found = pd.DataFrame(rows(pd.read_csv(parser.parse_args().candidates)))
    print(found.round(DIGITS).to_string(index=False))
    keep("waves", found, DIGITS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
