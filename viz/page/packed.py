"""A partnership before its life begins, as a page takes it: columns as bytes, and how large they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from samenspel.agents.columns import Bundle, members_of, room_in
from samenspel.model.declared.choices import Start
from samenspel.model.here import Room
from samenspel.model.input.scenario import Scenario
from samenspel.model.start.land import lay_out
from samenspel.model.start.leaving_the_past import SIZE
from samenspel.model.state import people_on

EACH = "students_per_cluster"
GROWS = {
    "here.s": Room.STUDENTS, "here.m": Room.MENTORS, "here.t": Room.TRAINERS, "here.c": Room.COMMUNITIES,
    "here.closed": Room.COMMUNITIES, "here.places.cluster_first": Room.COMMUNITIES,
    "here.places.cluster_end": Room.COMMUNITIES, "here.gone": Room.GONE, "here.prices": Room.PRICES,
    "seen.students": Room.STUDENTS, "seen.clusters": Room.COMMUNITIES,
}  # fmt: skip
"""Of which bundles and columns there can come more, and what they need room for."""
FULL = ("here.places.cluster_first", "here.places.cluster_end")
"""Those of which there always are as many as there is room for."""


@dataclass(frozen=True)
class Land:
    """What lives of a scenario begin with: all columns one after another, and sizes by name."""

    data: bytes
    sizes: dict[str, dict[str, int]]
    lived: bool
    places: list[bool]  # of every cluster, whether they are given

    def described(self) -> dict[str, Any]:
        """What a page must know besides the bytes."""
        return {
            "sizes": self.sizes, "grows": {name: int(kind) for name, kind in GROWS.items()}, "full": list(FULL),
            "lived": self.lived, "size": list(SIZE), "places": self.places,
        }  # fmt: skip


def land_of(scenario: Scenario) -> Land:
    """The land of a scenario, with room for who may come; it has no luck yet."""
    here: Any = people_on(lay_out(scenario), None, 0).all()  # type: ignore[arg-type]  # its agents are of no model
    columns = list(columns_in(here, "here"))
    sizes = {name: {"count": column.size, "room": room} for name, column, room in columns}
    lived = scenario.values["form_start"] == Start.LIVED.word
    return Land(b"".join(column.tobytes() for _, column, _ in columns), sizes, lived, given_places(scenario))


def given_places(scenario: Scenario) -> list[bool]:
    """Of every cluster, whether it has as many places whatever the parameter says."""
    larger = scenario.with_values(**{EACH: int(scenario.values[EACH]) + 1}, beyond_range=True)
    one, other = (lay_out(laid).communities.column("places") for laid in (scenario, larger))
    given: list[bool] = (one == other).tolist()
    return given


def columns_in(bundle: Bundle, name: str) -> Iterator[tuple[str, NDArray[Any], int]]:
    """Every column with its name, such as "here.s.engagement", and for how many elements there is room."""
    for one, member in members_of(bundle).items():
        if isinstance(member, Bundle):
            yield from columns_in(member, f"{name}.{one}")
        else:
            yield f"{name}.{one}", member, room_in(bundle) if "_block" in vars(bundle) else member.size
