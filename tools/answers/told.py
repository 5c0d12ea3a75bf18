"""The tables and sentences of the documents, from what is stored."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from samenspel.experiments.bottlenecks.over_worlds import NOTHING
from samenspel.experiments.bottlenecks.worlds_told import of_world
from samenspel.experiments.degradation.comparisons import COMPARISONS
from samenspel.experiments.output.frames import rows as records
from samenspel.experiments.output.language import euros, number, percent
from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from samenspel.model.words import in_language
from tools.answers.runs import DEGRADED, RANGES, WORLDS
from tools.documents import table
from tools.stored import kept

Row = dict[str, Any]

MOVES = {  # columns of what moves degradation, and whether they are shares
    "share, over all sizes": True,
    "share, at the scenario's size": True,
    "size where the mean share passes the floor": False,
    "safe scale by loss": False,
}
HEADS = ("share over all sizes, points", "at 12 places", "mean passes 80 %", "safe scale by loss")
COMPARED = ("cross-year", "mbo", "mbo-equal-total", "facilitation", "growth", "split")
SHARES_OF_CLUSTERS = (0.2, 0.4, 0.6, 0.8, 1.0)


def some(name: str, analysis: str) -> list[Row]:
    """The rows of one analysis."""
    found = kept(name)
    return records(found[found["analysis"] == analysis])


def how(name: str, analysis: str) -> str:
    """By which command, when, and in how many worlds."""
    one = some(name, analysis)[0]
    worlds = f", {one['worlds']} worlds" if one["worlds"] else ""
    return f"`{one['command']}` ({one['date']}, rules `{one['rules']}`; {one['replications']} replications{worlds}):\n"


def said(name: str, analysis: str, only: str = "", without: str = "\0") -> str:
    """What an analysis says of itself, after the command that it was asked by; sentences with and without a text."""
    lines = (str(one["sentence"]) for one in some(f"{name}-said", analysis))
    lines = (line for line in lines if only in line and without not in line)
    quoted = "\n".join(f"> {line[:1].upper()}{line[1:]}\n>" for line in lines)
    return f"{how(name, analysis)}\n{quoted.removesuffix(chr(10) + '>')}\n"


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign; none where nothing but nought is shown."""
    text = number(value, "en", digits).replace("-", "−")
    if not float(text.replace("−", "-").replace(",", "")):
        return text.removeprefix("−")
    return text if value < 0 else f"+{text}"


def cell(shift: float, low: float, high: float) -> str:
    """A shift with its interval, as far as there is one."""
    return signed(shift) + ("" if pd.isna(low) else f" ({signed(low)} to {signed(high)})")


# --- degradation -----------------------------------------------------------------------------------------------------


def moves() -> str:
    """Every arm against the first of its comparison."""
    lines = [
        (title, DEGRADED[name].compare, *(_move(name, arm, what) for what in MOVES))
        for name in COMPARED
        for arm, title in _arms(name)[1:]
    ]
    return table(("arm", "`--compare`", *HEADS), lines)


def _arms(name: str) -> list[tuple[str, str]]:
    return [(arm.name, in_language(arm.title, "en")) for arm in COMPARISONS[DEGRADED[name].compare]]


def _move(name: str, arm: str, what: str) -> str:
    found = [one for one in some("degraded-shifts", name) if one["arm"] == arm and one["what"] == what]
    if not found or pd.isna(shift := pd.to_numeric(found[0]["shift"], errors="coerce")):
        return ""
    scale = 100.0 if MOVES[what] else 1.0
    ends = (pd.to_numeric(found[0][end], errors="coerce") for end in ("low", "high"))
    return cell(scale * shift, *(scale * end for end in ends))


def fewer() -> str:
    """The share where fewer of the clusters exist, by whose trainers they have, with and without money."""
    lines = [
        (title, "with" if name == "staff" else "without", *(_share(name, arm, part) for part in SHARES_OF_CLUSTERS))
        for name in ("staff", "staff without money")
        for arm, title in _arms(name)
    ]
    return table(("trainers", "money", *(f"{part:.0%} of the clusters" for part in SHARES_OF_CLUSTERS)), lines)


def _share(name: str, arm: str, size: float) -> str:
    curve = [one for one in some("degraded-curves", name) if one["arm"] == arm]
    nearest = min(curve, key=lambda one: abs(float(one["size"]) - size))
    return percent(float(nearest["mean"]), "en")


def back() -> str:
    """Growing and shrinking again, against who had that size all along."""
    without = {(one["students_per_cluster"], one["way"]): one for one in some("degraded-back", "back without money")}
    lines = [
        (
            f"{one['students_per_cluster']:g}", str(one["way"]), f"{one['school_year']:g}",
            percent(one["share"], "en"), percent(one["share_of_stayed"], "en"), _difference(one),
            _difference(without[one["students_per_cluster"], one["way"]]),
        )
        for one in some("degraded-back", "back")
    ]  # fmt: skip
    heads = ("places", "way", "year", "share", "of who stayed", "difference, points", "without money")
    return table(heads, lines)


def _difference(one: Row) -> str:
    return cell(*(100 * float(one[name]) for name in ("difference", "low", "high")))


# --- sensitivity -----------------------------------------------------------------------------------------------------


def strongest(method: str) -> str:
    """The most influential factors by a method, over ranges."""
    found = [one for one in some("sensitive-indices", RANGES) if one["method"] == method]
    if method == "morris":
        heads = ("factor", "`mu*`", "95 %", "`mu`", "chance")
        lines = [
            (f"`{one['factor']}`", _index(one["value"]), _range(one), _index(one["mu"]), _index(one["noise"]))
            for one in found
        ]
    else:
        heads = ("factor", "`ST`", "95 %", "`S1`", "chance")
        lines = [
            (f"`{one['factor']}`", _index(one["value"]), _range(one), _index(one["S1"]), _index(one["noise"]))
            for one in found
        ]
    return table(heads, lines)


