"""What supervision costs, who pays it, and what a shortfall does (RULES 4.4)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.mathematics import power
from samenspel.agents.organisations import shortfall_is_too_large
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import Prices, Response
from samenspel.model.declared.constants import GRANT_FIXED, GRANT_PER_STUDENT
from samenspel.model.declared.parameters import Parameters
from samenspel.model.prices import GRANT_INDEX, WAGES, mean_of
from samenspel.model.state import ModelState


def close_accounts(here: ModelState, school_year: int) -> None:
    """Costs, grant and own contribution of every board and institute, and their consequences for the next year."""
    p, b, i, o = here.p, here.boards.rows(), here.institutes.rows(), here.sites.rows()
    wages = price(here, WAGES, school_year)
    per_board = np.bincount(o.board, o.hbo_students, b.key.size)
    per_partnership = np.bincount(o.partnership, o.hbo_students, here.partnership_count)
    share = o.hbo_students / np.maximum(1, per_partnership)[o.partnership]  # of a site, in its partnership

    leadership = p.leadership_hours / 2.0
    b.cost[:] = wages * (_board_hours_cost(here) + p.mentor_training_cost * b.trained)
    b.cost[:] += wages * p.teacher_hour_cost * leadership * np.bincount(o.board, share, b.key.size)
    i.cost[:] = wages * p.institute_hour_cost * (WEEKS * _institute_hours(here) + leadership)

    grant = _grant(here, school_year, per_partnership)
    i.grant[:] = p.grant_institute_share * grant
    b.grant[:] = np.bincount(o.board, share * ((1.0 - p.grant_institute_share) * grant)[o.partnership], b.key.size)
    b.grant[:] += p.bbl_subsidy * np.bincount(o.board, o.bbl_students, b.key.size)
    b.contribution[:] = b.cost - b.grant
    i.contribution[:] = i.cost - i.grant
    b.paid_teacher_hours[:] = 0.0
    b.paid_care_hours[:] = 0.0
    if p.with_finance:
        _respond(p, school_year, b, per_board)
        _respond(p, school_year, i, per_partnership)


def price(here: ModelState, name: str, school_year: int) -> float:
    """A price in a school year."""
    return mean_of(here.prices[name], name, here.p, school_year)


def _grant(here: ModelState, school_year: int, students: NDArray[np.float64]) -> NDArray[np.float64]:
    """EUR of each partnership, by its inside hbo students."""
    if here.p.prices == Prices.DATED:
        of_one = price(here, "grant_per_student", school_year)
        return np.asarray(price(here, "grant_fixed", school_year) + of_one * students)
    return np.asarray((GRANT_FIXED + GRANT_PER_STUDENT * students) * price(here, GRANT_INDEX, school_year))


def _board_hours_cost(here: ModelState) -> NDArray[np.float64]:
    """EUR at the wages of year 1: mentors, school trainers, plans and practice trainers."""
    p, b, c = here.p, here.boards.rows(), here.communities.rows()
    hours = here.trainers.column("hours").reshape(-1, KINDS)
    school = np.bincount(c.board, hours[:, TrainerKind.SCHOOL], b.key.size) * b.hours_factor
    plans = np.bincount(c.board, c.extra_hours, b.key.size)
    practice = np.bincount(c.board, hours[:, TrainerKind.PRACTICE] * c.has_mbo, b.key.size)
    teacher_hours = b.paid_teacher_hours + WEEKS * (school + plans)
    return np.asarray(p.teacher_hour_cost * teacher_hours + p.care_hour_cost * (b.paid_care_hours + WEEKS * practice))


def _institute_hours(here: ModelState) -> NDArray[np.float64]:
    """Institute trainer hours a week that are given."""
    i, c = here.institutes.rows(), here.communities.rows()
    hours = here.trainers.column("hours")[TrainerKind.INSTITUTE :: KINDS]
    return np.bincount(c.partnership, hours, here.partnership_count) * i.hours_factor * i.pool


def _respond(p: Parameters, school_year: int, party: Any, students: NDArray[np.float64]) -> None:
    """A first budget, or a cut and a stop where the shortfall passes the tolerance."""
    for n in np.flatnonzero(students > 0).tolist():
        if party.budget_year[n] == 0:
            party.budget_year[n] = school_year
            party.budget_rate[n] = party.contribution[n] / students[n]
            party.stopped[n] = False
            continue
        years = school_year - int(party.budget_year[n])
        budget = party.budget_rate[n] * power(1.0 + p.budget_growth, float(years)) * students[n]
        short = shortfall_is_too_large(party.contribution[n], budget, party.cost[n], p.contribution_tolerance)
        if short and p.shortfall_response in (Response.CUT, Response.BOTH):
            party.hours_factor[n] = max(p.hours_floor, party.hours_factor[n] * (1.0 - p.hours_cut))
        party.stopped[n] = short and p.shortfall_response in (Response.STOP, Response.BOTH)


def totals(here: ModelState) -> dict[str, float]:
    """The finance indicators of the year that was just closed, over all parties."""
    cost = float(here.boards.column("cost").sum() + here.institutes.column("cost").sum())
    grant = float(here.boards.column("grant").sum() + here.institutes.column("grant").sum())
    students = int(here.sites.column("hbo_students").sum())
    nothing = float("nan")
    return {
        "cost_per_student": cost / students if students else nothing,
        "grant_cover": grant / cost if cost else nothing,
        "own_contribution": cost - grant,
    }
