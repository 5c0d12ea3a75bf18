"""How a new student, mentor or trainer is made (RULES 4.3.8, 4.3.9)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp, log, power
from samenspel.agents.mentors import Role
from samenspel.agents.students import FIRST_MBO, Programme, StudentColumns, Track
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import ParttimeForm, Skill
from samenspel.model.declared.constants import (
    BARRIER_SPREAD,
    ENGAGEMENT_REFERENCE,
    KNOWLEDGE_SPREAD,
    MENTOR_SKILL_MEAN,
    MENTOR_SKILL_SPREAD,
    STOCK_GAIN,
    SUPERVISION_REFERENCE,
)
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.luck.draws import UNIT, Seed, Stream, stream_state, uniform, uniform_at
from samenspel.model.week.learning import weights

OUTSIDE_SPREAD = 0.6
"""Half-width over students of the trainer hours outside, over their mean."""


@rule
def spread(mean: float, half_width: float, u: float) -> float:
    """Uniform within `half_width` around `mean`."""
    return mean + half_width * (2.0 * u - 1.0)


@rule
def within(x: float) -> float:
    """A number between 0 and 1, as near as can be."""
    return min(1.0, max(0.0, x))


@rule
def availability(p: Parameters, programme: int) -> float:
    """The chance of being available on the community day."""
    if programme == Programme.PARTTIME:
        same_day = p.parttime_form == ParttimeForm.SAME_DAY
        return p.parttime_availability if same_day else p.parttime_availability_flex
    return p.mbo_availability if programme >= FIRST_MBO else 1.0


@rule
def logistic(mean: float, spread: float, u: float) -> float:
    """A draw from 0 to 1 whose logit has this mean and this spread around it."""
    return 1.0 / (1.0 + exp(-(mean + spread * log(max(u, UNIT) / (1.0 - u)))))


@rule
def mentor_skill(p: Parameters, u: float, trained: bool) -> float:
    """Skill by a mentor's own draw, and what training adds."""
    if p.form_skill == Skill.LOGISTIC:
        untrained = logistic(p.mentor_skill_logit_mean, p.mentor_skill_logit_spread, u)
    else:
        untrained = spread(MENTOR_SKILL_MEAN, MENTOR_SKILL_SPREAD, u)
    return within(untrained + (p.mentor_training_gain if trained else 0.0))


# --- students ---


@rule
def new_students(here: Here, first: int, end: int, week: int) -> None:
    """Fill the states of students from a row to before another, whose key, programme and partnership are set."""
    find_homes(here, first, end, week)
    p, seed, s = here.settings[0], here.now[0].seed, here.s
    wish, available = stream_state(seed, Stream.WISH, week, 0), stream_state(seed, Stream.AVAILABLE, week, 0)
    skill, hours = stream_state(seed, Stream.OUTSIDE, week, 0), stream_state(seed, Stream.OUTSIDE, week, 1)
    knows, barrier = stream_state(seed, Stream.START_STATE, week, 3), stream_state(seed, Stream.START_STATE, week, 4)
    for i in range(first, end):
        key, programme = s.key[i], s.programme[i]
        s.wish[i] = programme < FIRST_MBO and uniform_at(wish, key) < p.denomination_wish_share
        s.available[i] = uniform_at(available, key) < availability(p, programme)
        s.knowledge[i] = within(spread(p.knowledge_start, KNOWLEDGE_SPREAD, uniform_at(knows, key)))
        s.barrier[i] = within(spread(p.barrier_start, BARRIER_SPREAD, uniform_at(barrier, key)))
        s.outside_skill[i] = mentor_skill(p, uniform_at(skill, key), False)
        s.outside_trainer[i] = spread(1.0, OUTSIDE_SPREAD, uniform_at(hours, key))
        s.engagement[i], s.remembered[i], s.felt_support[i] = ENGAGEMENT_REFERENCE, SUPERVISION_REFERENCE, 1.0
        s.belonging[i] = (1.0 - p.belonging_peer) * p.climate_mean
        s.site[i] = s.cluster[i] = s.mentor[i] = s.duo[i] = -1
    begin_able(p, seed, first, end, week, s)


@rule
def find_homes(here: Here, first: int, end: int, week: int) -> None:
    """Homes in km, around a town in proportion to its inhabitants; a copy has the towns of the first partnership."""
    p, now, s, towns = here.settings[0], here.now[0], here.s, here.towns
    town = stream_state(now.seed, Stream.HOME, week, 0)
    east, north = stream_state(now.seed, Stream.HOME, week, 1), stream_state(now.seed, Stream.HOME, week, 2)
    for i in range(first, end):
        k = s.partnership[i] if s.partnership[i] < now.described else 0
        u, at = uniform_at(town, s.key[i]), towns.first[k]
        while at < towns.first[k + 1] - 1 and towns.upto[at] <= u:
            at += 1
        s.home_x[i] = spread(0.0, p.home_spread, uniform_at(east, s.key[i])) + towns.x[at]
        s.home_y[i] = spread(0.0, p.home_spread, uniform_at(north, s.key[i])) + towns.y[at]


