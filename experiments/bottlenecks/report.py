"""What a bottleneck analysis tells people: a table, a sentence a cluster, files, and three figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich import box
from rich.table import Table

from samenspel.experiments.bottlenecks.attribution import FLOORS, Bottlenecks
from samenspel.experiments.bottlenecks.futures import CONSTRAINTS
from samenspel.experiments.bottlenecks.pinch import NAMES, PINCHES, points
from samenspel.experiments.bottlenecks.worlds_told import clause, figure_of_worlds, how_sure
from samenspel.experiments.bottlenecks.worlds_told import table as table_over_worlds
from samenspel.experiments.output.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, new_figure, save
from samenspel.experiments.output.floors import with_floors
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, number, percent
from samenspel.experiments.output.reports import Report, plain
from samenspel.experiments.output.version import version
from samenspel.model.start.land import KM_EAST, KM_NORTH
from samenspel.model.words import Message, say

if TYPE_CHECKING:
    from rich.console import RenderableType

LOOKS = {  # a colour and a mark each: nobody has to tell them apart by colour alone
    "mentor_time": (BLUE, "o"),
    "mentor_skill": (ORANGE, "s"),
    "trainer_time": (GREEN, "^"),
    "leadership": (PURPLE, "D"),
    "meeting_size": (SKY, "v"),
    "mixing": (RED, "P"),
    "money": ("#000000", "X"),
    "places": ("#B8A800", "p"),
    "": (GREY, "."),
}
FLOOR_NAMES = dict(zip(FLOORS, (Message("time"), Message("contact"), Message("quality")), strict=True))
APART = 6.0  # km between clusters on the map, at least: it is a scheme


# --- on the terminal -------------------------------------------------------------------------------------------------


def level(found: Bottlenecks, lang: Language) -> str:
    """How many are adequately supervised, as it is and with everything lifted."""
    now, best = (percent(share, lang) for share in (found.now, found.lifted))
    year = found.scenario.school_year(found.years + found.horizon)
    return say(
        "In school year {year} {now} are adequately supervised; without any of the eight constraints {best}.",
        lang,
        year=year,
        now=now,
        best=best,
    )


def _table(found: Bottlenecks, lang: Language) -> Table:
    """A row a constraint, the tightest first, in percentage points."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("Constraint", lang), no_wrap=True)
    of_floors = [FLOOR_NAMES[name].text(lang) for name in _floors(found)]
    for heading in (say("share", lang), say("95% interval", lang), say("alone", lang), say("last", lang), *of_floors):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows(found.whole.sort_values("share", ascending=False, kind="stable")):
        low, high = (number(100 * row[end], lang, 1) for end in ("low", "high"))
        between = f"{low} … {high}" if math.isfinite(row["low"]) else ""
        figures = [number(100 * row[name], lang, 1) for name in ("share", "alone", "last", *_floors(found))]
        table.add_row(NAMES[row["constraint"]].text(lang), figures[0], between, *figures[1:])
    total = number(100 * float(found.whole["share"].sum()), lang, 1)
    floors = [number(100 * float(found.whole[name].sum()), lang, 1) for name in _floors(found)]
    table.add_row(say("together", lang), total, "", "", "", *floors, style="bold")
    table.caption = say("percentage points of the students", lang)
    if floors:
        table.caption += say("; the last three: who reaches each floor, apart from the others", lang)
    return table


def _floors(found: Bottlenecks) -> tuple[str, ...]:
    """The floors that adequate supervision has in this scenario."""
    return FLOORS if with_floors(found.scenario.values) else ()


def sentences(found: Bottlenecks, lang: Language) -> list[str]:
    """A sentence a cluster, the one that lacks most first."""
    first = found.first().sort_values("adequate", kind="stable")
    return [_sentence(found, row, lang) for row in rows(first)]


def _sentence(found: Bottlenecks, row: dict[str, Any], lang: Language) -> str:
    """Where it pinches first in one cluster, and what comes next."""
    at = percent(row["adequate"], lang)
    head = f"{row['cluster']} ({at} {say('adequate', lang)})"
    if not row["constraint"]:
        return f"{head}: {say('nothing pinches', lang)}.{clause(row, lang)}"
    others = found.clusters[found.clusters["cluster"] == row["cluster"]]
    others = others[(others["constraint"] != row["constraint"]) & (others["share"] >= PINCHES)]
    others = others.sort_values("share", ascending=False, kind="stable")
    next_ones = [f"{NAMES[one['constraint']].text(lang)} ({points(one['share'], lang)})" for one in rows(others)[:2]]
    first = f"{NAMES[row['constraint']].text(lang)} ({points(row['share'], lang)})"
    tail = say(", then ", lang) + enumerate_words(next_ones, lang) if next_ones else ""
    told = say(
        "{head}: it {value}pinches first at {first}{tail}.",
        lang,
        head=head,
        first=first,
        tail=tail,
        value=("" if row["sure"] else say("probably ", lang)),
    )
    return told + clause(row, lang)


