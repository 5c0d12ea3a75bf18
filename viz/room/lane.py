"""A lane: one partnership that is being shown, with everything that was shown of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from samenspel.experiments.output.prices import known_until, wages_grow_from
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import Facilitation, Start
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.world import World
from samenspel.model.start.land import kilometres
from samenspel.model.words import Phrase
from samenspel.model.year.changes import AT_THE_START
from samenspel.viz.room.course import Catalog, Course
from samenspel.viz.room.frames import SERIES, Identities, decode, encode
from samenspel.viz.room.watcher import News
from samenspel.viz.texts import both


class Lane:
    """A course that is lived week by week.

    Parameters
    ----------
    course : Course
        What is run; changes of later weeks are made when their week has come.
    catalog : Catalog
        Where its scenario is found.
    seed : int
        The luck.
    weeks : int
        How many are lived at once.
    """

    def __init__(self, course: Course, catalog: Catalog, seed: int, weeks: int = 0) -> None:
        self.course = course
        self.scenario = catalog[course.scenario]
        self.start = course.start(catalog)
        self.partnership = course.begun(catalog, seed)
        self.identities = Identities()
        self.structure = 0
        self.frames: list[bytes] = []
        self._land: bytes = b""
        self._show()
        for _ in range(weeks):
            self.step()

    @property
    def values(self) -> dict[str, Value]:
        """The value of every parameter now."""
        return dict(self.partnership.scenario.values)

    def step(self) -> None:
        """One week; what is due changes first."""
        if due := self.course.due(self.partnership.week):
            self.partnership.change(**due)
        self.partnership.step()
        self._show()

    def change(self, values: Mapping[str, Value]) -> None:
        """Other values from next week on. Raises `InputFaults`, and then nothing has changed."""
        self.partnership.change(**values)
        for name, value in values.items():
            self.course = self.course.changed(self.partnership.week, name, value)

    @property
    def turned(self) -> dict[str, Value]:
        """The values that are not those of the scenario."""
        given = self.scenario.values
        return {name: value for name, value in self.values.items() if value != given[name]}

    def as_given(self, name: object = None) -> dict[str, Value]:
        """What the scenario has for a parameter that was turned, or for all of them; not for what shapes the start."""
        back = [one for one in self.turned if name in (None, one) and one not in AT_THE_START]
        return {one: self.scenario.values[one] for one in back}

    def about(self, weeks: int) -> dict[str, Any]:
        """What a browser shows of it besides frames, where so many weeks are shown."""
        values = self.values
        known = known_until(self.start, math.ceil(weeks / WEEKS))
        return {
            "course": self.course.text(),
            "scenario": self.scenario.name,
            "title": both(Phrase(self.scenario.title, self.scenario.title_nl)),
            "values": self.turned,
            "floor": values["adequate_threshold"],
            "safe": values["safe_share"],
            "lived": values["form_start"] == Start.LIVED.word,
            "led": values["form_facilitation"] == Facilitation.PERSONS.word,
            "wages_grow_from": wages_grow_from(self.start),
            "known": known and both(known),
            "changes": [{"week": c.week, "name": c.name, "value": c.value} for c in self.course.changes],
        }

    def _show(self) -> None:
        sites = self.partnership.sites.rows()
        land = sites.cluster.tobytes() + sites.board.tobytes()
        if land != self._land:
            self._land = land
            self.structure += 1
        self.frames.append(encode(self.partnership, self.identities, self.structure))

    def series(self) -> bytes:
        """The indicators of all weeks lived, f32 of shape (weeks, len(SERIES)), little endian."""
        rows = [decode(frame).series for frame in self.frames[1:]]
        return np.array(rows, "<f4").reshape(-1, len(SERIES)).tobytes()

    def land(self) -> dict[str, Any]:
        """Names and places for the map, in km; sites in row order."""
        here = self.partnership
        sites = here.sites.rows()
        names = here.names("sites").tolist()
        communities = here.communities.rows()
        return {
            "structure": self.structure,
            "towns": towns_of(here.scenario.world),
            "sites": [
                [name, round(east, 3), round(north, 3), int(ikc), cluster, board, int(public)]
                for name, east, north, ikc, cluster, board, public in zip(
                    names, sites.x.tolist(), sites.y.tolist(), sites.ikc.tolist(), sites.cluster.tolist(),
                    sites.board.tolist(), sites.public.tolist(), strict=True,
                )
            ],
            "clusters": [
                [name, board, opened]
                for name, board, opened in zip(
                    here.names("communities").tolist(), communities.board.tolist(), communities.opened.tolist(),
                    strict=True,
                )
            ],
            "boards": here.names("boards").tolist(),
        }  # fmt: skip


def towns_of(world: World) -> list[list[Any]]:
    """Name, place in km and inhabitants of every town."""
    x, y = kilometres([t.longitude for t in world.towns], [t.latitude for t in world.towns])
    return [
        [town.name, round(east, 2), round(north, 2), town.inhabitants]
        for town, east, north in zip(world.towns, x.tolist(), y.tolist(), strict=True)
    ]


def live_a_week(lanes: Sequence[Lane]) -> News:
    """One week in every lane, and what browsers are told of it."""
    structures = [lane.structure for lane in lanes]
    for lane in lanes:
        lane.step()
    news: News = {"frame": newest(lanes)}
    if structures != [lane.structure for lane in lanes]:
        news["land"] = [lane.land() for lane in lanes]
    return news


def newest(lanes: Sequence[Lane]) -> bytes:
    """The newest frame of every lane: u32 length and the frame, filled up to four bytes."""
    parts = []
    for lane in lanes:
        frame = lane.frames[-1]
        parts += [len(frame).to_bytes(4, "little"), frame, bytes(-len(frame) % 4)]
    return b"".join(parts)


def indicators_of(lanes: Sequence[Lane]) -> Any:
    """All indicators of all weeks of every lane, a pandas DataFrame with columns `lane` and `course`."""
    import pandas as pd

    tables = [lane.partnership.indicators() for lane in lanes]
    for letter, lane, table in zip("AB", lanes, tables, strict=False):
        table.insert(0, "lane", letter)
        table.insert(1, "course", lane.course.text())
    return pd.concat(tables, ignore_index=True)
