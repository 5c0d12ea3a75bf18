"""The expected turn of the year of one partnership, and its fixed point (5.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import erf, pi, sqrt
from types import SimpleNamespace

from samenspel.agents.mathematics import exp, log, power

from .constants import (
    BARRIER_MBO_FACTOR,
    DAYS_REFERENCE,
    ENGAGEMENT_REFERENCE,
    ENGAGEMENT_SD,
    HOURS_PER_DAY,
    OUTSIDE_SUPERVISION,
    SUPERVISION_REFERENCE,
    SUPERVISION_SD,
    weight,
)
from .exchange import MBO, comes, is_member, left, meet, sessions
from .students import DOMAINS, HBO_PROGRAMMES
from .week.sessions import lead
from .week.supervision import caseload, dose
from .weeks import weeks_of

ROUNDS, MORE_ROUNDS = 4, 2
PROGRAMMES = (*HBO_PROGRAMMES, *MBO)
PLACES = ("inside", "outside")
YEARS = range(1, 5)
WEEKS = range(1, 41)
OWN = {"pedagogy": "care", "care3": "care", "care4": "care", "assistant": "collaboration"}


@dataclass
class States:
    """Means over students, and the SD of remembered supervision and engagement."""

    teaching: float
    care: float
    collaboration: float
    knowledge: float
    barrier: float
    engagement: float
    remembered: float
    belonging: float
    contacts: float = 0.0
    peer_support: float = 0.0
    spread: float = 0.0
    spread_engagement: float = 0.0


@dataclass
class Cell:
    """Who is expected at a place in a programme and year."""

    first: States
    last: States
    number: float = 0.0
    stays: float = 0.0
    asked: float = 0.0
    by_years: tuple[float, ...] = ()


@dataclass
class Staff:
    """Mentors of a kind: hours of one without and with a final year, how many, skill (mean, SD), share trained."""

    hours: float
    hours_final: float
    number: int
    skill: float
    skill_sd: float
    trained: float


@dataclass
class Found:
    """What the students of a partnership find there."""

    demand: dict[str, int]
    able: dict[str, float]
    mbo: dict[str, int]
    places: int
    staff: dict[str, Staff]
    outside: tuple[float, float]
    sites: dict[str, int]
    communities: list
    travel: float = 0.0


def beginner(p, programme: str) -> States:
    level = dict.fromkeys(DOMAINS, p.competence_start)
    level[OWN.get(programme, "teaching")] += p.competence_lead
    return States(
        **level, knowledge=p.knowledge_start, barrier=p.barrier_start, engagement=ENGAGEMENT_REFERENCE,
        remembered=SUPERVISION_REFERENCE, belonging=(1 - p.belonging_peer) * p.climate_mean,
    )  # fmt: skip


class LongRun:
    """The expected students of one partnership by (place, programme, year)."""

    def __init__(self, p, found: Found) -> None:
        self.p, self.found = p, found
        self.programmes = [a for a in PROGRAMMES if (found.demand.get(a, 0) or found.mbo.get(a, 0))]
        self.beginners = {a: beginner(p, a) for a in PROGRAMMES}
        self.cells = {
            (z, a, k): Cell(replace(self.beginners[a]), replace(self.beginners[a]))
            for z in PLACES
            for a in PROGRAMMES
            for k in YEARS
        }
        self.go_round(ROUNDS)

    def go_round(self, rounds: int) -> None:
        for _ in range(rounds):
            meetings = self.come_together()
            self.ask_mentors()
            for a in self.programmes:
                for z in PLACES[: 1 if a in MBO else 2]:
                    for k in YEARS:
                        if k > 1:
                            self.cells[z, a, k].first = replace(self.cells[z, a, k - 1].last)
                        self.live(z, a, k, meetings)
            self.count()

    def come_together(self) -> dict:
        """What a meeting gives, by week, and trainer guidance in `self.trainers`."""
        found, meetings = {}, {}
        self.trainers: dict[int, float] = {}
        for week in WEEKS:
            term = week >= self.p.year_1_first_week
            if term not in found:
                cells = self.middle_of_year(week)
                for community in self.found.communities:
                    community.trainer_time = community.free
                    lead(community, *sessions(self.p, self.found.communities, cells))
                found[term] = meet(self.p, self.found.communities, cells, self.beginners)
            meetings[week] = found[term]
            self.trainers[week] = self.guidance_of_trainers(week)
        return meetings

    def middle_of_year(self, week: int) -> dict:
        """Everybody inside, with states halfway through the year."""
        halfway = {}
        for a in PROGRAMMES:
            for k in YEARS:
                cell = self.cells["inside", a, k]
                both = [(getattr(cell.first, n) + getattr(cell.last, n)) / 2 for n in States.__dataclass_fields__]
                halfway[a, k] = MemberOf(*both, number=cell.number, placed=self.part_placed(a, k, week))
        return halfway

    # --- placement ---------------------------------------------------------------------------------------------------

    def weeks(self, a: str, k: int) -> tuple[range, range]:
        """Of those with an even key, and those with an odd one."""
        even, odd = (weeks_of(SimpleNamespace(p=self.p, programme=a, year=k, key=key)) for key in (0, 1))
        return even, odd

    def part_placed(self, a: str, k: int, week: int) -> float:
        return sum(week in weeks for weeks in self.weeks(a, k)) / 2

    def inside_placed(self, week: int, *, of=lambda a, k: True) -> tuple[float, float]:
        """How many are inside, and how many of them are placed."""
        numbers = [
            (self.cells["inside", a, k].number, self.part_placed(a, k, week))
            for a in PROGRAMMES
            for k in YEARS
            if of(a, k)
        ]
        return sum(n for n, _ in numbers), sum(n * part for n, part in numbers)

    def days(self, a: str, k: int) -> float:
        p = self.p
        if a in MBO:
            return p.mbo_bbl_share * p.days_bbl + (1 - p.mbo_bbl_share) * p.days_bol
        fulltime = getattr(p, f"days_year_{k}")
        parttime = p.days_parttime if k <= 3 else p.days_year_4
        return {"fulltime": fulltime, "academic": fulltime * p.days_academic, "parttime": parttime}.get(
            a, p.days_pedagogy
        )

    # --- supervision -------------------------------------------------------------------------------------------------

    def guidance_of_trainers(self, week: int) -> float:
        p, communities = self.p, self.found.communities
        there, placed = self.inside_placed(week)
        part = placed / there if there else 1.0
        guidance = []
        for community in communities:
            t = community.trainer_time / max(1.0, community.expected_students * part)
            guidance.append(community.trainer_effect * t / (t + p.trainer_half))
        weights = [max(community.expected_students, 1e-300) for community in communities]
        return sum(w * g for w, g in zip(weights, guidance, strict=True)) / sum(weights) if communities else 0.0

    def ask_mentors(self) -> None:
        """Hours asked; what a mentor of skill 1 gives, and who shares a placement, in each week."""
        p = self.p
        for (_, a, k), cell in self.cells.items():
            need = p.need_per_day_mbo if a in MBO else p.need_per_day_final if k == 4 else p.need_per_day
            peers = (cell.first.peer_support + cell.last.peer_support) / 2
            cell.asked = need * self.days(a, k) * (1 - p.peer_relief * peers)
        self.duo = {(kind, week): self.part_in_duo(kind, week) for kind in ("teacher", "care") for week in WEEKS}
        self.given = {}
        for week in WEEKS:
            for kind_of_mentor in ("teacher", "care"):
                self.divide_time(kind_of_mentor, week)

    def part_in_duo(self, kind_of_mentor: str, week: int) -> float:
        """Of first-years: with a Poisson number at a site, an odd one of whom is alone."""
        there, placed = self.inside_placed(week, of=lambda a, k: first_year(a, k) and kind(a) == kind_of_mentor)
        sites = self.found.sites[kind_of_mentor]
        if not self.p.duo_year_1 or not there or not sites:
            return 0.0
        mean = there / sites
        odd = (1 - exp(-2 * mean)) / 2
        return (1 - odd / mean) * placed / there

    def divide_time(self, kind_of_mentor: str, week: int) -> None:
        p, staff = self.p, self.found.staff[kind_of_mentor]
        asked = {
            (a, k): self.cells["inside", a, k].asked for a in PROGRAMMES for k in YEARS if kind(a) == kind_of_mentor
        }
        if not staff.number:
            self.given |= dict.fromkeys(((a, k, week) for a, k in asked), 0.0)
            return
        finals = kind_of_mentor == "teacher" and self.inside_placed(
            week, of=lambda a, k: final(a, k) and kind(a) == "teacher"
        )[1]  # fmt: skip
        hours = staff.hours + min(1.0, finals / staff.number) * (staff.hours_final - staff.hours)
        half, duo = (1 + p.duo_extra) / 2, self.duo[kind_of_mentor, week]
        total = sum(
            self.cells["inside", a, k].number
            * self.part_placed(a, k, week)
            * each
            * (1 - duo + duo * half if first_year(a, k) else 1)
            for (a, k), each in asked.items()
        )
        for (a, k), each in asked.items():
            own = staff.hours_final if final(a, k) else hours
            alone, together = (
                dose(p, caseload(p, max(each * more / own, total / (hours * staff.number)))) for more in (1, 2 * half)
            )
            part = duo if first_year(a, k) else 0.0
            self.given[a, k, week] = self.fits(a, k) * ((1 - part) * alone + part * together)

    def fits(self, a: str, k: int) -> float:
        """Mean match with a mentor."""
        p, x = self.p, self.cells["inside", a, k].first
        if a != "assistant":
            return 1.0
        open_to_it = 1 - x.barrier if p.with_barrier else 1.0
        lacking = (1 - p.match_cross) * (1 - p.match_knowledge * (x.knowledge * open_to_it))
        return 1 - lacking * (1 - self.found.staff["teacher"].trained * p.interprofessional_restoration)

    def supervised(self, z: str, a: str, k: int, week: int, x: States) -> tuple[float, float]:
        """Supervision in a week of placement, and its SD over students."""
        p = self.p
        w_t, w_c = p.trainer_weight, p.community_weight
        w_m = 1 - w_t - w_c
        if z == "outside":
            if p.form_outside == "fixed":
                return OUTSIDE_SUPERVISION, 0.0
            skill, sd = self.found.outside
            given = dose(p, caseload(p, self.cells[z, a, k].asked / p.outside_mentor_hours))
            t = p.outside_trainer_hours
            trainers, community = p.trainer_skill_mean * t / (t + p.trainer_half), None
        else:
            skill, sd = self.found.staff[kind(a)].skill, self.found.staff[kind(a)].skill_sd
            given, trainers = self.given[a, k, week], self.trainers[week]
            community = x.peer_support if is_member(p, a, k) else None if a in MBO else p.induction
        all_weights = w_m + w_t + (w_c if community is not None else 0.0)
        mean = (w_m * given * skill + w_t * trainers + w_c * (community or 0.0)) / all_weights
        return min(1.0, mean), w_m * given * sd / all_weights

    # --- a year ------------------------------------------------------------------------------------------------------

    def live(self, z: str, a: str, k: int, meetings: dict) -> None:
        """The mean of those with an even key and those with an odd one."""
        cell = self.cells[z, a, k]
        lives = [self.live_through(z, a, k, weeks, meetings) for weeks in self.weeks(a, k)]
        cell.stays = sum(stays for _, stays in lives) / 2
        cell.last = States(*(sum(getattr(x, name) for x, _ in lives) / 2 for name in States.__dataclass_fields__))

    def live_through(self, z: str, a: str, k: int, placed: range, meetings: dict) -> tuple[States, float]:
        p = self.p
        x = replace(self.cells[z, a, k].first)
        member = z == "inside" and is_member(p, a, k)
        part = {"same_day": 1.0, "other_day": 0.0, "light": 1 / p.light_interval}[p.parttime_form]
        burden = p.engagement_burden * part if a == "parttime" and member and p.with_peer_learning else 0.0
        travel = self.found.travel if z == "inside" else 0.0
        hazard = 1 - power(1 - yearly_exit(p, a, k), 1 / 40)
        stays = 1.0
        for week in WEEKS:
            meets = member and week in placed and p.with_peer_learning and week % p.meeting_interval == 0
            came = comes(p, a, x.engagement) if meets else 0.0
            quality = 0.0
            if week in placed:
                quality, spread = self.supervised(z, a, k, week, x)
                x.remembered += p.memory_rate * (quality - x.remembered)
                x.spread += p.memory_rate * (spread - x.spread)
            x.peer_support -= p.peer_fade * x.peer_support
            if came > 0:
                gain = meetings[week]["gains"][a, k]
                self.learn_together(x, came * gain.company, a, gain)
            if week in placed:
                duo = self.duo[kind(a), week] if z == "inside" and first_year(a, k) else 0.0
                days = max(0.0, self.days(a, k) - came * p.meeting_hours / HOURS_PER_DAY)
                self.learn_at_work(x, a, days * (1 - duo + duo * p.duo_practice), quality)
            self.engage(x, burden, travel)
            if p.with_dropout:
                stays *= 1 - (leaves(p, hazard, x, -1) + leaves(p, hazard, x, 1)) / 2
            if week == 20 and a not in MBO:
                x.contacts *= 1 - meetings[week]["replaced"]
        return x, stays

    def learn_together(self, x: States, came: float, a: str, gain) -> None:
        p = self.p
        for d, domain in enumerate(DOMAINS):
            c = getattr(x, domain)
            setattr(x, domain, min(1.0, c + came * (gain.learned[d] + gain.explained[d] * (1 - c))))
        for help in (max(0.0, gain.help - sqrt(gain.varied)), gain.help + sqrt(gain.varied)):
            x.peer_support += came * p.peer_rate * help / (help + p.peer_half) / 2 * (1 - x.peer_support)
        x.knowledge += came * gain.heard * (1 - x.knowledge)
        if gain.across > 0 and p.with_barrier:
            first = 0.0
            if p.form_contact == "threshold":
                first = p.barrier_first_contacts * p.barrier_contacts_half / (p.barrier_contacts_half + x.contacts)
            rate = p.barrier_gain * (BARRIER_MBO_FACTOR if a in MBO else 1.0)
            enough = gain.facilitated - gain.across * (p.barrier_threshold + first)
            x.barrier -= came * rate * enough * x.barrier * (1 - x.barrier)
            x.contacts += came * gain.across

    def learn_at_work(self, x: States, a: str, days: float, quality: float) -> None:
        p = self.p
        if days <= 0:
            return
        practice = p.practice_weight * power(days / DAYS_REFERENCE, p.practice_exponent)
        gain = p.workplace_gain * (practice + (1 - p.practice_weight) * quality) * p.climate_mean
        for domain in DOMAINS:
            c = getattr(x, domain)
            setattr(x, domain, min(1.0, c + gain * weight(a, domain) * (1 - c)))

    def engage(self, x: States, burden: float, travel: float) -> None:
        p = self.p
        home = min(1.0, p.belonging_peer * x.peer_support + (1 - p.belonging_peer) * p.climate_mean)
        x.belonging += p.belonging_rate * (home - x.belonging)
        level = p.engagement_base + p.engagement_supervision * x.remembered + p.engagement_belonging * x.belonging
        level = min(1.0, max(0.0, level - p.engagement_travel * travel - burden))
        x.engagement += p.engagement_rate * (level - x.engagement)
        x.spread_engagement += p.engagement_rate * (p.engagement_supervision * x.spread - x.spread_engagement)

    # --- the turn of the year ----------------------------------------------------------------------------------------

    def passes(self, z: str, a: str, k: int) -> float:
        p, x, first = self.p, self.cells[z, a, k].last, self.cells[z, a, 1].first
        if not p.with_assessment:
            return 1.0
        total = sum(weight(a, d) for d in DOMAINS)
        ahead = sum(weight(a, d) * getattr(x, d) for d in DOMAINS) / total - getattr(p, f"required_year_{k}")
        sd = sqrt(sum((weight(a, d) * left(x, first, d) * p.competence_spread) ** 2 / 3 for d in DOMAINS)) / total
        n = p.assessment_noise
        if sd <= 0 or n <= 0:
            return float(ahead >= 0)
        return sd / (2 * n) * (below((ahead + n) / sd) - below((ahead - n) / sd))

    def years_of(self, z: str, a: str) -> float:
        """Years that one entrant is there on average; `by_years` has them by years enrolled before."""
        p, size = self.p, min(self.p.enrolment_limit, 100)
        n = {k: [0.0] * size for k in YEARS}
        n[1][0] = 1.0
        for e in range(size - 1):
            for k in YEARS:
                there, passed = n[k][e] * self.cells[z, a, k].stays, self.passes(z, a, k)
                late = passed * p.delay_later if k > 1 and p.with_assessment else 0.0
                n[k][e + 1] += there * (late + (1 - passed) * (1 - p.failed_leaves))
                if k < 4:
                    n[k + 1][e + 1] += there * (passed - late)
        for k in YEARS:
            self.cells[z, a, k].by_years = tuple(n[k])
        return sum(sum(row) for row in n.values())

    def count(self) -> None:
        """Numbers with which every place is filled and every programme complete."""
        p, found = self.p, self.found
        for a in self.programmes:
            if a in MBO:
                self.count_mbo(a)
        hbo = [a for a in self.programmes if a not in MBO]
        years = {(z, a): self.years_of(z, a) for z in PLACES for a in hbo}

        def inside(a: str, part: float) -> float:
            entering = part * found.able[a]
            within = entering * years["inside", a]
            return found.demand[a] * within / (within + (1 - entering) * years["outside", a])

        before = {"parttime_first": lambda a: a == "parttime", "fulltime_first": lambda a: a != "parttime"}
        first = before.get(p.placement_priority, lambda a: True)
        free = found.places
        for turn in ([a for a in hbo if first(a)], [a for a in hbo if not first(a)]):
            part = admitted(lambda x, turn=turn: sum(inside(a, x) for a in turn), free)
            for a in turn:
                free -= inside(a, part)
                entering = part * found.able[a]
                entrants = found.demand[a] / (entering * years["inside", a] + (1 - entering) * years["outside", a])
                for z, share in zip(PLACES, (entering, 1 - entering), strict=True):
                    for k in YEARS:
                        self.cells[z, a, k].number = entrants * share * sum(self.cells[z, a, k].by_years)

    def count_mbo(self, a: str) -> None:
        p = self.p
        span = p.mbo_years - min(p.mbo_first_year, p.mbo_years) + 1
        n = [1.0]
        for k in range(1, min(4, span)):
            stays = self.cells["inside", a, k].stays
            n.append(n[-1] * stays * p.mbo_return_share * (span - k) / (span - k + 1))
        for k in YEARS:
            self.cells["inside", a, k].number = n[k - 1] * self.found.mbo[a] / sum(n) if k <= len(n) else 0.0


@dataclass
class MemberOf(States):
    """The same with how many there are, and which part of them is placed."""

    number: float = 0.0
    placed: float = 1.0


def first_year(a: str, k: int) -> bool:
    return a not in MBO and k == 1


def final(a: str, k: int) -> bool:
    return a not in MBO and k == 4


def kind(a: str) -> str:
    return "care" if a in ("pedagogy", "care3", "care4") else "teacher"


def yearly_exit(p, a: str, k: int) -> float:
    if a in MBO:
        return p.exit_mbo
    return getattr(p, f"exit_{'parttime' if a == 'parttime' else 'fulltime'}_{'first' if k == 1 else 'later'}")


def leaves(p, hazard: float, x: States, side: int) -> float:
    z_e = (x.engagement + side * x.spread_engagement - ENGAGEMENT_REFERENCE) / ENGAGEMENT_SD
    z_s = (x.remembered + side * x.spread - SUPERVISION_REFERENCE) / SUPERVISION_SD
    return min(1.0, hazard * exp(z_e * log(p.exit_odds_engagement) + z_s * log(p.exit_odds_supervision)))


def below(t: float) -> float:
    """t·Φ(t) + φ(t)."""
    return t * (1 + erf(t / sqrt(2))) / 2 + exp(-t * t / 2) / sqrt(2 * pi)


def admitted(inside, free: float) -> float:
    """The part of the eligible that fits: all, or by halving forty times."""
    if inside(1.0) <= free:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) <= free else (low, middle)
    return low
