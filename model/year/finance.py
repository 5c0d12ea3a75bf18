"""What supervision costs, who pays it, and what a shortfall does (RULES 4.4)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.agents.organisations import shortfall_is_too_large
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import Prices, Response
from samenspel.model.declared.constants import GRANT_FIXED, GRANT_PER_STUDENT
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here, Price
from samenspel.model.money import price_in


@rule
def close_accounts(here: Here, school_year: int) -> None:
    """Costs, grant and own contribution of every board and institute, and their consequences for the next year."""
    p, b, i = here.settings[0], here.b, here.i
    of_board, of_partnership = count_funded_students(here)
    spend(here, school_year, of_partnership)
    receive(here, school_year, of_partnership)
    for n in range(b.key.size):
        b.contribution[n] = b.cost[n] - b.grant[n]
        b.paid_teacher_hours[n] = b.paid_care_hours[n] = 0.0
    for k in range(i.cost.size):
        i.contribution[k] = i.cost[k] - i.grant[k]
    if p.with_finance:
        respond(p, school_year, b, of_board)
        respond(p, school_year, i, of_partnership)


@rule
def count_funded_students(here: Here) -> tuple[Floats, Floats]:
    """Hbo students by whom money goes, per board and per partnership."""
    o = here.o
    of_board, of_partnership = np.zeros(here.b.key.size), np.zeros(here.now[0].partnerships)
    for site in range(o.key.size):
        of_board[o.board[site]] += o.hbo_students[site]
        of_partnership[o.partnership[site]] += o.hbo_students[site]
    return of_board, of_partnership


@rule
def share_of(here: Here, site: int, of_partnership: Floats) -> float:
    """The part of its partnership's students that is at a site."""
    return here.o.hbo_students[site] / max(1.0, of_partnership[here.o.partnership[site]])


# --- costs ---


@rule
def spend(here: Here, school_year: int, of_partnership: Floats) -> None:
    """What the year cost: the leadership is paid half by boards, by where students are, and half by the institute."""
    p, b, i, o = here.settings[0], here.b, here.i, here.o
    wages, leadership = price_in(here, Price.WAGE_INDEX, school_year), p.leadership_hours / 2.0
    pay_hours(here)
    share, hours = np.zeros(b.key.size), institute_hours_given(here)
    for site in range(o.key.size):
        share[o.board[site]] += share_of(here, site, of_partnership)
    for n in range(b.key.size):
        b.cost[n] = wages * (b.cost[n] + p.mentor_training_cost * b.trained[n])
        b.cost[n] += wages * p.teacher_hour_cost * leadership * share[n]
    for k in range(i.cost.size):
        i.cost[k] = wages * p.institute_hour_cost * (WEEKS * hours[k] + leadership)


@rule
def pay_hours(here: Here) -> None:
    """Costs of boards at the wages of August 2023: mentors, school trainers, plans and practice trainers, in EUR."""
    p, b, c, t = here.settings[0], here.b, here.c, here.t
    school, plans, practice = np.zeros(b.key.size), np.zeros(b.key.size), np.zeros(b.key.size)
    for k in range(c.key.size):
        school[c.board[k]] += t.hours[KINDS * k + TrainerKind.SCHOOL]
        plans[c.board[k]] += c.extra_hours[k]
        practice[c.board[k]] += t.hours[KINDS * k + TrainerKind.PRACTICE] if c.has_mbo[k] else 0.0
    for n in range(b.key.size):
        teacher_hours = b.paid_teacher_hours[n] + WEEKS * (school[n] * b.hours_factor[n] + plans[n])
        care_hours = b.paid_care_hours[n] + WEEKS * practice[n]
        b.cost[n] = p.teacher_hour_cost * teacher_hours + p.care_hour_cost * care_hours


@rule
def institute_hours_given(here: Here) -> Floats:
    """Institute trainer hours a week that are given, by partnership."""
    i, hours = here.i, institute_hours(here)
    for k in range(hours.size):
        hours[k] = hours[k] * i.hours_factor[k] * i.pool[k]
    return hours


@rule
def institute_hours(here: Here) -> Floats:
    """Institute trainer hours a week that all clusters of each partnership ask."""
    hours, c = np.zeros(here.now[0].partnerships), here.c
    for k in range(c.key.size):
        hours[c.partnership[k]] += here.t.hours[KINDS * k + TrainerKind.INSTITUTE]
    return hours


# --- grant ---


@rule
def receive(here: Here, school_year: int, of_partnership: Floats) -> None:
    """The grant: a part for the institute, the rest for boards by where students are, and what BBL students bring."""
    p, b, i, o = here.settings[0], here.b, here.i, here.o
    grant = grant_of(here, school_year, of_partnership)
    students = np.zeros(b.key.size)
    b.grant[:] = 0.0
    for site in range(o.key.size):
        of_boards = (1.0 - p.grant_institute_share) * grant[o.partnership[site]]
        b.grant[o.board[site]] += share_of(here, site, of_partnership) * of_boards
        students[o.board[site]] += o.bbl_students[site]
    for n in range(b.key.size):
        b.grant[n] += p.bbl_subsidy * students[n]
    for k in range(i.grant.size):
        i.grant[k] = p.grant_institute_share * grant[k]


@rule
def grant_of(here: Here, school_year: int, students: Floats) -> Floats:
    """EUR of each partnership, by its inside hbo students."""
    grant = np.empty(students.size)
    if here.settings[0].prices == Prices.DATED:
        fixed = price_in(here, Price.GRANT_FIXED, school_year)
        of_one = price_in(here, Price.GRANT_PER_STUDENT, school_year)
        for k in range(grant.size):
            grant[k] = fixed + of_one * students[k]
    else:
        index = price_in(here, Price.GRANT_INDEX, school_year)
        for k in range(grant.size):
            grant[k] = (GRANT_FIXED + GRANT_PER_STUDENT * students[k]) * index
    return grant


# --- consequences ---


@rule
def respond(p: Parameters, school_year: int, party: Any, students: Floats) -> None:
    """A first budget, or a cut and a stop where the shortfall passes the tolerance."""
    for n in range(students.size):
        if students[n] <= 0.0:
            continue
        if party.budget_year[n] == 0:
            party.budget_year[n] = school_year
            party.budget_rate[n] = party.contribution[n] / students[n]
            party.stopped[n] = False
            continue
        years = float(school_year - party.budget_year[n])
        budget = party.budget_rate[n] * power(1.0 + p.budget_growth, years) * students[n]
        short = shortfall_is_too_large(party.contribution[n], budget, party.cost[n], p.contribution_tolerance)
        if short and p.shortfall_response != Response.STOP:
            party.hours_factor[n] = max(p.hours_floor, party.hours_factor[n] * (1.0 - p.hours_cut))
        party.stopped[n] = short and p.shortfall_response != Response.CUT


@rule
def record_money(here: Here, r: Any) -> None:
    """The indicators of the year that was just closed, over all parties."""
    b, i, cost, grant, students = here.b, here.i, 0.0, 0.0, 0
    for n in range(b.key.size):
        cost += b.cost[n]
        grant += b.grant[n]
    for k in range(i.cost.size):
        cost += i.cost[k]
        grant += i.grant[k]
    for site in range(here.o.key.size):
        students += here.o.hbo_students[site]
    r.cost_per_student = cost / students if students else math.nan
    r.grant_cover = grant / cost if cost else math.nan
    r.own_contribution = cost - grant
