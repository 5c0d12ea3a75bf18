"""The floor under the speed of a week: all of its rules fused into one compiled pass, cluster by cluster, no record.

The same arithmetic over the same columns, and the same small formulas; but a cluster's students stay in the cache
from the first rule to the last, and what only lives within a week (hours asked, guidance, help received) is never
written to a student's column. Nothing that keeps the rules apart, as the model does, can be faster. `differences`
holds the states it leaves against those of the model, so that the floor is honest work.
"""

from __future__ import annotations

import numpy as np

from benchmarks.fused import (
    comes_now,
    desk_for,
    follow,
    guided,
    host,
    leave,
    live,
    reassign,
    settle,
    stretch_of,
    tire,
    train,
)  # fmt: skip
from samenspel.agents.compiled import rule
from samenspel.agents.students import FIRST_MBO, Status, has_placement
from samenspel.agents.trainers import attention_weight
from samenspel.model import Partnership
from samenspel.model.declared.choices import Attention, Facilitation, Outside
from samenspel.model.declared.constants import (
    DAYS_REFERENCE,
    ENGAGEMENT_REFERENCE,
    ENGAGEMENT_SD,
    HOURS_PER_DAY,
    OUTSIDE_SUPERVISION,
    SUPERVISION_REFERENCE,
    SUPERVISION_SD,
)
from samenspel.model.luck.draws import Stream, stream_state
from samenspel.model.state import everybody
from samenspel.model.week.facilitation import session_contact, staff
from samenspel.model.week.leadership import fall_behind
from samenspel.model.week.learning import climate_of
from samenspel.model.week.meeting import call_meetings, gather
from samenspel.model.week.members import count_sessions, is_final, is_member, note_member, room_for_strata
from samenspel.model.week.supervision import (
    ask_mentor,
    asked_in_duo,
    coordination_of,
    freed_by,
    guided_outside,
    openness,
    quality,
    quality_inside,
)  # fmt: skip

RELATIVE, ABSOLUTE = 1e-9, 1e-12

LASTING = {
    "students": (
        "status", "exit_kind", "mentor", "teaching", "care", "collaboration", "knowledge", "peer_support", "barrier",
        "contacts", "remembered", "felt_support", "session_contact", "belonging", "engagement",
        "time_memory", "contact_memory", "quality_memory", "weeks_placed",
    ),
    "mentors": ("role", "fatigue", "students", "load"),
    "trainers": ("familiarity", "vacant_weeks"),
    "boards": ("paid_teacher_hours", "paid_care_hours"),
    "leaderships": ("backlog",),
}  # fmt: skip
"""What outlives a week, by population."""


