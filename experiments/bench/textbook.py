"""The textbook as the benchmark meets it: found beside the sources, and kept from searching where a list would do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path
from typing import Any

TEXTBOOK = Path(__file__).resolve().parents[2] / "tests" / "textbook"


def textbook() -> Any | None:
    """The class `TextbookPartnership`, with lists of who stands where; None where there are no tests."""
    start = TEXTBOOK / "__init__.py"
    if not start.is_file():
        return None
    name = "samenspel_textbook"  # a copy of our own, so that nothing changes for others who import it
    if name not in sys.modules:
        spec = util.spec_from_file_location(name, start, submodule_search_locations=[str(TEXTBOOK)])
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
        _keep_lists(name)
    return sys.modules[name].TextbookPartnership


def _keep_lists(name: str) -> None:
    """Let the textbook keep lists of who stands where while nobody moves, and of a partnership's towns.

    As written it finds the students of a cluster among all students, and so on. That reads well, but its cost grows
    with the square of the number of clusters, and would flatter the core at large sizes.
    """
    parts = ("year.asking", "boards", "community", "week.engagement", "week.meeting", "year.placement")
    modules: list[Any] = [import_module(f"{name}.{part}") for part in parts]
    asking, boards, community, engagement, meeting, placement = modules
    model, cluster, institute = sys.modules[name].TextbookPartnership, community.Community, boards.Institute

    # A week, dealing places, and the turn from the asking of mentors to the new order of rows.
    meeting.who_comes = _making_lists(meeting.who_comes)
    engagement.engage_and_leave = _ending_lists(engagement.engage_and_leave)
    placement.deal_places = _ending_lists(_making_lists(placement.deal_places))
    asking.ask_mentors = _making_lists(asking.ask_mentors)
    model.sort_students = _ending_lists(model.sort_students)

    cluster.students = _listed("students", lambda here: here, cluster.students)
    cluster.sites = property(_listed("sites", lambda here: here, cluster.sites.fget))
    institute.communities = property(_listed("communities", lambda here: here.partnership, institute.communities.fget))
    _remember_towns(model)


def _making_lists(work: Callable[[Any], None]) -> Callable[[Any], None]:
    """The work, with lists made before it."""

    def with_lists(model: Any) -> None:
        model.lists = {
            "students": _grouped(model.students, "cluster"),
            "sites": _grouped(model.sites, "cluster"),
            "communities": _grouped(model.communities, "partnership"),
        }
        work(model)

    return with_lists


def _ending_lists(work: Callable[[Any], None]) -> Callable[[Any], None]:
    """The work, after which no list holds."""

    def without_lists(model: Any) -> None:
        work(model)
        model.lists = None

    return without_lists


def _grouped(rows: Any, by: str) -> dict[Any, list[Any]]:
    """Rows by the value of an attribute, in row order."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, by), []).append(row)
    return found


def _listed(name: str, key: Callable[[Any], Any], otherwise: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """A method that looks in the list where there is one, and else searches as the textbook does."""

    def find(here: Any) -> list[Any]:
        lists = getattr(here.model, "lists", None)
        return otherwise(here) if lists is None else lists[name].get(key(here), [])

    return find


def _remember_towns(model: Any) -> None:
    """A partnership's towns change only when sites come, so they need not be searched for every student."""
    search = model.towns_of

    def towns_of(here: Any, partnership: int) -> Any:
        known = vars(here).setdefault("towns_known", {})
        place = partnership, len(here.sites)
        if place not in known:
            known[place] = search(here, partnership)
        return known[place]

    model.towns_of = towns_of
