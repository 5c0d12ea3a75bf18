"""The worlds that ship: `python -m tools.worlds make` draws them anew, `--write` makes the tables of docs/WORLDS.md.

Making takes about an hour and a half on two cores, and can be gone on with: runs stand in build/worlds/. What was found
is stored with the documents, so that their tables can be made without it.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import sys

import numpy as np
import pandas as pd

from samenspel.experiments.observed.instruments import INSTRUMENTS
from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.progress import progress
from samenspel.experiments.output.reports import write
from samenspel.experiments.plausible.candidates import UNCERTAIN, candidates
from samenspel.experiments.plausible.coverage import coverage, histogram
from samenspel.experiments.plausible.diagnostics import held
from samenspel.experiments.plausible.lives import VALUE, measure_as_drawn
from samenspel.experiments.plausible.make import worlds
from samenspel.experiments.plausible.report import WorldsReport
from samenspel.experiments.plausible.source import SHIPPED
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.experiments.study.designs import Design
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.validation.patterns import CRITERIA, HORIZON
from samenspel.experiments.validation.words import figure, target
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario
from tools.answers.both import before_and_after
from tools.documents import ROOT, renew, table
from tools.stored import kept

CANDIDATES, KEPT = 4096, 1331  # all of the first fourteen batches: analyses draw 200 by weight, and none comes twice
FOLDER = ROOT / "docs" / "campaigns"
STORED = {name: FOLDER / f"worlds-{name}.csv" for name in ("patterns", "parameters", "coverage", "drawn", "ranks")}
PARTNERSHIPS = 200  # synthetic ones, by which intervals are tried
AS_DRAWN = 200  # candidates that are measured with nothing fitted anew


def make() -> None:
    """Draw the worlds, put them where they ship, and store what was found."""
    with progress("en") as shown:
        made = worlds("baseline", ROOT / "build" / "worlds.parquet", candidates=CANDIDATES, keep=KEPT, progress=shown)
    report = WorldsReport(made)
    write(report, "en")
    SHIPPED.parent.mkdir(exist_ok=True)
    shutil.copyfile(made.file, SHIPPED)
    numeric = [name for name in UNCERTAIN if PARAMETERS[name].kind != "choice"]
    tried = (made.candidates, numeric, PARTNERSHIPS, made.worlds.about.seed)
    found = {**report.tables(), "coverage": coverage(*tried), "ranks": histogram(*tried), "drawn": as_drawn()}
    for name, path in STORED.items():
        write_whole(path, as_csv(found[name]))


def as_drawn() -> pd.DataFrame:
    """By measure, which share of candidates reproduces it as they are drawn, with nothing fitted anew."""
    scenario = Scenario.load("baseline")
    study = Study(
        "as-drawn", scenario, Design("table", table=tuple(candidates(scenario, AS_DRAWN, 1))), years=HORIZON,
        replications=1, record=Record(by=("measure",), indicators=()),
        document={"scenario": "baseline", "design": {"kind": "table"}},
    )  # fmt: skip
    with progress("en") as shown:
        ending = sweep(study, ROOT / "build" / "worlds-as-drawn", progress=shown, simulate=measure_as_drawn)
    figures = ending.finished().groups.pivot(index="point", columns="group", values=VALUE)
    ones = np.ones(len(figures))
    return pd.DataFrame(
        [(name, held(name, figures[name].to_numpy(float), ones), len(figures)) for name in CRITERIA if name in figures],
        columns=["measure", "held", "candidates"],
    )


# --- tables ----------------------------------------------------------------------------------------------------------


def shipped() -> str:
    """Size, hash and origin of the file that ships."""
    there = Worlds.read(SHIPPED)
    about = there.about
    asked = f"--candidates {CANDIDATES} --keep {KEPT}"
    ruled_out = ", ".join(f"{pattern} {count}" for pattern, count in about.ruled_out.items() if count) or "none"
    facts = {
        "file": f"`{SHIPPED.relative_to(ROOT)}`, {SHIPPED.stat().st_size / 1000:.0f} kB",
        "SHA-256": f"`{hashlib.sha256(SHIPPED.read_bytes()).hexdigest()}`",
        "made by": f"`python -m tools.worlds make`: `samenspel worlds baseline {asked} --out worlds.parquet`",
        "version, rules, seed": f"{about.version}, `{about.rules}`, {about.seed}",
        "candidates measured": f"{about.measured}, of which {about.failed} could not be measured",
        "too few with time and contact enough": f"{about.unfit}",
        "ruled out by pattern": ruled_out,
        "not ruled out": f"{about.accepted} ({about.accepted / about.measured:.0%} of those measured)",
        "kept, and worth": f"{len(there)}, as much as {there.effective:.0f} equal ones",
        "that can be drawn by weight, none twice": f"{there.most}",
    }
    return table(("", ""), facts.items())


def patterns() -> str:
    """Every criterion before judging and after."""
    rows = pd.read_csv(STORED["patterns"]).to_dict("records")
    drawn = pd.read_csv(STORED["drawn"]).set_index("measure")["held"]
    lines = (
        (
            f"{row['pattern']} {row['use']}{', judges' if row['judge'] else ''}", str(CRITERIA[row["measure"]].what),
            target(row, "en"), _share(drawn.get(row["measure"], math.nan)), _share(row["before_held"]),
            _share(row["after_held"]), _range(row, "before"), _range(row, "after"),
        )
        for row in rows
    )  # fmt: skip
    heads = ("pattern", "what", "target", "as drawn", "fitted", "kept", "90 % fitted", "90 % kept")
    return table(heads, lines)


def informed() -> str:
    """The parameters that judging informed, and those that are fitted anew."""
    rows = pd.read_csv(STORED["parameters"]).to_dict("records")
    lines = (
        (
            f"`{row['parameter']}`", "fitted anew" if row["fitted"] else f"{row['p']:.3f}",
            *(_three(row, when) for when in ("before", "after")),
        )
        for row in rows
        if row["fitted"] or row["informed"]
    )  # fmt: skip
    return table(("parameter", "p", "5, 50 and 95 % before", "after"), lines)


def covered() -> str:
    """How often intervals cover the truth of synthetic partnerships."""
    stored = pd.read_csv(STORED["coverage"])
    lines = (
        (
            f"{interval:.0%}", f"{one['covered'].mean():.1%}",
            f"{one['covered'].min():.0%} to {one['covered'].max():.0%}", str(len(one)),
            f"{one['partnerships'].max()} of {PARTNERSHIPS}", f"{one['width'].mean():.2f}",
        )
        for interval, one in stored.groupby("interval")
    )  # fmt: skip
    heads = ("interval", "covers", "single parameters", "parameters", "partnerships counted", "width, of before")
    return table(heads, lines)


def ranked() -> str:
    """Where the truth of synthetic partnerships lies among worlds, in tenths of their weight."""
    shares = pd.read_csv(STORED["ranks"])
    heads = [f"{low:.0%}–{low + 1 / len(shares):.0%}" for low in shares["from"]]
    return table(heads, [[f"{share:.1%}" for share in shares["share"]]])


def instruments() -> str:
    """The questionnaires that are known."""
    lines = (
        (
            f"`{name}`, {known.title}", f"`{known.outcome}`{', reversed' if known.reversed else ''}",
            f"{known.low:g}–{known.high:g}", f"{known.reliability:g}", known.source,
        )
        for name, known in INSTRUMENTS.items()
    )  # fmt: skip
    return table(("instrument", "outcome", "scale", "reliability", "source"), lines)


def waves() -> str:
    """What waves of emulators would have saved, and what they would have lost."""
    lines = (
        (
            f"{row['first_wave']}", f"{row['kept']:.0%}", f"{row['not_lived']:.0%}", f"{row['kept_of_lived']:.0%}",
            f"{row['lost']:.1%}", f"{row['seconds']:.1f}", f"{row['seconds_with_waves']:.1f}",
        )
        for row in kept("waves").sort_values(["cut", "first_wave"], ascending=[False, True]).to_dict("records")
    )  # fmt: skip
    heads = (
        "first wave", "kept of the rest", "not lived", "kept of those lived", "lost",
        "seconds of CPU a kept world", "with waves",
    )  # fmt: skip
    return table(heads, lines)


def _three(row: dict[str, float], when: str) -> str:
    return " · ".join(f"{row[f'{when}_{at}']:.3g}" for at in ("low", "middle", "high"))


def _share(share: float) -> str:
    return "" if math.isnan(share) else f"{share:.0%}"


def _range(row: dict[str, float], when: str) -> str:
    low, high = (f"{when}_{end}" for end in ("low", "high"))
    return "" if math.isnan(row[low]) else f"{figure(row, low, 'en')} … {figure(row, high, 'en')}"


DOCUMENTS = ("WORLDS.md",)
TABLES = {
    "shipped": shipped, "patterns": patterns, "informed": informed, "covered": covered, "ranked": ranked,
    "instruments": instruments, "waves": waves, "before_and_after": before_and_after,
}  # fmt: skip


def main() -> int:
    """Make worlds, or the tables about them."""
    if sys.argv[1:] == ["make"]:
        make()
        return 0
    return renew("tools.worlds", __doc__, DOCUMENTS, TABLES)


if __name__ == "__main__":
    sys.exit(main())
