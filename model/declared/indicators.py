"""Indicators: what is measured each week (RULES 6), each declared once with unit, range, meaning and heading.

An indicator with a function here is declared by it, and needs nothing else. Others are counted together in one pass
over all students or mentors by the rules of `samenspel.model.week.record`, since a pass for each would take a large model longer; those
of the end of the year are written by the partnership. The order of declaration is that of the record and of all tables.
"""
# ruff: noqa: E501  one indicator is one line, so that the table can be read as a table

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.everybody import Everybody
from samenspel.agents.organisations import Stage
from samenspel.agents.students import Floor
from samenspel.model.declared.choices import Facilitation
from samenspel.model.declared.parameters import Parameters
from samenspel.model.declared.units import checked_unit
from samenspel.model.words import Phrase

OverYear = Literal["mean", "last"]
type Measure = Callable[[Parameters, Everybody], float]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; `over_year` says how 40 weeks become one number (weeks without a value are left out)."""

    name: str
    unit: str
    low: float
    high: float
    en: str
    nl: str
    over_year: OverYear
    less_is_better: bool
    heading: Phrase


INDICATORS: dict[str, Indicator] = {}
MEASURED: dict[str, Measure] = {}
"""The functions of indicators that have one."""
HEADINGS: list[Phrase] = []


class Heading:
    """Declares indicators under one heading: by a function of their own, or by `declare` what is counted with others."""

    def __init__(self, en: str, nl: str) -> None:
        self.phrase = Phrase(en, nl)
        HEADINGS.append(self.phrase)

    def declare(
        self,
        name: str,
        unit: str,
        en: str,
        nl: str,
        *,
        low: float = 0.0,
        high: float | None = None,
        over_year: OverYear = "mean",
        less_is_better: bool = False,
    ) -> None:
        """Declare an indicator; a `0-1` unit limits it to [0, 1]."""
        most = 1.0 if unit == "0-1" else np.inf
        INDICATORS[name] = Indicator(
            name,
            checked_unit(unit),
            low,
            most if high is None else high,
            en,
            nl,
            over_year,
            less_is_better,
            self.phrase,
        )

    def indicator(self, unit: str, nl: str, **more: Any) -> Callable[[Measure], Measure]:
        """Declare an indicator by the function that measures it, which becomes a rule; its docstring is the English."""

        def declared(measure: Measure) -> Measure:
            en = (measure.__doc__ or measure.__name__).rstrip(".")
            self.declare(measure.__name__, unit, en, nl, **more)
            MEASURED[measure.__name__] = rule(measure)
            return MEASURED[measure.__name__]

        return declared


SHORT_OF = {floor: f"short_of_{floor.name.lower()}_share" for floor in Floor}
"""By floor, the share of students inside who fall short of it."""
RESTORED_BY = {floor: f"restored_by_{floor.name.lower()}_share" for floor in Floor}
"""By floor, the share that falls short of it and of no other."""


@rule
def ratio(part: float, whole: float) -> float:
    """A share, or NaN over nobody."""
    return part / whole if whole > 0 else np.nan


supervision = Heading("Supervision", "Begeleiding")
mentors = Heading("Mentors and trainers", "Mentoren en opleiders")
students = Heading("Students", "Studenten")
community = Heading("Community and mbo", "Leergemeenschap en mbo")
money = Heading("Money", "Geld")


# fmt: off
def _of_role(role: str, en: str, nl: str) -> None:
    """Supervision of the students of a role; none is all."""
    supervision.declare(f"supervision_mean{role}", "0-1", f"Supervision quality of {en} students, mean", f"Begeleidingskwaliteit van {nl}studenten, gemiddeld")
    supervision.declare(f"supervision_p10{role}", "0-1", f"Supervision quality of {en} students, 10th percentile", f"Begeleidingskwaliteit van {nl}studenten, 10e percentiel")
    supervision.declare(f"supervision_adequate_share{role}", "0-1", f"Share of {en} students who are adequately supervised", f"Aandeel van {nl}studenten dat toereikend begeleid wordt")


def _of_floor(floor: Floor, en: str, nl: str) -> None:
    """Who falls short of a floor, and who of that one only."""
    supervision.declare(SHORT_OF[floor], "0-1", f"Share of all students who fall short of the floor of {en}", f"Aandeel van alle studenten dat onder de ondergrens voor {nl} blijft", less_is_better=True)
    supervision.declare(RESTORED_BY[floor], "0-1", f"Share of all students whom more {en} alone would make adequately supervised", f"Aandeel van alle studenten dat met alleen meer {nl} toereikend begeleid zou zijn", less_is_better=True)


_of_role("", "all", "alle ")
_of_role("_hbo", "hbo", "hbo-")
_of_role("_mbo", "mbo", "mbo-")
supervision.declare("supervision_adequate_share_region", "0-1", "Share of the region's hbo students who are adequately supervised, inside and outside", "Aandeel hbo-studenten van de regio dat toereikend begeleid wordt, binnen en buiten")
_of_floor(Floor.TIME, "time", "tijd")
_of_floor(Floor.CONTACT, "contact", "contact")
_of_floor(Floor.QUALITY, "quality", "kwaliteit")
supervision.declare("felt_support", "0-1", "Support by mentors as students remember it, mean", "Steun van mentoren zoals studenten die ervaren, gemiddeld")
mentors.declare("mentor_hours_asked", "h/week", "Mentor hours that students need", "Mentoruren die studenten nodig hebben", less_is_better=True)
mentors.declare("mentor_hours_given", "h/week", "Mentor hours that students get", "Mentoruren die studenten krijgen")
mentors.declare("mentor_overload_share", "0-1", "Share of hosting mentors asked for more than their hours", "Aandeel begeleidende mentoren dat meer gevraagd wordt dan de uren", less_is_better=True)
mentors.declare("mentor_withdrawn_share", "0-1", "Share of mentors who have withdrawn", "Aandeel afgehaakte mentoren", less_is_better=True)
mentors.declare("mentor_fatigued_share", "0-1", "Share of mentors above the fatigue threshold", "Aandeel mentoren boven de vermoeidheidsdrempel", less_is_better=True)
mentors.declare("mentor_load", "load", "Load of hosting mentors, mean", "Belasting van begeleidende mentoren, gemiddeld", less_is_better=True)


@mentors.indicator("h/week", "Leraaruren die onderwijsassistenten vrijmaken")
def teacher_hours_freed(p: Parameters, everybody: Everybody) -> float:
    """Teacher hours that assistants free."""
    o = everybody.o
    freed = 0.0
    for k in range(o.hours_freed.size):
        if o.hosting_teachers[k] > 0:
            freed += o.hours_freed[k]
    return freed


@rule
def mean_of(hours: Floats) -> float:
    """The mean over all communities."""
    total = 0.0
    for k in range(hours.size):
        total += hours[k]
    return ratio(total, hours.size)


@mentors.indicator("h/week", "Opleidersuren per cluster die na afstemming en bijeenkomsten over zijn")
def trainer_hours_left(p: Parameters, everybody: Everybody) -> float:
    """Trainer hours left per cluster after coordination and sessions."""
    return mean_of(everybody.c.trainer_time)


@mentors.indicator("weeks", "Achterstand van de programmaleiding aan het eind van het jaar", over_year="last", less_is_better=True)
def leadership_backlog(p: Parameters, everybody: Everybody) -> float:
    """Backlog of the programme leadership at the end of the year."""
    lead = everybody.lead
    weeks = 0.0
    for k in range(lead.backlog.size):
        weeks += lead.backlog[k]
    return ratio(weeks, lead.backlog.size)


community.declare("attendance_share", "0-1", "Share of members who come to a meeting", "Aandeel leden dat naar een bijeenkomst komt")


@community.indicator("per week", "Bijeenkomsten per cluster per week: groepen die apart bijeenkomen tellen elk")
def sessions(p: Parameters, everybody: Everybody) -> float:
    """Sessions a week per cluster: what meets apart counts as one each."""
    c = everybody.c
    held = 0.0
    for k in range(c.sessions.size):
        held += c.sessions[k] / c.meeting_interval[k]
    return ratio(held, c.sessions.size)


@community.indicator("h/week", "Opleidersuren per cluster die bijeenkomsten vragen", less_is_better=True)
def session_hours_asked(p: Parameters, everybody: Everybody) -> float:
    """Trainer hours per cluster that sessions ask."""
    return mean_of(everybody.c.session_hours_asked)


@community.indicator("h/week", "Opleidersuren per cluster die bijeenkomsten krijgen")
def session_hours_given(p: Parameters, everybody: Everybody) -> float:
    """Trainer hours per cluster that sessions get."""
    return mean_of(everybody.c.session_hours_given)


@community.indicator("persons", "Begeleiders die bij een bijeenkomst in de zaal zijn, gemiddeld over bijeenkomsten")
def session_facilitators(p: Parameters, everybody: Everybody) -> float:
    """Facilitators in the room of a session, mean over sessions."""
    c = everybody.c
    held = there = 0.0
    for k in range(c.sessions.size):
        held += c.sessions[k]
        there += c.persons[k] * (c.sessions[k] - c.sessions_mbo[k]) + c.persons_mbo[k] * c.sessions_mbo[k]
    return ratio(there, held) if p.form_facilitation == Facilitation.PERSONS else np.nan


@community.indicator("0-1", "Facilitering van bijeenkomsten, gemiddeld over clusters")
def facilitation(p: Parameters, everybody: Everybody) -> float:
    """Facilitation of meetings, mean over clusters."""
    c = everybody.c
    met = 0
    quality = 0.0
    for k in range(c.subgroups.size):
        if c.subgroups[k] > 0:
            met += 1
            quality += c.facilitation[k]
    return ratio(quality, met)


community.declare("peer_support", "0-1", "Support of peers, mean over members", "Steun van medestudenten, gemiddeld over leden")
students.declare("competence_teaching", "0-1", "Competence in teaching, mean", "Bekwaamheid in lesgeven, gemiddeld")
students.declare("competence_care", "0-1", "Competence in care, mean", "Bekwaamheid in zorg, gemiddeld")
students.declare("competence_collaboration", "0-1", "Competence in collaboration, mean", "Bekwaamheid in samenwerken, gemiddeld")
community.declare("knowledge_other_profession", "0-1", "Knowledge of the other profession, mean over members", "Kennis van het andere beroep, gemiddeld over leden")
community.declare("status_barrier", "0-1", "Status barrier between mbo and hbo, mean over members", "Statusdrempel tussen mbo en hbo, gemiddeld over leden", less_is_better=True)
students.declare("engagement", "0-1", "Engagement, mean", "Betrokkenheid, gemiddeld")
students.declare("dropout_rate", "0-1", "Share of the year's hbo students inside who stopped or switched during the year", "Aandeel hbo-studenten binnen dat dit jaar stopte of overstapte", over_year="last", less_is_better=True)
students.declare("dropout_rate_mbo", "0-1", "The same for mbo students", "Hetzelfde voor mbo-studenten", over_year="last", less_is_better=True)
students.declare("graduates", "students", "Hbo students inside who graduate at the end of the year", "Hbo-studenten binnen die aan het eind van het jaar afstuderen", over_year="last")
students.declare("students_inside", "students", "Hbo students inside the partnership", "Hbo-studenten binnen het partnerschap")
students.declare("students_mbo", "students", "Mbo students in the clusters", "Mbo-studenten in de clusters")
students.declare("students_unplaced", "students", "Placeable hbo students outside, and mbo places left empty", "Plaatsbare hbo-studenten buiten, en lege mbo-plaatsen", less_is_better=True)


@students.indicator("clusters", "Opleidingsclusters")
def clusters(p: Parameters, everybody: Everybody) -> float:
    """Training clusters."""
    return float(everybody.c.key.size)


students.declare("coverage", "0-1", "Share of hbo students inside the partnership", "Aandeel hbo-studenten binnen het partnerschap")
students.declare("coverage_fulltime", "0-1", "The same, full-time and academic", "Hetzelfde, voltijd en academisch")
students.declare("coverage_parttime", "0-1", "The same, part-time", "Hetzelfde, deeltijd")
students.declare("denomination_unmet_share", "0-1", "Share with a wish for a public school, in year 3 or 4, who never were at one", "Aandeel met een wens voor een openbare school, in jaar 3 of 4, dat er nooit was", less_is_better=True)
students.declare("travel_km", "km", "Distance from home to site, mean over hbo students", "Afstand van huis naar locatie, gemiddeld over hbo-studenten", less_is_better=True)
money.declare("cost_per_student", "EUR/year", "Cost of supervision per hbo student inside", "Kosten van begeleiding per hbo-student binnen", over_year="last", less_is_better=True)
money.declare("grant_cover", "0-1", "Share of the cost that the grant covers, with what BBL places bring", "Deel van de kosten dat de subsidie dekt, met wat bbl-plaatsen opleveren", high=np.inf, over_year="last")  # with few students and few hours the grant is more than the cost
money.declare("own_contribution", "EUR/year", "What boards and institute add together", "Wat besturen en hogeschool samen bijdragen", low=-np.inf, over_year="last", less_is_better=True)


@money.indicator("0-1", "Gefaciliteerde uren van besturen na kortingen, gemiddeld over deelnemende besturen")
def hours_factor(p: Parameters, everybody: Everybody) -> float:
    """Facilitated hours of boards left after cuts, mean over member boards."""
    b = everybody.b
    members = 0
    factor = 0.0
    for k in range(b.stage.size):
        if b.stage[k] == Stage.MEMBER:
            members += 1
            factor += b.hours_factor[k]
    return ratio(factor, members)

# fmt: on

RECORD = np.dtype([("school_year", np.float64), ("week", np.float64), *((name, np.float64) for name in INDICATORS)])
"""One row of the weekly record."""


def over_the_year(weeks: NDArray[Any]) -> dict[str, float]:
    """One number per indicator from a school year's rows of the weekly record; NaN where no week has a value."""
    values = np.array([weeks[name] for name in INDICATORS])
    whole, means = ~np.isnan(values).any(axis=1), values.mean(axis=1)
    found = {}
    for at, (name, indicator) in enumerate(INDICATORS.items()):
        if indicator.over_year == "last":
            found[name] = values.item(at, -1)
        elif whole[at]:
            found[name] = means.item(at)
        else:
            known = values[at][~np.isnan(values[at])]
            found[name] = float(known.mean()) if known.size else float("nan")
    return found
