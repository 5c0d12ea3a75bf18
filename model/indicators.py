"""Indicators: what is measured each week, with unit, range and meaning (RULES 6), and the rule that records them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents.columns import Floats
from agents.compiled import rule
from agents.mentors import MentorColumns, Role
from agents.organisations import BoardColumns, CommunityColumns, LeadershipColumns, Stage
from agents.students import FIRST_MBO, Exit, Programme, Status, StudentColumns
from model.parameters import Parameters
from model.supervision import is_member

OverYear = Literal["mean", "last"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; `over_year` says how 40 weeks become one number (weeks without a value are left out)."""

    name: str
    unit: str
    low: float
    high: float
    en: str
    nl: str
    over_year: OverYear = "mean"


INDICATORS: dict[str, Indicator] = {}


def _add(
    name: str, unit: str, en: str, nl: str, low: float = 0.0, high: float | None = None, over_year: OverYear = "mean"
) -> None:
    most = 1.0 if unit == "0-1" else np.inf
    INDICATORS[name] = Indicator(name, unit, low, most if high is None else high, en, nl, over_year)


def _supervision(role: str, en: str, nl: str) -> None:
    students = f"{nl} studenten".replace("- ", "-")
    _add(
        f"supervision_mean{role}",
        "0-1",
        f"Supervision quality of {en} students, mean",
        f"Begeleidingskwaliteit van {students}, gemiddeld",
    )
    _add(
        f"supervision_p10{role}",
        "0-1",
        f"Supervision quality of {en} students, 10th percentile",
        f"Begeleidingskwaliteit van {students}, 10e percentiel",
    )
    _add(
        f"supervision_adequate_share{role}",
        "0-1",
        f"Share of {en} students who are adequately supervised",
        f"Aandeel van {students} dat toereikend begeleid wordt",
    )