@rule
def begin_able(p: Parameters, seed: Seed, first: int, end: int, week: int, s: StudentColumns) -> None:
    """Competence of newcomers: a little more in the domain of the programme."""
    teaching, care = stream_state(seed, Stream.START_STATE, week, 0), stream_state(seed, Stream.START_STATE, week, 1)
    collaboration = stream_state(seed, Stream.START_STATE, week, 2)
    for i in range(first, end):
        key, programme = s.key[i], s.programme[i]
        own = 2 if programme == Programme.ASSISTANT else 1 if programme >= Programme.PEDAGOGY else 0
        s.teaching[i] = able(p, own == 0, uniform_at(teaching, key))
        s.care[i] = able(p, own == 1, uniform_at(care, key))
        s.collaboration[i] = able(p, own == 2, uniform_at(collaboration, key))


@rule
def able(p: Parameters, own: bool, u: float) -> float:
    """Competence of a newcomer in a domain."""
    return within(spread(p.competence_start + (p.competence_lead if own else 0.0), p.competence_spread, u))


@rule
def rise(s: StudentColumns) -> None:
    """Competence of who is in a later year at the start: (year − 1) times a part of the way to 1."""
    for i in range(s.programme.size):
        w = weights(s.programme[i])
        for _ in range(s.year[i] - 1):
            s.teaching[i] += STOCK_GAIN * w[0] * (1.0 - s.teaching[i])
            s.care[i] += STOCK_GAIN * w[1] * (1.0 - s.care[i])
            s.collaboration[i] += STOCK_GAIN * w[2] * (1.0 - s.collaboration[i])


@rule
def days_of(p: Parameters, programme: int, track: int, year: int) -> float:
    """Placement days a week of a programme and study year (RULES 3)."""
    if programme >= FIRST_MBO:
        return p.days_bbl if track == Track.BBL else p.days_bol
    if programme == Programme.PEDAGOGY:
        return p.days_pedagogy
    if programme == Programme.PARTTIME and year <= 3:
        return p.days_parttime
    days = p.days_year_1 if year == 1 else p.days_year_2 if year == 2 else p.days_year_3 if year == 3 else p.days_year_4
    return days * p.days_academic if programme == Programme.ACADEMIC else days


@rule
def weeks_of(p: Parameters, key: int, programme: int, year: int) -> tuple[int, int]:
    """First and last week of the school year in which a student has a placement (RULES 3)."""
    by_day = programme == Programme.FULLTIME or programme == Programme.ACADEMIC
    if year == 1 and by_day:
        return p.year_1_first_week, WEEKS
    if year == 4 and (by_day or programme == Programme.PARTTIME):
        return (1, p.final_weeks) if key % 2 == 0 else (WEEKS + 1 - p.final_weeks, WEEKS)
    return 1, WEEKS


@rule
def yearly_exit(p: Parameters, programme: int, year: int) -> float:
    """The chance of leaving during a school year at reference engagement and supervision."""
    if programme >= FIRST_MBO:
        return p.exit_mbo
    if programme == Programme.PARTTIME:
        return p.exit_parttime_first if year == 1 else p.exit_parttime_later
    return p.exit_fulltime_first if year == 1 else p.exit_fulltime_later


@rule
def weekly_exit(p: Parameters, programme: int, year: int) -> float:
    """The same in a week."""
    return 1.0 - power(1.0 - yearly_exit(p, programme, year), 1.0 / WEEKS)


@rule
def study_plan(p: Parameters, s: StudentColumns) -> None:
    """What follows from programme, track and year: placement days and weeks, hours needed a day, hazard of leaving."""
    for i in range(s.programme.size):
        s.first_week[i], s.last_week[i] = weeks_of(p, s.key[i], s.programme[i], s.year[i])
        s.days[i] = days_of(p, s.programme[i], s.track[i], s.year[i])
        if s.programme[i] >= FIRST_MBO:
            s.need[i] = p.need_per_day_mbo
        else:
            s.need[i] = p.need_per_day_final if s.year[i] >= 4 else p.need_per_day
        s.hazard[i] = weekly_exit(p, s.programme[i], s.year[i])


# --- staff ---


@rule
def new_mentor(here: Here, k: int, week: int, trained_share: float, new: bool, counted: int) -> None:
    """Fill the states of a mentor whose key and place are set; `counted` is 1 or 0 where a file says who is trained."""
    p, seed, m = here.settings[0], here.now[0].seed, here.m
    key = m.key[k]
    m.trained[k] = counted == 1 if counted >= 0 else uniform(seed, Stream.MENTOR_STATE, key, week, 0) < trained_share
    share = here.c.interprofessional_trained_share[m.cluster[k]]
    m.interprofessional[k] = uniform(seed, Stream.MENTOR_STATE, key, week, 1) < share
    m.skill[k] = mentor_skill(p, uniform(seed, Stream.MENTOR_STATE, key, week, 2), m.trained[k])
    base = spread(p.fatigue_base_mean, p.fatigue_base_spread, uniform(seed, Stream.MENTOR_STATE, key, week, 3))
    m.base[k] = m.fatigue[k] = within(base)
    m.richness[k] = spread(1.0, p.richness_spread, uniform(seed, Stream.MENTOR_STATE, key, week, 4))
    m.role[k], m.new[k] = Role.ACTIVE, new


@rule
def new_trainer(here: Here, seat: int, week: int, familiarity: float) -> None:
    """Fill the states of a trainer whose key is set."""
    p, t = here.settings[0], here.t
    u = uniform(here.now[0].seed, Stream.TRAINER_STATE, t.key[seat], week, 0)
    t.skill[seat] = within(spread(p.trainer_skill_mean, p.trainer_skill_spread, u))
    t.familiarity[seat], t.vacant_weeks[seat] = familiarity, 0
