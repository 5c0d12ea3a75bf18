"""A parameter changes during a run (RULES 8): rules read the new value, and what was made from it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here, Price
from samenspel.model.input.faults import Fault, Findings, InputFaults, shown
from samenspel.model.input.own import note_leaders, note_unknown_cluster, own_settings
from samenspel.model.luck.draws import Stream, uniform
from samenspel.model.luck.keys import cohort_in
from samenspel.model.measures.groups import names_of
from samenspel.model.money import first_month_of, know_until
from samenspel.model.state import ModelState
from samenspel.model.words import Message
from samenspel.model.year.communities import SEATS, give_own, setting
from samenspel.model.year.newcomers import availability, mentor_skill
from samenspel.model.year.settling import ask_leadership, plan_studies
from samenspel.model.year.territory import fill_pool, follow_partnership, hours_of_seat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from samenspel.model.declared.declaration import Value

AT_THE_START = (
    *("partnerships", "clusters_share", "merge_partnerships"),
    *("form_start", "first_school_year", "prices"),
)


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


@rule
def changed(here: Here, before: Any) -> None:
    """Other settings hold from the next week on; `before` holds the old, and there is room for prices to be known."""
    follow(here, before)
    plan_studies(here)
    ask_leadership(here)


@rule
def follow(here: Here, before: Any) -> None:
    """Bring everything that was made from parameters in line with the new ones; `before` holds the old."""
    p, b = here.settings[0], before[0]
    follow_partnership(here)
    follow_hours(here, b)
    for k in range(here.c.key.size):
        here.c.places[k] = max(0, here.c.places[k] + p.students_per_cluster - b.students_per_cluster)
    follow_people(here, before)
    follow_prices(here, b)


@rule
def follow_people(here: Here, before: Any) -> None:
    """What people know, can and have, by the draws that they had on entering, and what parties have to spend."""
    p, b = here.settings[0], before[0]
    trained, skill = other_training(p, b), other_skill(p, b)
    if trained:
        train_by_share(here, b.mentors_trained_share, b.new_mentors_trained_share)
    if p.interprofessional_trained_share != b.interprofessional_trained_share:
        train_across_professions(here)
    if skill:
        draw_skill_outside(here)
    if skill or trained:
        draw_skill(here)
    if other_availability(p, b):
        draw_availability(here)
    follow_budgets(here, b)
    if b.with_finance and not p.with_finance:
        spend_again(here)


@rule
def other_training(p: Parameters, before: Parameters) -> bool:
    """Whether shares of trained mentors are others."""
    return (
        p.mentors_trained_share != before.mentors_trained_share
        or p.new_mentors_trained_share != before.new_mentors_trained_share
        or p.interprofessional_trained_share != before.interprofessional_trained_share
    )


@rule
def other_skill(p: Parameters, before: Parameters) -> bool:
    """Whether the skill of mentors is distributed otherwise."""
    return (
        p.form_skill != before.form_skill
        or p.mentor_skill_logit_mean != before.mentor_skill_logit_mean
        or p.mentor_skill_logit_spread != before.mentor_skill_logit_spread
        or p.mentor_training_gain != before.mentor_training_gain
    )


@rule
def other_availability(p: Parameters, before: Parameters) -> bool:
    """Whether others can come on the community day."""
    return (
        p.parttime_form != before.parttime_form
        or p.parttime_availability != before.parttime_availability
        or p.parttime_availability_flex != before.parttime_availability_flex
        or p.mbo_availability != before.mbo_availability
    )


@rule
def follow_hours(here: Here, before: Parameters) -> None:
    """Every seat gains or loses what its parameter did, own hours too."""
    p, t, other = here.settings[0], here.t, False
    for seat in range(t.key.size):
        more = hours_of_seat(p, t.kind[seat]) - hours_of_seat(before, t.kind[seat])
        if more != 0.0:
            other = True
            t.hours[seat] = max(0.0, t.hours[seat] + more)
    if other:
        fill_pool(here)


@rule
def follow_budgets(here: Here, before: Parameters) -> None:
    """Budgets keep their present level and grow from there at the new rate."""
    year = here.now[0].week // WEEKS + 1
    if here.settings[0].budget_growth != before.budget_growth:
        grow_budgets(here.b, year, before.budget_growth)
        grow_budgets(here.i, year, before.budget_growth)


@rule
def grow_budgets(parties: Any, year: int, growth: float) -> None:
    """What a party is ready to pay has grown until this year."""
    for n in range(parties.budget_year.size):
        if parties.budget_year[n] > 0:
            parties.budget_rate[n] *= power(1.0 + growth, float(year - parties.budget_year[n]))
            parties.budget_year[n] = year


@rule
def follow_prices(here: Here, before: Parameters) -> None:
    """Wages and grant keep their present level and grow from there at the new rate."""
    p = here.settings[0]
    next_year = first_month_of(p, here.now[0].week // WEEKS + 2)
    if p.wage_growth != before.wage_growth:
        know_until(here, Price.WAGE_INDEX, next_year, before.wage_growth)
    if p.grant_growth != before.grant_growth:
        know_until(here, Price.GRANT_INDEX, next_year, before.grant_growth)
        know_until(here, Price.GRANT_FIXED, next_year, before.grant_growth)
        know_until(here, Price.GRANT_PER_STUDENT, next_year, before.grant_growth)


@rule
def spend_again(here: Here) -> None:
    """Nobody cuts or stops any more."""
    no_cuts(here.b)
    no_cuts(here.i)


@rule
def no_cuts(parties: Any) -> None:
    """A party gives all hours, and goes on."""
    for n in range(parties.hours_factor.size):
        parties.hours_factor[n], parties.stopped[n] = 1.0, False


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