_supervision("", "all", "alle")
_supervision("_hbo", "hbo", "hbo-")
_supervision("_mbo", "mbo", "mbo-")
_add(
    "felt_support",
    "0-1",
    "Support by mentors as students remember it, mean",
    "Steun van mentoren zoals studenten die ervaren, gemiddeld",
)
_add("mentor_hours_asked", "h/week", "Mentor hours that students need", "Mentoruren die studenten nodig hebben")
_add("mentor_hours_given", "h/week", "Mentor hours that students get", "Mentoruren die studenten krijgen")
_add(
    "mentor_overload_share",
    "0-1",
    "Share of hosting mentors asked for more than their hours",
    "Aandeel begeleidende mentoren dat meer gevraagd wordt dan de uren",
)
_add("mentor_withdrawn_share", "0-1", "Share of mentors who have withdrawn", "Aandeel afgehaakte mentoren")
_add(
    "mentor_fatigued_share",
    "0-1",
    "Share of mentors above the fatigue threshold",
    "Aandeel mentoren boven de vermoeidheidsdrempel",
)
_add("mentor_load", "load", "Load of hosting mentors, mean", "Belasting van begeleidende mentoren, gemiddeld")
_add(
    "trainer_hours_left",
    "h/week",
    "Trainer hours left per cluster after coordination",
    "Opleidersuren per cluster die na afstemming over zijn",
)
_add(
    "leadership_backlog",
    "weeks",
    "Backlog of the programme leadership at the end of the year",
    "Achterstand van de programmaleiding aan het eind van het jaar",
    over_year="last",
)
_add("attendance_share", "0-1", "Share of members who come to a meeting", "Aandeel leden dat naar een bijeenkomst komt")
_add(
    "facilitation",
    "0-1",
    "Facilitation of meetings, mean over clusters",
    "Facilitering van bijeenkomsten, gemiddeld over clusters",
)
_add("peer_support", "0-1", "Support of peers, mean over members", "Steun van medestudenten, gemiddeld over leden")
_add("competence_teaching", "0-1", "Competence in teaching, mean", "Bekwaamheid in lesgeven, gemiddeld")
_add("competence_care", "0-1", "Competence in care, mean", "Bekwaamheid in zorg, gemiddeld")
_add("competence_collaboration", "0-1", "Competence in collaboration, mean", "Bekwaamheid in samenwerken, gemiddeld")
_add(
    "knowledge_other_profession",
    "0-1",
    "Knowledge of the other profession, mean over members",
    "Kennis van het andere beroep, gemiddeld over leden",
)
_add(
    "status_barrier",
    "0-1",
    "Status barrier between mbo and hbo, mean over members",
    "Statusdrempel tussen mbo en hbo, gemiddeld over leden",
)
_add("engagement", "0-1", "Engagement, mean", "Betrokkenheid, gemiddeld")
_add(
    "dropout_rate",
    "0-1",
    "Share of the year's hbo students inside who stopped or switched during the year",
    "Aandeel hbo-studenten binnen dat dit jaar stopte of overstapte",
    over_year="last",
)
_add("dropout_rate_mbo", "0-1", "The same for mbo students", "Hetzelfde voor mbo-studenten", over_year="last")
_add(
    "graduates",
    "students",
    "Hbo students inside who graduate at the end of the year",
    "Hbo-studenten binnen die aan het eind van het jaar afstuderen",
    over_year="last",
)
_add("students_inside", "students", "Hbo students inside the partnership", "Hbo-studenten binnen het partnerschap")
_add("students_mbo", "students", "Mbo students in the clusters", "Mbo-studenten in de clusters")
_add(
    "students_unplaced",
    "students",
    "Placeable hbo students outside, and mbo places left empty",
    "Plaatsbare hbo-studenten buiten, en lege mbo-plaatsen",
)
_add("clusters", "clusters", "Training clusters", "Opleidingsclusters")
_add("coverage", "0-1", "Share of hbo students inside the partnership", "Aandeel hbo-studenten binnen het partnerschap")
_add("coverage_fulltime", "0-1", "The same, full-time and academic", "Hetzelfde, voltijd en academisch")
_add("coverage_parttime", "0-1", "The same, part-time", "Hetzelfde, deeltijd")
_add(
    "denomination_unmet_share",
    "0-1",
    "Share with a wish for a public school, in year 3 or 4, who never were at one",
    "Aandeel met een wens voor een openbare school, in jaar 3 of 4, dat er nooit was",
)
_add(
    "travel_km",
    "km",
    "Distance from home to site, mean over hbo students",
    "Afstand van huis naar locatie, gemiddeld over hbo-studenten",
)
_add(
    "cost_per_student",
    "EUR/year",
    "Cost of supervision per hbo student inside",
    "Kosten van begeleiding per hbo-student binnen",
    over_year="last",
)
_add(
    "grant_cover",
    "0-1",
    "Share of the cost that the grant covers",
    "Deel van de kosten dat de subsidie dekt",
    high=np.inf,  # with few students and few hours the grant is more than the cost
    over_year="last",
)
_add(
    "own_contribution",
    "EUR/year",
    "What boards and institute add together",
    "Wat besturen en hogeschool samen bijdragen",
    low=-np.inf,
    over_year="last",
)
_add(
    "hours_factor",
    "0-1",
    "Facilitated hours of boards left after cuts, mean over member boards",
    "Gefaciliteerde uren van besturen na kortingen, gemiddeld over deelnemende besturen",
)

RECORD = np.dtype([("school_year", np.float64), ("week", np.float64), *((name, np.float64) for name in INDICATORS)])
"""One row of the weekly record."""


@rule
def ratio(part: float, whole: float) -> float:
    """A share, or NaN over nobody."""
    return part / whole if whole > 0 else np.nan


@rule
def bring_in_place(values: Floats, n: int, rank: int) -> None:
    """Reorder the first n values so that those before `rank` are not larger, and those after it not smaller.

    Hoare's selection. Numba's own `partition` and `sort` would take a fifth of the time that a first run compiles.
    """
    low, high = 0, n - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            return


