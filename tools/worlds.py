"""The worlds that ship: `python -m tools.worlds make` draws them anew, `--write` makes the tables of docs/WORLDS.md.

Making takes about half an hour on two cores, and can be gone on with: runs stand in build/worlds/. What was found is
stored with the documents, so that their tables can be made without it.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import sys

import pandas as pd

from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.progress import progress
from samenspel.experiments.output.reports import write
from samenspel.experiments.plausible.candidates import UNCERTAIN
from samenspel.experiments.plausible.coverage import coverage
from samenspel.experiments.plausible.make import worlds
from samenspel.experiments.plausible.report import WorldsReport
from samenspel.experiments.plausible.source import SHIPPED
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.experiments.validation.patterns import CRITERIA
from samenspel.experiments.validation.words import figure, target
from samenspel.model.declared.parameters import PARAMETERS
from tools.documents import ROOT, renew, table

KEPT = 480  # all that are not ruled out in the first five batches
FOLDER = ROOT / "docs" / "campaigns"
STORED = {name: FOLDER / f"worlds-{name}.csv" for name in ("patterns", "parameters", "coverage")}
PARTNERSHIPS = 200  # synthetic ones, by which intervals are tried


def make() -> None:
    """Draw the worlds, put them where they ship, and store what was found."""
    with progress("en") as shown:
        made = worlds("baseline", ROOT / "build" / "worlds.parquet", keep=KEPT, progress=shown)
    report = WorldsReport(made)
    write(report, "en")
    SHIPPED.parent.mkdir(exist_ok=True)
    shutil.copyfile(made.file, SHIPPED)
    numeric = [name for name in UNCERTAIN if PARAMETERS[name].kind != "choice"]
    found = {**report.tables(), "coverage": coverage(made.candidates, numeric, PARTNERSHIPS, made.worlds.about.seed)}
    for name, path in STORED.items():
        write_whole(path, as_csv(found[name]))


# --- tables ----------------------------------------------------------------------------------------------------------


def shipped() -> str:
    """Size, hash and origin of the file that ships."""
    about, kept = Worlds.read(SHIPPED).about, Worlds.read(SHIPPED)
    ruled_out = ", ".join(f"{pattern} {count}" for pattern, count in about.ruled_out.items() if count) or "none"
    facts = {
        "file": f"`{SHIPPED.relative_to(ROOT)}`, {SHIPPED.stat().st_size / 1000:.0f} kB",
        "SHA-256": f"`{hashlib.sha256(SHIPPED.read_bytes()).hexdigest()}`",
        "made by": f"`python -m tools.worlds make`: `samenspel worlds baseline --keep {KEPT} --out worlds.parquet`",
        "version, rules, seed": f"{about.version}, `{about.rules}`, {about.seed}",
        "candidates measured": f"{about.measured}, of which {about.failed} could not be measured",
        "too few with time and contact enough": f"{about.unfit}",
        "ruled out by pattern": ruled_out,
        "not ruled out": f"{about.accepted} ({about.accepted / about.measured:.0%} of those measured)",
        "kept, and worth": f"{len(kept)}, as much as {kept.effective:.0f} equal ones",
    }
    return table(("", ""), facts.items())


def patterns() -> str:
    """Every criterion before judging and after."""
    rows = pd.read_csv(STORED["patterns"]).to_dict("records")
    lines = (
        (
            f"{row['pattern']} {row['use']}{', judges' if row['judge'] else ''}", str(CRITERIA[row["measure"]].what),
            target(row, "en"), _share(row["before_held"]), _share(row["after_held"]), _range(row, "before"),
            _range(row, "after"),
        )
        for row in rows
    )  # fmt: skip
    return table(("pattern", "what", "target", "before", "after", "90 % before", "90 % after"), lines)


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


def _three(row: dict[str, float], when: str) -> str:
    return " · ".join(f"{row[f'{when}_{at}']:.3g}" for at in ("low", "middle", "high"))


def _share(share: float) -> str:
    return "" if math.isnan(share) else f"{share:.0%}"


def _range(row: dict[str, float], when: str) -> str:
    low, high = (f"{when}_{end}" for end in ("low", "high"))
    return "" if math.isnan(row[low]) else f"{figure(row, low, 'en')} … {figure(row, high, 'en')}"


def main() -> int:
    """Make worlds, or the tables about them."""
    if sys.argv[1:] == ["make"]:
        make()
        return 0
    return renew(
        "tools.worlds",
        __doc__,
        ("WORLDS.md",),
        {"shipped": shipped, "patterns": patterns, "informed": informed, "covered": covered},
    )


if __name__ == "__main__":
    sys.exit(main())