# --- documents and the report ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BottleneckReport(Report):
    """The report of a bottleneck analysis; its files go into `report/` in the folder of the analysis."""

    found: Bottlenecks
    out: Path

    @property
    def folder(self) -> Path:
        """`report/` in the folder of the analysis."""
        return self.out / "report"

    def document(self) -> dict[str, Any]:
        """The analysis as one JSON document; what is undefined is None."""
        found, worlds = self.found, self.found.worlds
        return {
            "scenario": found.scenario.name,
            "version": version(),
            "years": found.years,
            "horizon": found.horizon,
            "replications": found.results.replications,
            "adequate_now": found.now,
            "adequate_lifted": found.lifted,
            "worlds_from": {**worlds.source.document(), "draws": len(worlds.results.runs)} if worlds else None,
            "constraints": plain(found.whole),
            "over_worlds": plain(worlds.whole) if worlds else None,
            "first_by_cluster": plain(found.first()),
            "clusters": plain(found.clusters),
            "weeks": plain(found.weeks),
        }

    def sentences(self, lang: Language) -> list[str]:
        """The whole, how sure it is, and a sentence a cluster."""
        return [level(self.found, lang), *self._how_sure(lang), *sentences(self.found, lang)]

    def _how_sure(self, lang: Language) -> list[str]:
        return list(how_sure(self.found, self.found.worlds, lang)) if self.found.worlds else []

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """By constraint, by week, by cluster, and what comes first in each."""
        found, worlds = self.found, self.found.worlds
        own = {"constraints": found.whole, "weeks": found.weeks, "clusters": found.clusters, "first": found.first()}
        return own | ({"over-worlds": worlds.whole, "worlds": worlds.shares} if worlds else {})

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """The table for the whole, that over worlds with how sure it is, and a sentence a cluster."""
        yield level(self.found, lang)
        yield ""
        yield _table(self.found, lang)
        if self.found.worlds:
            yield ""
            yield table_over_worlds(self.found, self.found.worlds, lang)
            yield from ("", *self._how_sure(lang))
        yield from ("", *sentences(self.found, lang))

    def figures(self, folder: Path, lang: Language) -> None:
        """What each constraint costs, when in the year, and where it pinches."""
        _whole_figure(self.found, folder / "figure-constraints", lang)
        _week_figure(self.found, folder / "figure-weeks", lang)
        _map(self.found, folder / "figure-map", lang)
        if self.found.worlds:
            figure_of_worlds(self.found, self.found.worlds, folder / "figure-worlds", lang)

    @property
    def failed(self) -> int:
        """How many runs failed, here and in worlds."""
        return self.found.failed

    def remarks(self) -> list[str]:
        """What is left out."""
        if not self.failed:
            return []
        return [Message("{failed} runs failed and are left out.", failed=self.failed)]


# --- figures ---------------------------------------------------------------------------------------------------------


def _whole_figure(found: Bottlenecks, path: Path, lang: Language) -> None:
    """What each constraint costs: its share with interval, and what it does first and last."""
    table = found.whole.sort_values("share", kind="stable")
    figure = new_figure(8, 4)
    panel = figure.subplots()
    at = np.arange(len(table))
    colours = [LOOKS[name][0] for name in table["constraint"]]
    panel.barh(at, 100 * table["share"], color=colours, height=0.6)
    if np.isfinite(table["low"]).all():
        half = 50 * (table["high"] - table["low"])
        panel.errorbar(100 * table["share"], at, xerr=half, fmt="none", ecolor="0.25", capsize=2)
    panel.plot(100 * table["alone"], at, "k>", markersize=5, label=say("lifted first", lang))
    panel.plot(100 * table["last"], at, "k<", markersize=5, label=say("lifted last", lang))
    panel.set_yticks(at, [NAMES[name].text(lang) for name in table["constraint"]])
    panel.set_xlabel(say("percentage points of the students who are adequately supervised after all", lang))
    panel.axvline(0, color="0.3", linewidth=0.8)
    panel.legend(fontsize=8)
    panel.grid(axis="x", color="0.92")
    panel.set_axisbelow(True)
    save(figure, path, table, lang)


