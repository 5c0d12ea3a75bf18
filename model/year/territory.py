"""What stands where: sites, clusters that open, and who works there (RULES 4.3.6, 5)."""

from __future__ import annotations

import math

from samenspel.agents.columns import resize
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorKind
from samenspel.agents.organisations import CommunityColumns, SiteColumns, Stage
from samenspel.agents.rows import clear, rows_above, sort_by
from samenspel.agents.trainers import KINDS, TrainerColumns, TrainerKind
from samenspel.model.declared.constants import SYNTHETIC_MOVE, SYNTHETIC_SIZE
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here, bit_of
from samenspel.model.luck.draws import Stream, stream_state, uniform, uniform_at
from samenspel.model.luck.keys import CARE_PLACE, Kind, key_of, number_in
from samenspel.model.year.finance import institute_hours
from samenspel.model.year.newcomers import new_mentor, new_trainer, spread

CROSS_YEAR, SUBGROUP_SIZE, MEETING_INTERVAL, FACILITATORS, ROLES, MBO, MIX, TRAINED = (
    bit_of(name)
    for name in (
        "cross_year", "subgroup_size", "meeting_interval", "facilitators", "roles", "mbo_students_per_cluster",
        "mbo_mix", "interprofessional_trained_share",
    )
)  # fmt: skip
"""Bits of communities that have these for themselves."""

# --- the start ---


@rule
def furnish(here: Here) -> None:
    """Sites, trainers and mentors of who is there from the start, by their own draws."""
    p, i = here.settings[0], here.i
    vary(here)
    look_at_sites(here)
    for seat in range(here.t.key.size):
        new_trainer(here, seat, 0, 1.0)
    give_mentors(here, 0, 0, p.mentors_trained_share, False)
    hours = institute_hours(here)
    for k in range(hours.size):
        i.hours_pool[k], i.pool[k] = hours[k], 1.0


@rule
def vary(here: Here) -> None:
    """Sites of synthetic partnerships lie a little elsewhere than those they copy, and are larger or smaller."""
    o, now = here.o, here.now[0]
    for site in range(o.key.size):
        if o.partnership[site] >= now.described:
            key = o.key[site]
            o.x[site] += spread(0.0, SYNTHETIC_MOVE, uniform(now.seed, Stream.SYNTHETIC, key, 0, 0))
            o.y[site] += spread(0.0, SYNTHETIC_MOVE, uniform(now.seed, Stream.SYNTHETIC, key, 0, 1))
            factor = spread(1.0, SYNTHETIC_SIZE, uniform(now.seed, Stream.SYNTHETIC, key, 0, 2))
            o.pupils[site] = max(1, math.floor(o.pupils[site] * factor + 0.5))


@rule
def look_at_sites(here: Here) -> None:
    """Classes and climate of every site."""
    p, o = here.settings[0], here.o
    luck = stream_state(here.now[0].seed, Stream.SITE_STATE, 0, 0)
    for site in range(o.key.size):
        o.classes[site] = max(1, math.floor(o.pupils[site] / p.class_size + 0.5))
        o.climate[site] = spread(p.climate_mean, p.climate_spread, uniform_at(luck, o.key[site]))


# --- mentors ---


@rule
def willing_teachers(here: Here, site: int, week: int) -> int:
    """Teachers of a site who are willing to be a mentor when its cluster opens."""
    p, o = here.settings[0], here.o
    if o.mentors[site] >= 0:
        return min(CARE_PLACE, o.mentors[site])
    luck = uniform(here.now[0].seed, Stream.MENTOR_WILLING, o.key[site], week, 0)
    return min(CARE_PLACE, max(1, math.floor(p.willing_share * o.classes[site] + luck)))


@rule
def willing_in_care(p: Parameters, o: SiteColumns, site: int) -> int:
    """Childcare workers of a site who are willing to be a mentor."""
    count = o.care_mentors[site] if o.care_mentors[site] >= 0 else p.care_mentors_per_ikc if o.ikc[site] else 0
    return min(CARE_PLACE, count)


@rule
def give_mentors(here: Here, cluster: int, week: int, trained_share: float, new: bool) -> None:
    """The mentors of clusters from this row on: ordered by cluster, site and place at the site."""
    p, o, total = here.settings[0], here.o, 0
    sites = rows_above(o.cluster, cluster - 1)
    sort_by(o.cluster, sites)
    for site in sites:
        total += willing_teachers(here, site, week) + willing_in_care(p, o, site)
    k = here.m.key.size
    resize(here.m, k + total)
    clear(here.m, k, k + total)
    for site in sites:
        teachers = willing_teachers(here, site, week)
        for n in range(teachers + willing_in_care(p, o, site)):
            care = n >= teachers
            at_place(here, k, site, CARE_PLACE + n - teachers if care else n, care, week)
            known = -1 if care or o.mentors_trained[site] < 0 else 1 if n < o.mentors_trained[site] else 0
            new_mentor(here, k, week, trained_share, new, known)
            k += 1