@rule
def tenth_percentile(values: Floats, n: int) -> float:
    """The 10th percentile of the first n values, linear at rank 0.1·(n − 1); NaN over nobody. Reorders them."""
    if n == 0:
        return np.nan
    rank = 0.1 * (n - 1)
    low = int(rank)
    bring_in_place(values, n, low)
    above = values[min(low + 1, n - 1)]
    for i in range(low + 2, n):
        above = min(above, values[i])
    return values[low] + (rank - low) * (above - values[low])


@rule
def record_students(p: Parameters, r: Any, scratch: Floats, s: StudentColumns) -> None:
    """Everything that is counted over students, in one pass."""
    hbo = mbo = members = came = 0
    gone_hbo = gone_mbo = 0
    fulltime_in = fulltime = parttime_in = parttime = outside_placeable = outside_hbo = 0
    wished = unmet = 0
    s_hbo = s_mbo = 0.0
    ok_hbo = ok_mbo = 0
    felt = asked = given = travelled = 0.0
    c_teaching = c_care = c_collaboration = known = engaged = peers = status_barrier = 0.0
    top = s.status.size
    for i in range(s.status.size):
        is_mbo = s.programme[i] >= FIRST_MBO
        if s.status[i] == Status.INSIDE:
            quality = s.supervision[i]
            adequate = quality >= p.adequate_threshold
            if is_mbo:
                mbo += 1
                s_mbo += quality
                ok_mbo += adequate
                scratch[top - mbo] = quality
            else:
                scratch[hbo] = quality
                hbo += 1
                s_hbo += quality
                ok_hbo += adequate
                travelled += s.travel[i]
                if s.programme[i] == Programme.PARTTIME:
                    parttime_in += 1
                elif s.programme[i] != Programme.PEDAGOGY:
                    fulltime_in += 1
                if s.wish[i] and s.year[i] >= 3:
                    wished += 1
                    unmet += not s.wish_met[i]
            felt += s.felt_support[i]
            asked += s.hours_asked[i]
            given += s.hours_asked[i] * s.support[i]
            c_teaching += s.teaching[i]
            c_care += s.care[i]
            c_collaboration += s.collaboration[i]
            engaged += s.engagement[i]
            if is_member(p, s.status[i], s.programme[i], s.year[i]):
                members += 1
                came += s.attended[i]
                peers += s.peer_support[i]
                known += s.knowledge[i]
                status_barrier += s.barrier[i]
            s.weeks_inside[i] += 1.0
            s.year_supervision[i] += quality
            s.year_adequate[i] += adequate
            s.year_support[i] += s.support[i]
        elif s.status[i] == Status.OUTSIDE:
            outside_hbo += 1
            outside_placeable += s.programme[i] != Programme.PARTTIME or s.available[i]
            if s.programme[i] == Programme.PARTTIME:
                parttime += 1
            elif s.programme[i] != Programme.PEDAGOGY:
                fulltime += 1
        elif s.cluster[i] >= 0 and Exit.STOP <= s.exit_kind[i] <= Exit.SWITCH:
            if is_mbo:
                gone_mbo += 1
            else:
                gone_hbo += 1
    inside = hbo + mbo
    r.supervision_mean = ratio(s_hbo + s_mbo, inside)
    r.supervision_mean_hbo = ratio(s_hbo, hbo)
    r.supervision_mean_mbo = ratio(s_mbo, mbo)
    r.supervision_adequate_share = ratio(ok_hbo + ok_mbo, inside)
    r.supervision_adequate_share_hbo = ratio(ok_hbo, hbo)
    r.supervision_adequate_share_mbo = ratio(ok_mbo, mbo)
    r.supervision_p10_hbo = tenth_percentile(scratch, hbo)
    if mbo > 0:
        r.supervision_p10_mbo = tenth_percentile(scratch[top - mbo :], mbo)
        for j in range(mbo):
            scratch[hbo + j] = scratch[top - mbo + j]  # forwards: the two ranges may overlap
        r.supervision_p10 = tenth_percentile(scratch, inside)
    else:
        r.supervision_p10_mbo = np.nan
        r.supervision_p10 = r.supervision_p10_hbo
    r.felt_support = ratio(felt, inside)
    r.mentor_hours_asked = asked
    r.mentor_hours_given = given
    r.peer_support = ratio(peers, members)
    r.attendance_share = ratio(came, members)
    r.competence_teaching = ratio(c_teaching, inside)
    r.competence_care = ratio(c_care, inside)
    r.competence_collaboration = ratio(c_collaboration, inside)
    r.knowledge_other_profession = ratio(known, members)
    r.status_barrier = ratio(status_barrier, members)
    r.engagement = ratio(engaged, inside)
    r.dropout_rate = ratio(gone_hbo, hbo + gone_hbo)
    r.dropout_rate_mbo = ratio(gone_mbo, mbo + gone_mbo)
    r.students_inside = hbo
    r.students_mbo = mbo
    r.students_unplaced = outside_placeable
    r.coverage = ratio(hbo, hbo + outside_hbo)
    r.coverage_fulltime = ratio(fulltime_in, fulltime_in + fulltime)
    r.coverage_parttime = ratio(parttime_in, parttime_in + parttime)
    r.denomination_unmet_share = ratio(unmet, wished)
    r.travel_km = ratio(travelled, hbo)


