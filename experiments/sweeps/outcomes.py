"""What came out of a finished sweep, as a matrix: refused when anything is missing.

Analyses that compare points silently go wrong when a point lacks an outcome, so here nothing is left out or filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.input.faults import Fault, Findings, InputFaults
from samenspel.model.words import Message

if TYPE_CHECKING:
    from samenspel.experiments.sweeps.results import Results

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
    if faults := unfinished(results):
        raise faults
    table = runs.pivot(index="point", columns="replication", values=indicator).to_numpy(float)
    if missing := int(np.isnan(table).sum()):
        raise InputFaults([_missing(results, indicator, missing)])
    return table


def nothing_but_failures(results: Results) -> RunsFailed:
    """What to raise when there is no run to analyse, with the error of the first."""
    found = Message("only runs that failed: {why}", why=_first_error(results))
    return RunsFailed([Fault(str(results.folder), "", found, Message("a run that ends"))])


def check_indicators(indicators: Iterable[str], file: str) -> None:
    """Refuse indicators that the model does not have."""
    faults = [_unknown(file, name, list(INDICATORS)) for name in indicators if name not in INDICATORS]
    if faults:
        raise InputFaults(faults)


def _unknown(file: str, indicator: str, kept: list[str]) -> Fault:
    findings = Findings()
    listed = ", ".join(kept)
    found = Message('the unknown name "{indicator}"', indicator=indicator[:60])
    allowed = Message("one of {listed}", listed=listed)
    findings.add(file, "--indicator", found, allowed, near=indicator, among=kept)
    return findings.faults[0]


def unfinished(results: Results) -> InputFaults | None:
    """Why the runs cannot be analysed at all, if they cannot: some failed, some lack, or there is one a point."""
    file, runs = str(results.folder), results.runs
    failed = results.failures
    if len(failed):
        why = _first_error(results)
        found = Message(
            "{failed} of {runs} runs that failed; the first: {why}", failed=len(failed), runs=len(runs), why=why
        )
        allowed = Message("runs that all have an outcome: mend the cause, then samenspel sweep … --retry-failed")
        return RunsFailed([Fault(file, "", found, allowed)])
    asked = results.manifest["points"] * max(results.replications, results.manifest["replications"])
    if len(runs) < asked:
        found = Message("{runs} of {asked} runs", runs=len(runs), asked=asked)
        allowed = Message("a finished sweep: start it again and it goes on")
        return InputFaults([Fault(file, "", found, allowed)])
    if results.replications < ENOUGH:
        return InputFaults([too_few_replications(file, results.replications)])
    return None


def _first_error(results: Results) -> str:
    return str(results.failures["error"].iloc[0]).strip().splitlines()[-1]


def too_few_replications(file: str, replications: int) -> Fault:
    """One run a point says nothing about what is luck."""
    found = Message("{replications} replication", replications=replications)
    return Fault(file, "replications", found, Message("2 or more"))


def _missing(results: Results, indicator: str, missing: int) -> Fault:
    """Name the indicators that do have a value in every run."""
    runs = results.runs
    whole = [name for name in results.indicators if not runs[name].isna().any()]
    found = Message(
        "no value of {indicator} in {missing} of {runs} runs (nobody was there to measure it on)",
        indicator=indicator,
        missing=missing,
        runs=len(runs),
    )
    allowed = Message("an indicator with a value in every run: {listed}", listed=", ".join(whole))
    return Fault(str(results.folder), "--indicator", found, allowed)