def in_worlds() -> str:
    """What explains the indicator over worlds."""
    found = some("sensitive-indices", WORLDS)
    lines = [
        (f"`{one['factor']}`", percent(float(one["value"]), "en"), _percents(one), _index(one["p_holm"]))
        for one in found
    ]
    return table(("what", "explains", "95 %", "*p*, Holm"), lines)


def _index(value: object) -> str:
    return "" if value == "" else number(float(str(value)), "en", 3).replace("-", "−")


def _range(one: Row) -> str:
    return f"{_index(one['low'])} … {_index(one['high'])}"


def _percents(one: Row) -> str:
    return f"{percent(float(one['low']), 'en')} … {percent(float(one['high']), 'en')}"


# --- bottlenecks -----------------------------------------------------------------------------------------------------


def pinches() -> str:
    """What each constraint holds back."""
    found = sorted(some("pinched-here", ""), key=lambda one: -float(one["share"]))
    lines = [
        (_constraint(one), _points(one["share"]), f"{_points(one['low'])} … {_points(one['high'])}",
         *(_points(one[name]) for name in ("alone", "last", "time", "contact", "quality")))
        for one in found
    ]  # fmt: skip
    return table(("constraint", "share (pp)", "95 %", "alone", "last", "time", "contact", "quality"), lines)


def pinches_in_worlds() -> str:
    """The same over worlds, and in how many each comes first."""
    here = {one["constraint"]: one["share"] for one in some("pinched-here", "")}
    found = sorted(some("pinched-worlds", ""), key=lambda one: -float(one["first"]))
    lines = [
        (_constraint(one), _points(here[one["constraint"]]), _points(one["median"]),
         f"{_points(one['low'])} … {_points(one['high'])}", percent(float(one["first"]), "en"))
        for one in found
        if one["constraint"] != NOTHING
    ]  # fmt: skip
    return table(("constraint", "here", "median", "90 % of worlds", "first in"), lines)


def _constraint(one: Row) -> str:
    return in_language(of_world(str(one["constraint"])), "en")


def _points(share: object) -> str:
    return "" if share == "" else number(100 * float(str(share)), "en", 1).replace("-", "−")


# --- pilots ----------------------------------------------------------------------------------------------------------


def designs() -> str:
    """What each design gives in plausible worlds, and in brackets in prior ones; the likeliest best first."""
    plausible, prior = (
        {one["design"]: one for one in some("piloted-robustness", which)} for which in (PLAUSIBLE, PRIOR)
    )
    figures = {
        (which, one["design"], one["measure"]): one
        for which in (PLAUSIBLE, PRIOR)
        for one in some("piloted-figures", which)
    }
    lines = []
    for design, one in sorted(plausible.items(), key=lambda item: -_number(item[1]["best"], -1.0)):
        cells = [_both(one, prior[design], "best", _percent), _both(one, prior[design], "acceptable", _percent)]
        for measure, column, shown in (
            (LOSS, "mean", _lost), ("mbo_adequate_share", "mean", _percent), (FULL_COST, "difference_mean", _euros),
        ):  # fmt: skip
            rows = [figures.get((which, design, measure), {}) for which in (PLAUSIBLE, PRIOR)]
            cells.append(_both(*rows, column, shown) if design else "–")
        lines.append((str(one["name"]), *cells))
    heads = (
        "design",
        "best, of worlds",
        "all floors met",
        "pabo students lose",
        "mbo adequately supervised",
        "extra a year, in all",
    )
    return table(heads, lines)


def _both(plausible: Row, prior: Row, name: str, shown: Callable[[float], str]) -> str:
    values = [_number(row.get(name, ""), math.nan) for row in (plausible, prior)]
    if math.isnan(values[0]):
        return "–"
    return f"{shown(values[0])} [{'–' if math.isnan(values[1]) else shown(values[1])}]"


def _number(value: object, otherwise: float) -> float:
    return otherwise if value == "" else float(str(value))


def percent_in(row: Row, name: str) -> str:
    """A share with its 95 % interval; a dash where there is none."""
    if row[name] == "":
        return "–"
    middle, low, high = (_percent(float(row[column])) for column in (name, f"{name}_low", f"{name}_high"))
    return f"{middle} ({low} – {high})"


def _percent(share: float) -> str:
    return percent(share, "en")


def _lost(share: float) -> str:
    return f"{number(100 * share, 'en', 1)} pp"


def _euros(amount: float) -> str:
    return euros(amount, "en", 100)


TABLES = {
    "said_baseline": partial(said, "degraded", "baseline"),
    "moves": moves,
    "fewer": fewer,
    "back": back,
    "said_structure": partial(said, "degraded", "structure"),
    "said_structure_years": partial(said, "degraded", "structure of cross-year", "hare against "),
    "said_structure_mbo": partial(said, "degraded", "structure of mbo", "hare against "),
    "said_worlds": partial(said, "sensitive", WORLDS),
    "in_worlds": in_worlds,
    "said_boxes": partial(said, "boxed", WORLDS),
    "morris": partial(strongest, "morris"),
    "sobol": partial(strongest, "sobol"),
    "said_ranges": partial(said, "sensitive", RANGES),
    "pinches": pinches,
    "said_pinches": partial(said, "pinched", "", without=" adequate): "),
    "pinches_in_worlds": pinches_in_worlds,
    "designs": designs,
    "said_pilots": partial(said, "piloted", PLAUSIBLE),
}
