"""docs/VALIDATION.md, which `python -m samenspel.experiments.validation.document DIR` writes from a validation."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import enumerate_words
from samenspel.experiments.sweeps.manifest import read_manifest
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.validation.patterns import CRITERIA, DISCARDED, HORIZON, SD
from samenspel.experiments.validation.validate import FORMS, Validation, gathered, study
from samenspel.experiments.validation.words import figure, interval, reason, target, verdict, what

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "VALIDATION.md"

HOW_TO_READ = """\
`held?` or `missed?`: the interval crosses an end of the target. C: served to calibrate, so that it holds says nothing
for the model's validity ([CALIBRATION.md](CALIBRATION.md)). V: only validates. S: structural, a rival form should
fail it. *Reported* figures are not judged. The last column names what the target's own datum also served to specify:
where it names anything, the pattern shows that the parts work together as intended, not that the world is so
([TRACE.md](TRACE.md))."""


def markdown(found: Validation) -> str:
    """The text of docs/VALIDATION.md."""
    results = found.results
    code, seed = results.manifest["code"][:12], results.manifest["study"]["seed"]
    sds = ", ".join(f"{name} {value:g}" for name, value in SD.items())
    told = [f"- **{row['pattern']}, {what(row, 'en')}** ({row['verdict']}): {reason(row)}"
            for row in rows(found.criteria) if reason(row)]  # fmt: skip
    return f"""# Validation

Written by `python -m samenspel.experiments.validation.document DIR` from `samenspel validate --out DIR`:
{results.replications} replications of the baseline (seed {seed}, rules `{code}`), the same seeds for every form.
Figures with 95 % intervals over replications.

Steady states are lived: {HORIZON} years of which the first {DISCARDED} are left out. What something does within a year
is read from two futures of one present with the same luck: after {DISCARDED} years and a week the partnership is
copied, one copy is changed, and both live on to week 40. One SD is between pabo students at the end of year 1 in the
baseline, a stored constant: {sds}. How each figure is taken stands in `experiments/validation/measures.py` and
`experiments/validation/paired.py`, its target in `experiments/validation/patterns.py`. Nothing is tuned to this table.

{_summary(found)}

## Patterns

{HOW_TO_READ}

{_criteria_table(found)}

## Misses and cautions

{chr(10).join(told)}

## Rival forms

Each rival form in place of the default one, everything else the same and nothing fitted anew (so a C pattern that
fails may only need that).

{_rivals_table(found)}

{_rivals_said(found)}
"""


def _summary(found: Validation) -> str:
    tested, held, missed = found.named("SV"), found.named("SV", "held"), found.named("SV", "missed")
    alone = [what(row, "en") for row in rows(found.criteria) if row["independent"] and row["verdict"] != "reported"]
    words = f"The exception: {enumerate_words(alone, 'en')}." if alone else "There is no exception."
    return (
        f"**{len(held)} of {len(tested)} patterns that calibrated nothing held ({', '.join(held)});"
        f" missed: {', '.join(missed) or 'none'}.**\n"
        "Read that with care: targets rest on data that were also in view when defaults were chosen (last column"
        f" below).\n{words}"
    )


def _criteria_table(found: Validation) -> str:
    lines = [
        "| pattern | what | target | figure | 95 % interval | verdict | the datum also specified |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows(found.criteria):
        word = verdict(row, "en")
        shown = f"**{word}**" if row["verdict"] == "missed" else f"*{word}*" if row["verdict"] == "reported" else word
        unit = f" {row['unit']}" if row["unit"] == "SD" else ""
        same = ", ".join(CRITERIA[row["measure"]].set_from_the_same)
        cells = [f"{row['pattern']} {row['use']}", what(row, "en"), target(row, "en") or "–",
                 figure(row, "figure", "en") + unit, interval(row, "en"), shown, same]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _rivals_table(found: Validation) -> str:
    lines = ["| rival form | fails (S) | fails (V) | fails (C) | criteria that fail | holds where the defaults miss |"]
    lines += ["|---|---|---|---|---|---|"]
    for row in rows(found.failed_by_rivals()):
        figures = [_with_figure(found, row["rival"], measure) for measure in row["measures"].split()]
        saved = [_with_figure(found, row["rival"], measure) for measure in row["saved"].split()]
        cells = [f"`{row['rival']}`", row["S"] or "–", row["V"] or "–", row["C"] or "–", "; ".join(figures) or "–",
                 "; ".join(saved) or "–"]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _with_figure(found: Validation, rival: str, measure: str) -> str:
    table = found.rivals
    row = rows(table[(table["rival"] == rival) & (table["measure"] == measure)])[0]
    mark = "" if row["sure"] else "?"
    return f"{what(row, 'en')}: {figure(row, 'figure', 'en')}{mark} (target {target(row, 'en')})"


def _rivals_said(found: Validation) -> str:
    """Where structural patterns discriminate, and where they do not."""
    table = rows(found.failed_by_rivals())
    told = []
    for form in FORMS:
        some = {row["rival"].partition("=")[2]: row for row in table if row["rival"].startswith(f"{form}=")}
        told.append(f"- `{form}`: " + "; ".join(_told_apart(choice, row) for choice, row in some.items()) + ".")
    failed = {name for row in table for name in row["S"].split()}
    idle = [name for name in found.named("S") if name not in failed]
    if idle:
        told.append(
            f"- {enumerate_words(idle, 'en')}: failed by no rival form, so {'it does' if len(idle) == 1 else 'they do'}"
            " not discriminate, though meant to: the forms differ by less than the targets are wide (over all forms, "
            + "; ".join(
                _range(found, measure) for measure, one in CRITERIA.items() if one.pattern in idle and one.judged
            )
            + "). Conclusions must be tested under each form that is not ruled out."
        )
    return "\n".join(told)


def _told_apart(choice: str, row: dict[str, str]) -> str:
    if row["S"]:
        return f"{choice} fails {row['S'].replace(' ', ' and ')}"
    others = " ".join(row[use] for use in ("V", "C") if row[use])
    return f"{choice} fails no structural pattern" + (f", only {others.replace(' ', ' and ')}" if others else "")


def _range(found: Validation, measure: str) -> str:
    """Between which figures the forms lie."""
    some = pd.concat([table[table["measure"] == measure] for table in (found.criteria, found.rivals)])
    by_size = rows(some.sort_values("figure"))
    low, high = (figure(row, "figure", "en") for row in (by_size[0], by_size[-1]))
    return f"{what(by_size[0], 'en')}: {low} to {high}"


def main() -> None:
    """Write docs/VALIDATION.md from a finished validation."""
    parser = argparse.ArgumentParser(prog="python -m samenspel.experiments.validation.document", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of a finished `samenspel validate --out DIR`")
    options = parser.parse_args()
    as_run = read_manifest(options.folder)["study"]
    found = gathered(load(options.folder), study(as_run["replications"], as_run["seed"]))
    write_whole(DOCUMENT, markdown(found))
    print(DOCUMENT)


if __name__ == "__main__":
    main()