@rule
def at_place(here: Here, k: int, site: int, place: int, care: bool, week: int) -> None:
    """Where a mentor stands, and who it is."""
    m, o = here.m, here.o
    m.site[k], m.place[k], m.cluster[k], m.board[k] = site, place, o.cluster[site], o.board[site]
    m.kind[k] = MentorKind.CARE if care else MentorKind.TEACHER
    m.key[k] = key_of(Kind.MENTOR, week, o.partnership[site], (number_in(o.key[site]) << 6) + place)


# --- clusters that open ---


@rule
def open_cluster(here: Here, school_year: int, planned: int) -> None:
    """A planned cluster opens, with trainers and mentors."""
    p, b, plans, k = here.settings[0], here.b, here.plans, here.c.key.size
    board, places = plans.board[planned], plans.places[planned]
    at = plans.site_1[planned], plans.site_2[planned], plans.site_3[planned], plans.site_4[planned]
    b.stage[board] = Stage.MEMBER
    b.grown[board] += 1
    one_community_more(here, school_year, board, places)
    for n in range(4):
        if at[n] >= 0:
            here.o.cluster[at[n]], here.o.partnership[at[n]] = k, b.partnership[board]
            here.c.sites[k] += 1
    appoint_trainers(here, k, school_year)
    give_mentors(here, k, school_year, p.new_mentors_trained_share, True)


@rule
def one_community_more(here: Here, school_year: int, board: int, places: int) -> None:
    """A community and its seats of trainers in the last rows."""
    k, number = here.c.key.size, 0
    partnership = here.b.partnership[board]
    for other in range(k):
        number += here.c.partnership[other] == partnership
    resize(here.c, k + 1)
    resize(here.t, KINDS * (k + 1))
    clear(here.c, k, k + 1)
    clear(here.t, KINDS * k, KINDS * (k + 1))
    p, c = here.settings[0], here.c
    c.key[k] = key_of(Kind.COMMUNITY, school_year, partnership, number)
    c.partnership[k], c.board[k], c.places[k] = partnership, board, places
    c.opened[k], c.opened_by[k], c.maturity[k], c.parts[k] = school_year, board, p.maturity_new, 1
    be_like_others(p, c, k)


@rule
def follow_partnership(here: Here) -> None:
    """Communities without a value of their own have that of the partnership."""
    for k in range(here.c.key.size):
        be_like_others(here.settings[0], here.c, k)


@rule
def be_like_others(p: Parameters, c: CommunityColumns, k: int) -> None:
    """What a community has no setting of its own for, it has as the partnership has it."""
    own = c.own[k]
    c.cross_year[k] = c.cross_year[k] if own & CROSS_YEAR else p.cross_year
    c.subgroup_size[k] = c.subgroup_size[k] if own & SUBGROUP_SIZE else p.subgroup_size
    c.meeting_interval[k] = c.meeting_interval[k] if own & MEETING_INTERVAL else p.meeting_interval
    c.facilitators[k] = c.facilitators[k] if own & FACILITATORS else p.facilitators
    c.roles[k] = c.roles[k] if own & ROLES else p.roles
    c.mbo_students_per_cluster[k] = c.mbo_students_per_cluster[k] if own & MBO else p.mbo_students_per_cluster
    c.mbo_mix[k] = c.mbo_mix[k] if own & MIX else p.mbo_mix
    if not own & TRAINED:
        c.interprofessional_trained_share[k] = p.interprofessional_trained_share


@rule
def appoint_trainers(here: Here, k: int, school_year: int) -> None:
    """Trainers of a new cluster."""
    take_seats(here.settings[0], here.c, here.t, k, school_year)
    for seat in range(KINDS * k, KINDS * (k + 1)):
        new_trainer(here, seat, school_year, here.settings[0].familiarity_new)


@rule
def take_seats(p: Parameters, c: CommunityColumns, t: TrainerColumns, k: int, school_year: int) -> None:
    """A seat of every kind in a cluster; the pair is there from the start, the others when mbo students come."""
    for kind in range(KINDS):
        seat = KINDS * k + kind
        t.kind[seat], t.cluster[seat], t.present[seat] = kind, k, kind <= TrainerKind.INSTITUTE
        t.key[seat] = key_of(Kind.TRAINER, school_year, c.partnership[k], number_in(c.key[k]) * KINDS + kind)
        t.hours[seat] = hours_of_seat(p, kind)


@rule
def hours_of_seat(p: Parameters, kind: int) -> float:
    """Hours a week of a trainer's seat, where a cluster has none of its own."""
    if kind == TrainerKind.SCHOOL:
        return p.trainer_hours
    if kind == TrainerKind.INSTITUTE:
        return p.institute_trainer_hours
    return p.practice_trainer_hours if kind == TrainerKind.PRACTICE else p.mbo_trainer_hours


@rule
def fill_pool(here: Here) -> None:
    """The share of the institute hours that are asked now which the institute can give with the trainers it has."""
    i, asked = here.i, institute_hours(here)
    for k in range(asked.size):
        i.pool[k] = min(1.0, i.hours_pool[k] / asked[k]) if asked[k] > 0.0 else 1.0
