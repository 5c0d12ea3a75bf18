"""A number of files of each kind, and what became of them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from samenspel.experiments.bench.bench import warm_up
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.model.input.faults import Fault, InputFaults
from tests.fuzz import toml_kinds
from tests.fuzz.follow import follow, observe, run
from tests.fuzz.property import LINE, check, timed, watched
from tests.fuzz.workbook_kind import workbooks

STUDY_OF_A_TABLE = '[design]\nkind = "table"\nfile = "points.csv"\n'
ONE_IN = 4  # files that are right are used
ONE_IN_RUN = 50


@dataclass
class Tally:
    """What became of the files of one kind."""

    kind: str
    valid: int = 0
    refused: int = 0
    messages: int = 0
    used: int = 0
    slowest: float = 0.0
    megabytes: float = 0.0
    last: bytes = b""

    @property
    def tried(self) -> int:
        return self.valid + self.refused

    @property
    def figures(self) -> dict[str, Any]:
        """The row of a campaign."""
        names = ("kind", "tried", "valid", "refused", "messages", "used")
        numbers = {name: getattr(self, name) for name in names}
        return numbers | {"slowest": round(self.slowest, 2), "megabytes": round(self.megabytes)}

    def line(self) -> str:
        return (
            f"{self.kind:<12} {self.tried:>7} {self.valid:>7} {self.refused:>8} {self.messages:>9} {self.used:>6} "
            f"{self.slowest:>8.2f} {self.megabytes:>8.0f}"
        )


HEAD = (
    f"{'kind':<12} {'tried':>7} {'valid':>7} {'refused':>8} {'messages':>9} {'used':>6} {'slowest':>8} {'MB added':>8}"
)


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is made, what it is called, and how it is judged."""

    name: str
    files: st.SearchStrategy[bytes]
    file: str
    share: float
    judge: Callable[[Path, bytes, Tally], None]


def _checked(path: Path, content: bytes, tally: Tally) -> None:
    """Check a file; some of those that are right are used."""
    verdict = check(path, lang="nl" if len(content) % 2 else "en")
    tally.slowest = max(tally.slowest, verdict.seconds)
    tally.megabytes += verdict.megabytes
    tally.messages += len(verdict.lines)
    if not verdict.valid:
        tally.refused += 1
        return
    tally.valid += 1
    lot = int(hashlib.sha256(content).hexdigest(), 16)
    if lot % ONE_IN == 0:
        follow(path)
        tally.used += 1
    if lot % ONE_IN_RUN == 0 and tally.kind in ("scenario", "workbook"):
        _run(path)


def _run(path: Path) -> None:
    """Run a scenario for a year, and see where its results are."""
    from samenspel.model import Scenario
    from tests.fuzz.follow import is_small

    try:
        small = is_small(Scenario.load(path))
    except InputFaults:  # a workbook with pilots only
        return
    if small:
        out = path.parent / "out"
        assert run(path, out).valid
        assert {file.name for file in out.iterdir()} == {
            "clusters.csv", "findings.txt", "groups.csv", "indicators.csv", "replications.csv", "run.json",
            "weekly.csv",
        }  # fmt: skip


def _table(path: Path, content: bytes, tally: Tally) -> None:
    """Check a study whose points are in this table."""
    study = path.parent / "study.toml"
    study.write_text(STUDY_OF_A_TABLE, encoding="utf-8")
    _checked(study, content, tally)


def _observed(path: Path, content: bytes, tally: Tally) -> None:
    """Read what a pilot measured."""
    faults: list[Fault] = []
    with watched(), timed():
        try:
            observe(path, _pilots())
        except InputFaults as wrong:
            faults = wrong.faults
    tally.valid += not faults
    tally.refused += bool(faults)
    tally.messages += len(faults)
    assert all(len(line) <= LINE and line.isprintable() for fault in faults for line in [fault.text("nl")])


def _pilots() -> Pilots:
    return Pilots.of(toml_kinds.PILOTS)


KINDS = (
    Kind("scenario", toml_kinds.scenarios, "own.toml", 0.30, _checked),
    Kind("study", toml_kinds.studies, "own.toml", 0.20, _checked),
    Kind("pilots", toml_kinds.pilots, "own.toml", 0.16, _checked),
    Kind("workbook", workbooks, "own.xlsx", 0.22, _checked),
    Kind("table", toml_kinds.tables, "points.csv", 0.06, _table),
    Kind("observed", toml_kinds.observations, "own.toml", 0.06, _observed),
)


def campaign(kind: Kind, examples: int, luck: int) -> Tally:
    """Try so many files of a kind.

    Raises
    ------
    AssertionError, Exception
        The first finding; `tally.last` of its `tally` attribute is the smallest file that shows it.
    """
    tally = Tally(kind.name)
    warm_up()  # so that no file pays for the compilation of the rules

    @seed(luck)
    @settings(
        max_examples=examples, database=None, deadline=None, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=False,
    )  # fmt: skip
    @given(content=kind.files)
    def attempt(content: bytes) -> None:
        tally.last = content
        with tempfile.TemporaryDirectory(prefix="samenspel-fuzz-") as folder:
            path = Path(folder) / kind.file
            path.write_bytes(content)
            kind.judge(path, content, tally)

    try:
        attempt()
    except BaseException as finding:
        finding.tally = tally  # type: ignore[attr-defined]
        raise
    return tally


def tally_of(finding: BaseException) -> Tally | None:
    """What was tried before a finding."""
    made: Any = getattr(finding, "tally", None)
    return made if isinstance(made, Tally) else None