@rule
def record_mentors(p: Parameters, r: Any, m: MentorColumns, c: CommunityColumns) -> None:
    """Everything that is counted over mentors."""
    hosting = overloaded = withdrawn = mentors = tired = 0
    loads = 0.0
    for k in range(m.role.size):
        if m.role[k] == Role.EMPTY:
            continue
        mentors += 1
        withdrawn += m.role[k] == Role.WITHDRAWN
        tired += m.fatigue[k] > p.fatigue_threshold
        if m.load[k] > 0.0 and m.students[k] > 0:
            hosting += 1
            loads += m.load[k]
            overloaded += m.load[k] > 1.0
            c.year_hosting[m.cluster[k]] += 1.0
            c.year_overloaded[m.cluster[k]] += m.load[k] > 1.0
    r.mentor_overload_share = ratio(overloaded, hosting)
    r.mentor_load = ratio(loads, hosting)
    r.mentor_withdrawn_share = ratio(withdrawn, mentors)
    r.mentor_fatigued_share = ratio(tired, mentors)


@rule
def record_organisations(r: Any, meeting: bool, c: CommunityColumns, b: BoardColumns, lead: LeadershipColumns) -> None:
    """Everything that is counted over communities, boards and the leadership."""
    clusters = c.trainer_time.size
    time = quality = 0.0
    met = empty_seats = 0
    for k in range(clusters):
        time += c.trainer_time[k]
        c.year_trainer_time[k] += c.trainer_time[k]
        empty_seats += c.unplaced[k]
        if c.subgroups[k] > 0:
            met += 1
            quality += c.facilitation[k]
    r.clusters = clusters
    r.trainer_hours_left = ratio(time, clusters)
    r.facilitation = ratio(quality, met)
    r.students_unplaced += empty_seats
    if not meeting:
        r.attendance_share = np.nan
    factor = 0.0
    members = 0
    for k in range(b.stage.size):
        if b.stage[k] == Stage.MEMBER:
            members += 1
            factor += b.hours_factor[k]
    r.hours_factor = ratio(factor, members)
    weeks = 0.0
    for k in range(lead.backlog.size):
        weeks += lead.backlog[k]
    r.leadership_backlog = ratio(weeks, lead.backlog.size)


def over_the_year(weeks: NDArray[Any]) -> dict[str, float]:
    """One number per indicator from a school year's rows of the weekly record; NaN where no week has a value."""
    found = {}
    for name, indicator in INDICATORS.items():
        column = weeks[name]
        known = column[~np.isnan(column)]
        if indicator.over_year == "last":
            found[name] = float(column[-1])
        else:
            found[name] = float(known.mean()) if known.size else float("nan")
    return found
