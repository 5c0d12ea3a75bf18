"""What came out of a finished sweep, as a matrix: refused when anything is missing.

Analyses that compare points silently go wrong when a point lacks an outcome, so here nothing is left out or filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.faults import Fault, Findings, InputFaults, Phrase
from model.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.results import Results

ENOUGH = 2  # replications, the fewest from which a mean knows how uncertain it is


class RunsFailed(InputFaults):
    """Some runs failed, so there is nothing to analyse until they are done again."""

    some_runs = True  # what was asked is right


def outcomes(results: Results, indicator: str) -> NDArray[np.float64]:
    """One indicator of every run, shape (points, replications).

    Raises
    ------
    RunsFailed
        When runs failed.
    InputFaults
        When the sweep did not keep the indicator, is not finished, has one replication only, or when the indicator
        has no value in some runs.
    """
    runs = results.runs
    if indicator not in results.indicators:
        raise InputFaults([_unknown(str(results.folder), indicator, results.indicators)])
    if faults := _unfinished(results, runs):
        raise faults
    table = runs.pivot(index="point", columns="replication", values=indicator).to_numpy(float)
    if missing := int(np.isnan(table).sum()):
        raise InputFaults([_missing(results, indicator, missing)])
    return table


def check_indicators(indicators: Iterable[str], file: str) -> None:
    """Refuse indicators that the model does not have."""
    faults = [_unknown(file, name, list(INDICATORS)) for name in indicators if name not in INDICATORS]
    if faults:
        raise InputFaults(faults)


def _unknown(file: str, indicator: str, kept: list[str]) -> Fault:
    findings = Findings()
    listed = ", ".join(kept)
    found = Phrase(f'the unknown name "{indicator[:60]}"', f'de onbekende naam "{indicator[:60]}"')
    allowed = Phrase(f"one of {listed}", f"een van {listed}")
    findings.add(file, "--indicator", found, allowed, near=indicator, among=kept)
    return findings.faults[0]


def _unfinished(results: Results, runs: pd.DataFrame) -> InputFaults | None:
    """Why the runs cannot be analysed at all, if they cannot."""
    file = str(results.folder)
    failed = results.failures
    if len(failed):
        why = str(failed["error"].iloc[0]).strip().splitlines()[-1]
        found = Phrase(
            f"{len(failed)} of {len(runs)} runs that failed; the first: {why}",
            f"{len(failed)} van {len(runs)} runs die mislukten; de eerste: {why}",
        )
        allowed = Phrase(
            "runs that all have an outcome: mend the cause, then samenspel sweep … --retry-failed",
            "runs die alle een uitkomst hebben: neem de oorzaak weg, dan samenspel sweep … --retry-failed",
        )
        return RunsFailed([Fault(file, "", found, allowed)])
    asked = results.manifest["points"] * max(results.replications, results.manifest["replications"])
    if len(runs) < asked:
        found = Phrase(f"{len(runs)} of {asked} runs", f"{len(runs)} van {asked} runs")
        allowed = Phrase(
            "a finished sweep: start it again and it goes on", "een voltooide sweep: start hem opnieuw en hij gaat door"
        )
        return InputFaults([Fault(file, "", found, allowed)])
    if results.replications < ENOUGH:
        return InputFaults([too_few_replications(file, results.replications)])
    return None


def too_few_replications(file: str, replications: int) -> Fault:
    """One run a point says nothing about what is luck."""
    found = Phrase(f"{replications} replication", f"{replications} herhaling")
    return Fault(file, "replications", found, Phrase("2 or more", "2 of meer"))


def _missing(results: Results, indicator: str, missing: int) -> Fault:
    """Name the indicators that do have a value in every run."""
    runs = results.runs
    whole = [name for name in results.indicators if not runs[name].isna().any()]
    found = Phrase(
        f"no value of {indicator} in {missing} of {len(runs)} runs (nobody was there to measure it on)",
        f"geen waarde van {indicator} in {missing} van {len(runs)} runs (er was niemand om het aan te meten)",
    )
    allowed = Phrase(
        f"an indicator with a value in every run: {', '.join(whole)}",
        f"een indicator met een waarde in elke run: {', '.join(whole)}",
    )
    return Fault(str(results.folder), "--indicator", found, allowed)