def _week_figure(found: Bottlenecks, path: Path, lang: Language) -> None:
    """The share of each constraint through the school year; those that never matter are left out."""
    figure = new_figure(8, 4)
    panel = figure.subplots()
    for name in CONSTRAINTS:
        weeks = found.weeks[found.weeks["constraint"] == name]
        if float(weeks["share"].abs().max()) >= PINCHES / 10:
            colour, mark = LOOKS[name]
            panel.plot(
                weeks["week"], 100 * weeks["share"], color=colour, marker=mark, markevery=6, markersize=5,
                label=NAMES[name].text(lang),
            )  # fmt: skip
    panel.set_xlabel(say("school week", lang))
    panel.set_ylabel(say("percentage points", lang))
    panel.axhline(0, color="0.3", linewidth=0.8)
    if panel.lines[:-1]:
        panel.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    panel.grid(color="0.92")
    save(figure, path, found.weeks, lang)


def _map(found: Bottlenecks, path: Path, lang: Language) -> None:
    """Clusters where they are, schematically, with the look of what pinches first; the size is what that costs."""
    first = found.first()
    places = cluster_places(found)
    first = first[first["cluster"].isin(list(places))]
    spots = spread_out(np.array([places[name] for name in first["cluster"]]).reshape(-1, 2), APART)
    figure = new_figure(9, 7)
    panel = figure.subplots()
    for name, some in first.groupby("constraint", sort=True):
        colour, mark = LOOKS[str(name)]
        at = spots[first["constraint"].to_numpy() == name]
        size = 60 + 1500 * some["share"].clip(lower=0) if name else 60.0
        label = NAMES[str(name)].text(lang) if name else say("nothing demonstrable", lang)
        panel.scatter(
            at[:, 0], at[:, 1], s=size, c=colour, marker=mark, edgecolors="black", linewidths=0.5, label=label
        )
    for spot, row in zip(spots, rows(first), strict=True):
        panel.annotate(
            f"{row['cluster']}\n{percent(row['adequate'], lang)}", spot, xytext=(0, -30), textcoords="offset points",
            ha="center", fontsize=7,
        )  # fmt: skip
    for town in found.scenario.world.towns:
        panel.plot(KM_EAST * town.longitude, KM_NORTH * town.latitude, "+", color="0.6", markersize=5)
    panel.set_aspect("equal", adjustable="datalim")
    panel.margins(0.12)
    panel.set_xticks([])
    panel.set_yticks([])
    legend = panel.legend(title=say("pinches first", lang), fontsize=8, title_fontsize=9)
    for handle in legend.legend_handles:
        handle.set_sizes([60])  # type: ignore[union-attr]
    panel.set_title(_map_title(found, len(first), lang), fontsize=10)
    save(figure, path, first.assign(x_km=spots[:, 0], y_km=spots[:, 1]), lang)


def _map_title(found: Bottlenecks, drawn: int, lang: Language) -> str:
    text = say("share adequately supervised; pale: not certain; + is a town", lang)
    if missing := len(found.first()) - drawn:
        text += say("; {missing} new clusters are not drawn", lang, missing=missing)
    return text


def cluster_places(found: Bottlenecks) -> dict[str, tuple[float, float]]:
    """The middle of each cluster's sites, in km; of clusters that the scenario describes."""
    sites: dict[str, list[tuple[float, float]]] = {}
    for site in found.scenario.world.sites:
        if site.cluster is not None:
            sites.setdefault(site.cluster, []).append((KM_EAST * site.longitude, KM_NORTH * site.latitude))
    return {
        name: (float(np.mean([x for x, _ in at])), float(np.mean([y for _, y in at]))) for name, at in sites.items()
    }


def spread_out(spots: NDArray[np.float64], apart: float, rounds: int = 200) -> NDArray[np.float64]:
    """Push spots that lie closer together than `apart` away from each other; a scheme, not a map."""
    spots = spots + 1e-3 * np.arange(len(spots))[:, None] * [1.0, -1.0]  # no two in one place
    for _ in range(rounds):
        away = spots[:, None] - spots[None]
        distance = np.hypot(away[..., 0], away[..., 1])
        np.fill_diagonal(distance, np.inf)
        too_near = distance < apart
        if not too_near.any():
            break
        push = np.where(too_near, (apart - distance) / 2 / np.where(too_near, distance, 1.0), 0.0)
        spots = spots + 0.5 * (push[..., None] * away).sum(axis=1)
    return spots
