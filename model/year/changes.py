"""A parameter changes during a run (RULES 8): rules read the new value, and what was made from it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.agents.trainers import KINDS
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.schedules import first_month
from samenspel.model.here import Here
from samenspel.model.input.faults import Fault, Findings, InputFaults, shown
from samenspel.model.input.own import note_leaders, note_unknown_cluster, own_settings
from samenspel.model.luck.draws import Stream, uniform
from samenspel.model.luck.keys import cohort_in
from samenspel.model.measures.groups import names_of
from samenspel.model.prices import GROWTH
from samenspel.model.state import ModelState, set_prices
from samenspel.model.words import Message
from samenspel.model.year.communities import SEATS, follow_partnership, give_own, setting
from samenspel.model.year.newcomers import availability, mentor_skill
from samenspel.model.year.territory import fill_pool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from samenspel.model.declared.declaration import Value

AT_THE_START = (
    *("partnerships", "clusters_share", "merge_partnerships"),
    *("form_start", "first_school_year", "prices"),
)
SKILL = ("form_skill", "mentor_skill_logit_mean", "mentor_skill_logit_spread", "mentor_training_gain")
TRAINED = ("mentors_trained_share", "new_mentors_trained_share", "interprofessional_trained_share")
AVAILABLE = ("parttime_form", "parttime_availability", "parttime_availability_flex", "mbo_availability")


def refuse_structure(values: dict[str, Value], before: dict[str, Value]) -> None:
    """What lays out the land, or says where in time a run stands, cannot change while people live in it."""
    allowed = Message("no change during a run: it shapes the start")
    faults = [
        Fault("change", name, shown(values[name]), allowed)
        for name in AT_THE_START
        if name in values and values[name] != before[name]
    ]
    if faults:
        raise InputFaults(faults)


def follow(here: ModelState, before: Any) -> None:
    """Bring everything that was made from parameters in line with the new ones; `before` holds the old."""

    def changed(*names: str) -> bool:
        return any(getattr(before, name) != getattr(here.p, name) for name in names)

    follow_partnership(here)
    if changed(*SEATS):
        _seats(here, before)
    if changed("students_per_cluster"):
        places = here.communities.column("places")
        places[:] = np.maximum(0, places + here.p.students_per_cluster - before.students_per_cluster)
    if changed(*TRAINED):
        train_by_share(here.all(), before.mentors_trained_share, before.new_mentors_trained_share)
        if changed("interprofessional_trained_share"):
            train_across_professions(here.all())
    if changed(*SKILL):
        draw_skill_outside(here.all())
    if changed(*SKILL, *TRAINED):
        draw_skill(here.all())
    if changed(*AVAILABLE):
        draw_availability(here.all())
    _prices(here, before)
    if before.with_finance and not here.p.with_finance:
        for parties in (here.boards, here.institutes):
            parties.column("hours_factor")[:] = 1.0
            parties.column("stopped")[:] = False


def change_community(here: ModelState, cluster: Value, values: Mapping[str, Value]) -> None:
    """Give a community settings of its own; raises `InputFaults` when one of them cannot be."""
    findings = Findings()
    row = _row_of(here, cluster, findings)
    own = own_settings(values, "change", f"{cluster}, ", findings)
    if "facilitators" in own and row >= 0:
        hours = {name: float(setting(here, name)[row]) for name in SEATS[:2]}
        note_leaders({**here.scenario.values, **hours, **own}, "change", f"{cluster}, facilitators", findings)
    findings.raise_any()
    give_own(here, [row], own)
    if own.keys() & {*SEATS}:
        fill_pool(here.all())
    if "interprofessional_trained_share" in own:
        train_across_professions(here.all())


def _row_of(here: ModelState, cluster: Value, findings: Findings) -> int:
    """The row of a community, by its name or by that row; notes one that is not there."""
    names = names_of(here, "communities").tolist()
    if isinstance(cluster, str):
        if cluster in names:
            return names.index(cluster)
        note_unknown_cluster(cluster, names, "change", findings)
        return -1
    if type(cluster) is not int or not 0 <= cluster < len(names):
        allowed = Message("a name, or a row from 0 to {last}", last=len(names) - 1)
        findings.add("change", "cluster", Message("cluster {cluster}", cluster=cluster), allowed)
    return int(cluster)


def _seats(here: ModelState, before: Any) -> None:
    """Every seat gains or loses what its parameter did, own hours too."""
    more = np.array([getattr(here.p, name) - getattr(before, name) for name in SEATS])
    hours = here.trainers.column("hours").reshape(-1, KINDS)
    hours[:] = np.maximum(0.0, hours + more)
    fill_pool(here.all())


@rule
def train_by_share(here: Here, was_of_founders: float, was_of_others: float) -> None:
    """Mentors whose draw lies between the old share and the new one are trained now, or were not after all."""
    p, m = here.settings[0], here.m
    for k in range(m.key.size):
        founder = cohort_in(m.key[k]) == 0
        u = at_entry(here, Stream.MENTOR_STATE, m.key[k], 0)
        was = was_of_founders if founder else was_of_others
        share = p.mentors_trained_share if founder else p.new_mentors_trained_share
        if was <= u < share:
            m.trained[k] = True
        elif share <= u < was:
            m.trained[k] = False


@rule
def train_across_professions(here: Here) -> None:
    """Every mentor whose draw lies below the share of the own community is trained, and nobody else."""
    m = here.m
    for k in range(m.key.size):
        share = here.c.interprofessional_trained_share[m.cluster[k]]
        m.interprofessional[k] = at_entry(here, Stream.MENTOR_STATE, m.key[k], 1) < share


@rule
def draw_skill(here: Here) -> None:
    """Skill of mentors by the draws that they had on entering."""
    p, m = here.settings[0], here.m
    for k in range(m.key.size):
        m.skill[k] = mentor_skill(p, at_entry(here, Stream.MENTOR_STATE, m.key[k], 2), m.trained[k])


@rule
def draw_skill_outside(here: Here) -> None:
    """Skill of the mentors that students have outside."""
    p, s = here.settings[0], here.s
    for i in range(s.key.size):
        s.outside_skill[i] = mentor_skill(p, at_entry(here, Stream.OUTSIDE, s.key[i], 0), False)


@rule
def draw_availability(here: Here) -> None:
    """Who can come on the community day."""
    p, s = here.settings[0], here.s
    for i in range(s.key.size):
        s.available[i] = at_entry(here, Stream.AVAILABLE, s.key[i], 0) < availability(p, s.programme[i])


@rule
def at_entry(here: Here, stream: int, key: int, number: int) -> float:
    """The draw that somebody had on entering."""
    return uniform(here.now[0].seed, stream, key, cohort_in(key), number)


def _prices(here: ModelState, before: Any) -> None:
    """Wages, grant and budgets keep their present level and grow from there at the new rate."""
    year = here.week // WEEKS + 1
    next_year = first_month(here.p.first_school_year, year + 1)
    prices = dict(here.prices)
    for name, growth in GROWTH.items():
        if name in prices and getattr(before, growth) != getattr(here.p, growth):
            prices[name] = prices[name].known_to(next_year, getattr(before, growth))
    set_prices(here, prices)
    if before.budget_growth != here.p.budget_growth:
        for parties in (here.boards.rows(), here.institutes.rows()):
            known = parties.budget_year > 0
            years = year - parties.budget_year[known]
            grown = [power(1.0 + before.budget_growth, float(since)) for since in years.tolist()]
            parties.budget_rate[known] *= grown
            parties.budget_year[known] = year
