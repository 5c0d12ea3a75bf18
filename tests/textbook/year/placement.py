"""Places (4.3.10) and the placement of hbo (4.5) and mbo students (4.6)."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import linear_sum_assignment

from samenspel.model.luck.draws import Stream

from ..arithmetic import distance
from ..constants import TRAVEL_LIMIT
from ..students import MboStudent

NOT_POSSIBLE = 10_000.0


def deal_places(model) -> None:
    """4.3.10: the places of a cluster, one by one to its sites."""
    for community in model.communities:
        sites = community.sites
        for site in sites:
            site.hbo_places = 0
        for _ in range(community.places):
            below = [site for site in sites if site.hbo_places < site.capacity]
            if not below:
                break
            max(below, key=lambda site: site.proportion / (site.hbo_places + 1)).hbo_places += 1


# --- hbo (4.5) -------------------------------------------------------------------------------------------------------


def place_hbo(model, *, first: bool = False, expected=None) -> None:
    """With `expected`, students inside by (partnership, programme, year), as the start of 5.1 has it."""
    for partnership in range(len(model.institutes)):
        place_partnership(model, partnership, first, expected)


def place_partnership(model, partnership: int, first: bool, expected=None) -> None:
    students = sorted(
        (s for s in model.present_students() if s.hbo and s.partnership == partnership), key=lambda s: s.key
    )
    sites = [site for site in model.sites if site.partnership == partnership and site.cluster is not None]

    staying, with_place, without_place = keepers_and_movers(students, sites)
    places = [site for site in sites for _ in range(site.hbo_places - sum(student.site is site for student in staying))]
    without_place.sort(key=lambda student: student.admission)
    left = len(places) - len(with_place)
    for student in without_place[left:]:
        student.go_outside()
    movers = with_place + without_place[:left]
    newcomers = queue(model.p, students, sites, first, expected)[: len(places) - len(movers)]

    latest = 3 if expected is None else 4
    assign(model.p, sorted(movers + newcomers, key=lambda s: s.key), places, latest)


def keepers_and_movers(students, sites) -> tuple[list, list, list]:
    """4.5.1: who stays, who moves and brings a place (an unmet wish), who moves without one (too many at the site)."""
    staying, with_place, without_place = [], [], []
    for site in sites:
        there = sorted((s for s in students if s.inside and s.site is site), key=lambda s: s.admission)
        without_place += there[site.hbo_places :]
        for student in there[: site.hbo_places]:
            if student.wants_public() and not site.public:
                with_place.append(student)
            else:
                staying.append(student)
    return staying, with_place, without_place


def queue(p, students, sites, first: bool, expected=None) -> list:
    """4.5.2: outside eligible students in order of priority."""
    an_ikc = any(site.ikc and site.hbo_places for site in sites)
    eligible = [
        student
        for student in students
        if student.status == "outside"
        and (student.available or student.programme != "parttime")
        and (an_ikc or student.programme != "pedagogy")
    ]

    standing = {}
    if expected:
        for student in sorted(eligible, key=lambda s: s.admission):
            cell = (student.partnership, student.programme, student.year)
            before = sum((s.partnership, s.programme, s.year) == cell for s in standing)
            standing[student] = (before + 0.5) / max(expected[cell], 1e-9)

    def rank(student):
        parttime = student.programme == "parttime"
        by_programme = {"parttime_first": not parttime, "fulltime_first": parttime, "lottery": False}
        by_year = standing[student] if expected else -student.year if first else 0  # section 5
        return by_programme[p.placement_priority], by_year, student.admission

    return sorted(eligible, key=rank)


def possible(student, site) -> bool:
    """4.5.3: near enough, and pedagogy at an IKC only."""
    return distance(student, site) <= TRAVEL_LIMIT and (student.programme != "pedagogy" or site.ikc)


def cost(p, student, site, latest: int) -> float:
    """4.5.3; `latest` is the last year in which a wish counts."""
    total = distance(student, site)
    if not possible(student, site):
        total += NOT_POSSIBLE
    if student.wants_public(latest) and not site.public:
        total += p.wish_travel
    if student.site is site:
        total -= p.move_travel
    return total


def assign(p, students, places, latest: int) -> None:
    """4.5.3 and 4.5.4: one place each with least total cost; where that is not possible, no place."""
    if not students:
        return
    costs = np.array([[cost(p, student, site, latest) for site in places] for student in students])
    for row, column in zip(*linear_sum_assignment(costs), strict=True):
        student, site = students[row], places[column]
        if possible(student, site):
            student.come_inside(site)
        else:
            student.go_outside()


# --- mbo (4.6) -------------------------------------------------------------------------------------------------------


def place_mbo(model, next_year: int, cohort: int) -> None:
    """The seats of the clusters that take mbo students in school year `next_year`."""
    p = model.p
    model.students_unplaced = 0
    starts = next_year >= p.mbo_start_year
    for institute in model.institutes:
        communities = institute.communities
        taking = math.ceil(p.mbo_clusters_share * len(communities) - 1e-9) if starts else 0
        for rank, community in enumerate(communities):
            chosen = rank < taking or (starts and "mbo_students_per_cluster" in community.own)
            takes = chosen and community.has("mbo_students_per_cluster") > 0
            kinds = kinds_taken(p, community) if takes else "none"
            community.has_mbo = kinds != "none"
            for site in community.sites:
                site.mbo_places = p.mbo_places_per_site if community.has_mbo and site.recognised else 0
            if community.has_mbo:
                fill_seats(model, community, kinds, cohort)


def kinds_taken(p, community) -> str:
    recognised = [site for site in community.sites if site.recognised]
    if any(site.ikc for site in recognised):
        return "all"
    return "assistants" if recognised and p.mbo_without_ikc == "assistants" else "none"


def fill_seats(model, community, kinds: str, cohort: int) -> None:
    taken = {student.seat: student for student in community.students() if student.mbo}
    for seat in range(community.has("mbo_students_per_cluster")):
        if seat in taken:
            continue
        programme = draw_programme(model, community, kinds, cohort, seat)
        student = MboStudent(model, programme, community, cohort, seat)
        site = site_for(model, community, student)
        if site is None:
            model.students_unplaced += 1
            student.remove()
            continue
        p = model.p
        student.track = "bbl" if student.u(Stream.TRACK) < p.mbo_bbl_share else "bol"
        first = min(p.mbo_first_year, p.mbo_years)
        student.year = first + math.floor(student.u(Stream.STUDY_YEAR) * (p.mbo_years + 1 - first))
        student.half_year = student.u(Stream.HALF_YEAR) < p.mbo_half_year_share
        student.come_inside(site)
        model.students.add(student)


def draw_programme(model, community, kinds: str, cohort: int, seat: int) -> str:
    p = model.p
    if kinds == "assistants":
        return "assistant"
    u = model.luck(Stream.PROGRAMME, MboStudent.key_of(community, cohort, seat), model.moment, 0)
    if u < p.mbo_assistant_share:
        return "assistant"
    return "care3" if u < p.mbo_assistant_share + p.mbo_level3_share else "care4"


def site_for(model, community, student):
    """The fitting recognised site with the fewest mbo students, or none."""
    mbo = [other for other in community.students() if other.mbo]

    def hosted(site) -> int:
        return sum(other.site is site for other in mbo)

    fitting = [
        site
        for site in community.sites
        if site.recognised
        and (site.ikc or student.programme == "assistant")
        and (model.p.site_capacity == "soft" or hosted(site) < model.p.mbo_places_per_site)
    ]
    return min(fitting, key=hosted, default=None)
