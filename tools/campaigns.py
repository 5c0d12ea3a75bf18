"""What long campaigns measured: stored with a date in docs/campaigns/, told in docs/VERIFICATION.md.

A campaign's own command stores its rows (`--store`); `python -m tools.campaigns --write` makes the tables of the
document from them. A table shows the newest rows of each thing that was measured; older ones stay in the file.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from samenspel.agents.sources import code_digest
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.version import version
from samenspel.model.declared.former import FORMER
from tools.documents import DOCS, renew, table

FOLDER = DOCS / "campaigns"
DOCUMENTS = ("VERIFICATION.md",)
WHEN = ("date", "version", "digest", "size", "seed")
"""When and how something was measured: ISO date, version, digest of the rules, size and seed of the command."""

STEPS_TOLD = 2.0  # the others stand in the file

Row = dict[str, str]


# --- the files -------------------------------------------------------------------------------------------------------


def stored(campaign: str) -> list[Row]:
    """All rows of a campaign, in the order in which they were stored; none where nothing was."""
    path = FOLDER / f"{campaign}.csv"
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))) if path.exists() else []


def store(campaign: str, size: float, seed: int, figures: Iterable[Mapping[str, Any]]) -> None:
    """Keep what was measured today; it takes the place of what the same seed gave for the same thing today.

    Parameters
    ----------
    campaign
        Its name, and that of its file.
    size, seed
        What the command was told.
    figures
        A row for each thing that was measured, named in the first column.
    """
    today = datetime.now(UTC).date().isoformat()
    when = dict(zip(WHEN, (today, version(), code_digest()[:12], size, seed), strict=True))
    new = [{name: str(value) for name, value in (when | dict(one)).items()} for one in figures]
    rows = {(row["date"], row["seed"], _name(row)): row for row in [*stored(campaign), *new]}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(new[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())
    FOLDER.mkdir(exist_ok=True)
    write_whole(FOLDER / f"{campaign}.csv", text.getvalue())


def _name(row: Row) -> str:
    """What a row is about."""
    return list(row.values())[len(WHEN)]


def newest(campaign: str) -> list[Row]:
    """The rows of the newest day of each thing that was measured."""
    rows = stored(campaign)
    last = {_name(row): row["date"] for row in sorted(rows, key=lambda row: row["date"])}
    names = list(dict.fromkeys(map(_name, rows)))
    kept = [row for row in rows if row["date"] == last[_name(row)]]
    return sorted(kept, key=lambda row: names.index(_name(row)))


# --- the tables ------------------------------------------------------------------------------------------------------


def fuzz() -> str:
    """Damaged and random files, by kind."""
    counts = ("tried", "valid", "refused", "messages")
    lines = ((row["kind"], *(_count(row[name]) for name in counts), *_when(row)) for row in newest("fuzz"))
    return table(("kind", *counts, "seed", "date", "rules"), lines)


def mutants() -> str:
    """Planted faults, by part of the code."""
    lines = (
        (row["part"], _count(row["mutants"]), row["tried"], _percent(row["noticed"], row["half"], 0), *_when(row))
        for row in newest("mutants")
    )
    headings = ("part", "mutants there are", "tried", "noticed by quick tests", "seed", "date", "rules")
    return table(headings, lines)


def intervals() -> str:
    """How often intervals hold the truth."""
    lines = (
        (row["interval"], f"`{row['function']}`", _percent(row["covered"], row["error"], 1), _count(row["intervals"]),
         *_when(row))
        for row in newest("intervals")
    )  # fmt: skip
    return table(("95 % interval, or test at 5 %", "by", "held", "of", "seed", "date", "rules"), lines)


def start() -> str:
    """How near a start as the partnership lives is to its long run."""
    measured = ("years", "overload", "adequate", "dropout")
    lines = (
        (row["scenario"], row["lives"], *(_gap(row, name) for name in measured), *_when(row)) for row in newest("start")
    )
    headings = ("scenario", "lives", "years inside", "overload", "adequate", "drop-out", "seed", "date", "rules")
    return table(headings, lines)


def _gap(row: Row, name: str) -> str:
    return f"{float(row[name]):+.1f} ± {float(row[f'{name}_error']):.1f}"


def levers() -> str:
    """What changes of levers do to adequate supervision, each with the circumstances."""
    lines = (
        (*row["lever"].split(": "), row["of"], _effect(row), row["pairs"], *_when(row)) for row in newest("levers")
    )
    headings = ("lever", "circumstances", "counted over", "points (95 %)", "pairs", "seed", "date", "rules")
    return table(headings, lines)


def findings() -> str:
    """What money and mergers do to indicators of the baseline."""
    lines = (
        (question, f"`{name}`", *(row[side] for side in ("with", "without")),
         f"{row['mean']} ({row['low']} to {row['high']})".replace("-", "−"), row["pairs"], *_when(row))
        for row in newest("findings")
        for question, name in [row["finding"].split(": ")]
    )  # fmt: skip
    headings = ("question", "indicator, year 5", "with", "without", "more (95 %)", "pairs", "seed", "date", "rules")
    return table(headings, lines)


def screening() -> str:
    """Parameters that move no indicator by two steps, with the largest move, and what became of them."""
    rows = sorted(newest("screening"), key=lambda row: float(row["steps"]))
    lines = (
        (f"`{row['parameter']}`", f"{row['steps']} ± {row['error']}", *_moved(row),
         "constant" if row["parameter"] in FORMER else "parameter", row["size"], *_when(row))
        for row in rows
        if float(row["steps"]) < STEPS_TOLD
    )  # fmt: skip
    headings = ("parameter", "largest move, in steps", "indicator", "where", "now", "pairs", "seed", "date", "rules")
    return table(headings, lines)


def _moved(row: Row) -> tuple[str, str]:
    """What moved and where, if anything did."""
    return (f"`{row['indicator']}`", f"{row['scenario']}, at {row['at']}") if float(row["steps"]) else ("–", "–")


def _effect(row: Row) -> str:
    return f"{_points(row['mean'])} ({_points(row['low'])} to {_points(row['high'])})"


def _points(number: str) -> str:
    return f"{float(number):+.1f}".replace("-", "−")


def _when(row: Row) -> tuple[str, str, str]:
    """Seed, date and digest of the rules."""
    return row["seed"], row["date"], f"`{row['digest']}`" if row["digest"] else "–"


def _count(number: str) -> str:
    return f"{int(number):,}".replace(",", " ")


def _percent(share: str, error: str, decimals: int) -> str:
    return f"{100 * float(share):.{decimals}f} % ± {100 * float(error):.{decimals}f}"


TABLES = {
    "fuzz": fuzz,
    "mutants": mutants,
    "intervals": intervals,
    "start": start,
    "levers": levers,
    "findings": findings,
    "screening": screening,
}


def main() -> int:
    """Write the document, or say whether it is out of date."""
    return renew("tools.campaigns", __doc__, DOCUMENTS, TABLES)


if __name__ == "__main__":
    sys.exit(main())
