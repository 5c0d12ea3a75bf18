"""A lane: one partnership that is being shown, with everything that was shown of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from samenspel.model import Partnership
from samenspel.model.declared.declaration import Value
from samenspel.model.year.territory import kilometres
from samenspel.viz.room.course import Catalog, Course
from samenspel.viz.room.frames import SERIES, Identities, decode, encode


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
    """

    def __init__(self, course: Course, catalog: Catalog, seed: int) -> None:
        self.course = course
        self.partnership = Partnership(course.start(catalog), rng=seed)
        self.identities = Identities()
        self.structure = 0
        self.frames: list[bytes] = []
        self._land: bytes = b""
        self._show()

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

    def change(self, name: str, value: Value) -> None:
        """Another value from next week on. Raises `InputFaults`, and then nothing has changed."""
        self.partnership.change(**{name: value})
        self.course = self.course.changed(self.partnership.week, name, value)

    def _show(self) -> None:
        land = self.partnership.sites.column("cluster").tobytes()
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
        sites, world = here.sites.rows(), here.scenario.world
        x, y = kilometres([t.longitude for t in world.towns], [t.latitude for t in world.towns])
        names = here.names("sites").tolist()
        communities = here.communities.rows()
        return {
            "structure": self.structure,
            "towns": [
                [town.name, round(east, 2), round(north, 2), town.inhabitants]
                for town, east, north in zip(world.towns, x.tolist(), y.tolist(), strict=True)
            ],
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
