"""Mentor load: fatigue, withdrawal, and where the students go then (RULES 3.9)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.agents.mentors import MentorColumns, MentorKind, MentorPlaces, Role, withdraws
from samenspel.agents.organisations import BoardColumns
from samenspel.agents.students import Programme, Status, StudentColumns
from samenspel.model.declared.choices import Tiring
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Seed, Stream, stream_state, uniform_at
from samenspel.model.week.supervision import time_of


@rule
def kind_for(programme: int) -> int:
    """Who supervises whom: care mentors guide pedagogy and pedagogical work, teachers all others."""
    care = programme in (Programme.PEDAGOGY, Programme.CARE_3, Programme.CARE_4)
    return MentorKind.CARE if care else MentorKind.TEACHER


@rule
def strain(p: Parameters, load: float) -> float:
    """What a week's load adds to fatigue, before the rate."""
    if p.form_fatigue == Tiring.EXCESS:
        return power(max(0.0, load - 1.0), p.fatigue_exponent)
    return load / 2.0


@rule
def tire(p: Parameters, m: MentorColumns) -> None:
    """`fatigue += fatigue_rate · strain − fatigue_recovery · (fatigue − base)`."""
    if not p.with_fatigue:
        return
    for k in range(m.role.size):
        if m.role[k] != Role.EMPTY:
            rest = p.fatigue_recovery * (m.fatigue[k] - m.base[k])
            fatigue = m.fatigue[k] + p.fatigue_rate * strain(p, m.load[k]) - rest
            m.fatigue[k] = min(1.0, max(0.0, fatigue))


@rule
def give_up(p: Parameters, seed: Seed, week: int, m: MentorColumns) -> bool:
    """Tired mentors withdraw; returns whether any did."""
    any_withdrew = False
    if not (p.with_withdrawal and p.with_fatigue):
        return any_withdrew
    luck = stream_state(seed, Stream.WITHDRAWAL, week, 0)
    for k in range(m.role.size):
        hosts = m.role[k] == Role.ACTIVE and m.students[k] > 0
        if hosts and withdraws(uniform_at(luck, m.key[k]), p.withdrawal_rate, m.fatigue[k]):
            m.role[k] = Role.WITHDRAWN
            any_withdrew = True
    return any_withdrew


@rule
def least_loaded(first: int, end: int, kind: int, m: MentorColumns) -> int:
    """The active mentor of a kind with the least load among rows first..end; -1 if there is none."""
    best = -1
    for k in range(first, end):
        if m.kind[k] == kind and m.role[k] == Role.ACTIVE and (best < 0 or m.load[k] < m.load[best]):
            best = k
    return best


@rule
def least_loaded_near(m: MentorColumns, places: MentorPlaces, site: int, cluster: int, kind: int) -> int:
    """The least loaded active mentor of a kind at the site, else in the cluster; -1 if there is none."""
    k = least_loaded(places.site_first[site], places.site_end[site], kind, m)
    if k < 0:
        k = least_loaded(places.cluster_first[cluster], places.cluster_end[cluster], kind, m)
    return k


@rule
def take_over(p: Parameters, hours: float, k: int, m: MentorColumns, b: BoardColumns) -> None:
    """Mentor k is asked for so many hours more in the rest of this week."""
    if m.hours_available[k] <= 0.0:
        m.hours_available[k] = time_of(p, m, b, k, m.hosts_final[k])
    m.hours_asked[k] += hours
    m.load[k] = m.hours_asked[k] / m.hours_available[k]


@rule
def reassign(p: Parameters, s: StudentColumns, m: MentorColumns, b: BoardColumns, places: MentorPlaces) -> None:
    """Students of mentors who withdrew go to the least loaded one at the site, else in the cluster, else to nobody.

    Who share a placement go together.
    """
    for i in range(s.status.size):
        if s.status[i] != Status.INSIDE or s.mentor[i] < 0 or m.role[s.mentor[i]] == Role.ACTIVE:
            continue
        k = least_loaded_near(m, places, s.site[i], s.cluster[i], kind_for(s.programme[i]))
        hours, other = s.hours_asked[i], s.duo[i]
        s.mentor[i] = k
        if other >= 0 and s.status[other] == Status.INSIDE:
            s.mentor[other] = k
            hours += s.hours_asked[other]
        if k >= 0:
            take_over(p, hours, k, m, b)
