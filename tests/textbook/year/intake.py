"""How many hbo students there are to be, and new ones (4.3.7)."""

from __future__ import annotations

from ..arithmetic import largest_remainder, round_half_up
from ..constants import COVENANT_PLACES
from ..students import HBO_PROGRAMMES, HboStudent


def demand(model, partnership: int) -> int:
    """D: hbo students of the region of a partnership."""
    p = model.p
    asked = p.hbo_demand * model.merged
    if not p.demand_follows_places:
        return asked
    communities = [community for community in model.communities if community.partnership == partnership]
    if not communities:
        return 0
    places = sum(community.places for community in communities)
    return round_half_up(asked * places / (COVENANT_PLACES * len(communities)))


def targets(model, partnership: int) -> dict[str, int]:
    """D shared over the programmes."""
    p = model.p
    rest = 1 - p.parttime_share - p.academic_share - p.pedagogy_share
    shares = (rest, p.parttime_share, p.academic_share, p.pedagogy_share)
    return dict(zip(HBO_PROGRAMMES, largest_remainder(demand(model, partnership), shares), strict=True))


def take_in(model, year: int) -> None:
    """New students of year 1, outside, until every target is met."""
    for partnership in range(len(model.institutes)):
        for programme, target in targets(model, partnership).items():
            present = sum(
                student.partnership == partnership and student.programme == programme
                for student in model.present_students()
            )
            for number in range(target - present):
                model.students.add(HboStudent(model, programme, partnership, year, number))