@rule
def fused_weeks(settings, seed, week, week_of_year, count, everybody):
    """Live `count` school weeks after the first of the year: as `school_weeks`, without a record."""
    p = settings[0]
    s, m, t, o, c = everybody.s, everybody.m, everybody.t, everybody.o, everybody.c
    b, institutes, lead, places = everybody.b, everybody.i, everybody.lead, everybody.places
    largest = 1
    for k in range(c.first.size):
        largest = max(largest, c.end[k] - c.first[k])
    desk, strata, by_persons = desk_for(largest), room_for_strata(c), p.form_facilitation == Facilitation.PERSONS
    odds_at_worst = p.exit_odds_engagement ** (-ENGAGEMENT_REFERENCE / ENGAGEMENT_SD)
    odds_at_worst *= p.exit_odds_supervision ** (-SUPERVISION_REFERENCE / SUPERVISION_SD)
    for n in range(count):
        now, w = week + n, week_of_year + n
        meeting = call_meetings(p, w, c)
        luck_to_come = stream_state(seed, Stream.ATTENDANCE, now, 0)
        luck_of_seats = stream_state(seed, Stream.SUBGROUP, now, 0)
        luck_of_mentors = stream_state(seed, Stream.WITHDRAWAL, now, 0)
        luck_to_stay = stream_state(seed, Stream.EXIT, now, 0)
        luck_of_kind = stream_state(seed, Stream.EXIT_KIND, now, 0)
        known_days, practice = -1.0, 0.0
        o.hours_freed[:] = o.hosting_teachers[:] = 0

        for k in range(c.first.size):
            lo, hi = c.first[k], c.end[k]
            mentors_first, mentors_end = places.cluster_first[k], places.cluster_end[k]
            for who in range(mentors_first, mentors_end):
                m.students[who] = m.hosts_final[who] = m.hours_asked[who] = 0
            placed = members = mbo = 0
            attention = 0.0
            for j in range(np.uint64(lo), np.uint64(hi)):  # who comes, and what everybody asks
                a = j - np.uint64(lo)
                desk.inside[a] = s.status[j] == Status.INSIDE
                desk.attended[a] = desk.placed[a] = False
                desk.help[a] = desk.contact_share[a] = desk.practised[a] = desk.hours[a] = 0.0
                if not desk.inside[a]:
                    s.session_contact[j] = 0.0
                    continue
                if is_member(s, c, j):
                    members += 1
                    mbo += s.programme[j] >= FIRST_MBO
                desk.placed[a] = has_placement(s, j, w)
                if not desk.placed[a]:
                    continue
                if by_persons and is_member(s, c, j):
                    note_member(p, s, c, j, strata)
                desk.attended[a] = meeting and comes_now(p, luck_to_come, s, c, j)
                lost = p.meeting_hours / HOURS_PER_DAY if desk.attended[a] else 0.0
                days = max(0.0, s.days[j] - lost)
                together = s.duo[j] >= 0 and has_placement(s, s.duo[j], w)
                desk.practised[a] = days * p.duo_practice if together else days
                placed += 1
                attention += attention_weight(p.attention == Attention.NEED, s.remembered[j])
                asked = s.need[j] * days * (1.0 - p.peer_relief * s.peer_support[j])
                desk.hours[a] = asked * asked_in_duo(p, together)
                desk.known[a] = s.knowledge[j] * openness(p, s.barrier[j])
                o.hours_freed[s.site[j]] += freed_by(p, s.programme[j], s.barrier[j], days)
                if s.mentor[j] >= 0:
                    ask_mentor(m, o, s.mentor[j], desk.hours[a], is_final(s, j))
            c.members[k] = members
            c.mbo_share[k] = mbo / members if members > 0 else 0.0
            c.hosting[k], c.new_hosting[k] = host(p, mentors_first, mentors_end, m, o, b)
            at = c.partnership[k]
            institute_factor = institutes.hours_factor[at] * institutes.pool[at]
            hours, effect = train(k, t, b.hours_factor[c.board[k]], institute_factor)
            c.coordination[k] = coordination_of(p, c, k, lead.backlog[at])
            c.trainer_time[k] = max(0.0, hours + c.extra_hours[k] - c.coordination[k])
            if by_persons:
                count_sessions(p, c, k, strata)
                staff(p, c, t, b, institutes, k)
            settle(p, k, t)
            time = c.trainer_time[k]
            if c.meets[k]:
                gather(p, luck_of_seats, c, k, stretch_of(s, lo, hi, desk), 0, hi - lo, desk.seats)

            for j in range(np.uint64(lo), np.uint64(hi)):  # what everybody gets, and what comes of it
                a = j - np.uint64(lo)
                if not desk.inside[a]:
                    continue
                supervision = support = mine = 0.0
                s.session_contact[j] = session_contact(p, s, c, j, desk.placed[a], desk.attended[a])
                if desk.placed[a]:
                    claim = attention_weight(p.attention == Attention.NEED, s.remembered[j])
                    mine = time * (1.0 / placed if attention <= 0.0 else claim / attention)
                    trainers = effect * mine / (mine + p.trainer_half) if time > 0.0 else 0.0
                    support, guidance = guided(p, s.mentor[j], s.programme[j], desk.known[a], m)
                    supervision = quality_inside(p, c, s, j, guidance, trainers)
                    s.felt_support[j] = follow(p.memory_rate, s.felt_support[j], support)
                if desk.practised[a] != known_days:
                    known_days = desk.practised[a]
                    practice = (known_days / DAYS_REFERENCE) ** p.practice_exponent
                live(
                    p, s, m, c, j, climate_of(p, o, s.site[j]), desk.placed[a], support, mine, supervision,
                    desk.practised[a], desk.help[a], desk.contact_share[a], desk.contact_facilitation[a], practice,
                )  # fmt: skip
                leave(p, luck_to_stay, luck_of_kind, odds_at_worst, s, j)

            if tire(p, luck_of_mentors, mentors_first, mentors_end, m):
                reassign(p, lo, hi, k, s, m, b, places, desk)

        for j in range(np.uint64(s.key.size)):  # outside the partnership
            if s.cluster[j] >= 0 or s.status[j] != Status.OUTSIDE:
                continue
            placed = has_placement(s, j, w)
            days = max(0.0, s.days[j]) if placed else 0.0
            if days != known_days:
                known_days = days
                practice = (known_days / DAYS_REFERENCE) ** p.practice_exponent
            supervision, support, mine = OUTSIDE_SUPERVISION, 0.0, 0.0
            if placed and p.form_outside == Outside.MENTORED:
                hours = s.need[j] * days * (1.0 - p.peer_relief * s.peer_support[j])
                support, guidance, mine, trainers = guided_outside(p, hours, s.outside_skill[j], s.outside_trainer[j])
                supervision = quality(p, guidance, trainers, 0.0, 0.0)
                s.felt_support[j] = follow(p.memory_rate, s.felt_support[j], support)
            live(p, s, m, c, j, p.climate_mean, placed, support, mine, supervision, days, 0.0, 0.0, 0.0, practice)
            leave(p, luck_to_stay, luck_of_kind, odds_at_worst, s, j)
        fall_behind(p, lead)


def live_fused(here: Partnership, weeks: int) -> None:
    """The next weeks of a model by the fused pass: not the first of a year, and not beyond the next event."""
    fused_weeks(here.settings, here.draws.seed, here.week + 1, here.week_of_year + 1, weeks, everybody(here.state))
    here.state.week += weeks


def differences(one: Partnership, other: Partnership) -> list[str]:
    """The lasting states in which two models differ."""
    return [
        f"{population}.{name}"
        for population, names in LASTING.items()
        for name in names
        if not np.allclose(
            getattr(one, population).column(name), getattr(other, population).column(name), RELATIVE, ABSOLUTE
        )
    ]
