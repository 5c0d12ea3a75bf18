"""Mentor load: fatigue, withdrawal, and where the students go then (RULES 3.9)."""

from __future__ import annotations

from agents.columns import Floats, Ints, Settings
from agents.compiled import rule
from agents.mentors import Role, withdraws
from agents.students import Programme
from model.draws import Stream, stream_state, uniform_at
from model.settings import EXCESS
from model.supervision import ACTIVE, CARE, INSIDE, TEACHER, time_of

EMPTY = int(Role.EMPTY)
WITHDRAWN = int(Role.WITHDRAWN)
WITHDRAWAL = int(Stream.WITHDRAWAL)
PEDAGOGY, CARE_3, CARE_4 = int(Programme.PEDAGOGY), int(Programme.CARE_3), int(Programme.CARE_4)


@rule
def kind_for(programme: int) -> int:
    """Who supervises whom: care mentors guide pedagogy and pedagogical work, teachers all others."""
    return CARE if programme in (PEDAGOGY, CARE_3, CARE_4) else TEACHER


@rule
def strain(p: Settings, load: float) -> float:
    """What a week's load adds to fatigue, before the rate."""
    if p.form_fatigue == EXCESS:
        return max(0.0, load - 1.0) ** p.fatigue_exponent
    return load / 2.0


@rule
def tire(p: Settings, role: Ints, load: Floats, base: Floats, fatigue: Floats) -> None:
    """`fatigue += fatigue_rate · strain − fatigue_recovery · (fatigue − base)`."""
    if not p.with_fatigue:
        return
    for m in range(role.size):
        if role[m] != EMPTY:
            f = fatigue[m] + p.fatigue_rate * strain(p, load[m]) - p.fatigue_recovery * (fatigue[m] - base[m])
            fatigue[m] = min(1.0, max(0.0, f))


@rule
def give_up(p: Settings, seed: int, week: int, key: Ints, role: Ints, students: Ints, fatigue: Floats) -> bool:
    """Tired mentors withdraw; returns whether any did."""
    any_withdrew = False
    if not (p.with_withdrawal and p.with_fatigue):
        return any_withdrew
    luck = stream_state(seed, WITHDRAWAL, week, 0)
    for m in range(role.size):
        if role[m] == ACTIVE and students[m] > 0 and withdraws(uniform_at(luck, key[m]), p.withdrawal_rate, fatigue[m]):
            role[m] = WITHDRAWN
            any_withdrew = True
    return any_withdrew


@rule
def least_loaded(first: int, end: int, kind: Ints, wanted: int, role: Ints, load: Floats) -> int:
    """The active mentor of a kind with the least load among rows first..end; -1 if there is none."""
    best = -1
    for m in range(first, end):
        if kind[m] == wanted and role[m] == ACTIVE and (best < 0 or load[m] < load[best]):
            best = m
    return best


@rule
def reassign(
    p: Settings, status: Ints, programme: Ints, site: Ints, cluster: Ints, hours: Floats, mentor: Ints,
    kind: Ints, role: Ints, board: Ints, fatigue: Floats, hours_asked: Floats, hours_available: Floats,
    load: Floats, board_factor: Floats, site_first: Ints, site_end: Ints, cluster_first: Ints,
    cluster_end: Ints,
) -> None:  # fmt: skip
    """Students of mentors who withdrew go to the least loaded one at the site, else in the cluster, else to nobody."""
    for i in range(status.size):
        if status[i] != INSIDE or mentor[i] < 0 or role[mentor[i]] == ACTIVE:
            continue
        wanted = kind_for(programme[i])
        m = least_loaded(site_first[site[i]], site_end[site[i]], kind, wanted, role, load)
        if m < 0:
            m = least_loaded(cluster_first[cluster[i]], cluster_end[cluster[i]], kind, wanted, role, load)
        mentor[i] = m
        if m >= 0:
            if hours_available[m] <= 0.0:
                hours_available[m] = time_of(p, kind[m], board_factor[board[m]], fatigue[m])
            hours_asked[m] += hours[i]
            load[m] = hours_asked[m] / hours_available[m]
