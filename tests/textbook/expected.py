"""The expected turn of the year of one partnership, and its fixed point (5.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import erf, exp, pi, sqrt

from .exchange import MBO, comes, is_member, left, meet
from .students import DOMAINS, HBO_PROGRAMMES, WEIGHT_GROUP
from .week.supervision import caseload, dose

ROUNDS, MORE_ROUNDS = 4, 2
PROGRAMMES = (*HBO_PROGRAMMES, *MBO)
PLACES = ("inside", "outside")
YEARS = range(1, 5)
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
    quality: float = 0.0
    spread: float = 0.0
    asked: float = 0.0
    by_years: tuple[float, ...] = ()


@dataclass
class Staff:
    """Mentors of a kind: hours of one, how many, their skill (mean, SD), the share trained interprofessionally."""

    hours: float
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
    trainers: float
    communities: list
    travel: float = 0.0


def beginner(p, programme: str) -> States:
    level = dict.fromkeys(DOMAINS, p.competence_start)
    level[OWN.get(programme, "teaching")] += p.competence_lead
    return States(
        **level, knowledge=p.knowledge_start, barrier=p.barrier_start, engagement=p.engagement_reference,
        remembered=p.supervision_reference, belonging=(1 - p.belonging_peer) * p.climate_mean,
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
            meeting = meet(self.p, self.found.communities, self.middle_of_year(), self.beginners)
            self.supervise()
            for a in self.programmes:
                for z in PLACES[: 1 if a in MBO else 2]:
                    for k in YEARS:
                        if k > 1:
                            self.cells[z, a, k].first = replace(self.cells[z, a, k - 1].last)
                        self.live(z, a, k, meeting)
            self.count()

    def middle_of_year(self) -> dict:
        """Members inside, with states halfway through the year."""
        halfway = {}
        for a in PROGRAMMES:
            for k in YEARS:
                cell = self.cells["inside", a, k]
                both = [(getattr(cell.first, n) + getattr(cell.last, n)) / 2 for n in States.__dataclass_fields__]
                halfway[a, k] = MemberOf(*both, number=cell.number)
        return halfway

    # --- supervision -------------------------------------------------------------------------------------------------

    def days(self, a: str, k: int) -> float:
        p = self.p
        if a in MBO:
            return p.mbo_bbl_share * p.days_bbl + (1 - p.mbo_bbl_share) * p.days_bol
        fulltime = getattr(p, f"days_year_{k}")
        parttime = p.days_parttime if k <= 3 else p.days_year_4
        return {"fulltime": fulltime, "academic": fulltime * p.days_academic, "parttime": parttime}.get(
            a, p.days_pedagogy
        )

    def supervise(self) -> None:
        p, total = self.p, {"teacher": 0.0, "care": 0.0}
        for (z, a, k), cell in self.cells.items():
            need = p.need_per_day_mbo if a in MBO else p.need_per_day_final if k == 4 else p.need_per_day
            peers = (cell.first.peer_support + cell.last.peer_support) / 2
            cell.asked = need * self.days(a, k) * (1 - p.peer_relief * peers)
            if z == "inside":
                total[kind(a)] += cell.number * cell.asked
        for (z, a, _), cell in self.cells.items():
            if z == "inside":
                self.supervise_inside(a, cell, total[kind(a)])
            elif p.form_outside == "mentored":
                self.supervise_outside(cell)
            else:
                cell.quality = p.outside_supervision

    def supervise_inside(self, a: str, cell: Cell, total: float) -> None:
        p, staff = self.p, self.found.staff[kind(a)]
        by_trainers = p.trainer_weight * self.found.trainers
        cell.quality, cell.spread = by_trainers, 0.0
        if staff.number:
            support = caseload(p, max(cell.asked / staff.hours, total / (staff.hours * staff.number)))
            fits = 1.0
            if a == "assistant":
                open_to_it = 1 - cell.first.barrier if p.with_barrier else 1.0
                lacking = (1 - p.match_cross) * (1 - p.match_knowledge * (cell.first.knowledge * open_to_it))
                fits = 1 - lacking * (1 - staff.trained * p.interprofessional_restoration)
            given = (1 - p.trainer_weight) * dose(p, support) * fits
            cell.quality = min(1.0, given * staff.skill + by_trainers)
            cell.spread = given * staff.skill_sd

    def supervise_outside(self, cell: Cell) -> None:
        p, (skill, sd) = self.p, self.found.outside
        given = (1 - p.trainer_weight) * dose(p, caseload(p, cell.asked / p.outside_mentor_hours))
        t = p.outside_trainer_hours
        cell.quality = given * skill + p.trainer_weight * p.trainer_skill_mean * t / (t + p.trainer_half)
        cell.spread = given * sd

    # --- a year ------------------------------------------------------------------------------------------------------

    def live(self, z: str, a: str, k: int, meeting: dict) -> None:
        p, cell = self.p, self.cells[z, a, k]
        x = cell.last = replace(cell.first)
        member = z == "inside" and is_member(p, a, k)
        part = {"same_day": 1.0, "other_day": 0.0, "light": 1 / p.light_interval}[p.parttime_form]
        burden = p.engagement_burden * part if a == "parttime" and member and p.with_peer_learning else 0.0
        travel = self.found.travel if z == "inside" else 0.0
        hazard = 1 - (1 - yearly_exit(p, a, k)) ** (1 / 40)
        cell.stays = 1.0
        for week in range(1, 41):
            meets = member and p.with_peer_learning and week % p.meeting_interval == 0
            came = comes(p, a, x.engagement) if meets else 0.0
            x.remembered += p.memory_rate * (cell.quality - x.remembered)
            x.spread += p.memory_rate * (cell.spread - x.spread)
            x.peer_support -= p.peer_fade * x.peer_support
            if came > 0:
                gain = meeting["gains"][a, k]
                self.learn_together(x, came * gain.company, a, gain, meeting["facilitation"])
            self.learn_at_work(x, a, max(0.0, self.days(a, k) - came * p.meeting_hours / p.hours_per_day), cell.quality)
            self.engage(x, burden, travel)
            if p.with_dropout:
                cell.stays *= 1 - (leaves(p, hazard, x, -1) + leaves(p, hazard, x, 1)) / 2
            if week == 20 and a not in MBO:
                x.contacts *= 1 - meeting["replaced"]

    def learn_together(self, x: States, came: float, a: str, gain, facilitation: float) -> None:
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
            rate = p.barrier_gain * (p.barrier_mbo_factor if a in MBO else 1.0)
            enough = facilitation - p.barrier_threshold - first
            x.barrier -= came * rate * gain.across * enough * x.barrier * (1 - x.barrier)
            x.contacts += came * gain.across

    def learn_at_work(self, x: States, a: str, days: float, quality: float) -> None:
        p = self.p
        if days <= 0:
            return
        practice = p.practice_weight * (days / p.days_reference) ** p.practice_exponent
        gain = p.workplace_gain * (practice + (1 - p.practice_weight) * quality) * p.climate_mean
        for domain in DOMAINS:
            c = getattr(x, domain)
            setattr(x, domain, min(1.0, c + gain * weight(p, a, domain) * (1 - c)))

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
        total = sum(weight(p, a, d) for d in DOMAINS)
        ahead = sum(weight(p, a, d) * getattr(x, d) for d in DOMAINS) / total - getattr(p, f"required_year_{k}")
        sd = sqrt(sum((weight(p, a, d) * left(x, first, d) * p.competence_spread) ** 2 / 3 for d in DOMAINS)) / total
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
    """The same with how many there are."""

    number: float = 0.0


def kind(a: str) -> str:
    return "care" if a in ("pedagogy", "care3", "care4") else "teacher"


def weight(p, a: str, domain: str) -> float:
    return getattr(p, f"weight_{WEIGHT_GROUP[a]}_{domain}")


def yearly_exit(p, a: str, k: int) -> float:
    if a in MBO:
        return p.exit_mbo
    return getattr(p, f"exit_{'parttime' if a == 'parttime' else 'fulltime'}_{'first' if k == 1 else 'later'}")


def leaves(p, hazard: float, x: States, side: int) -> float:
    z_e = (x.engagement + side * x.spread_engagement - p.engagement_reference) / p.engagement_sd
    z_s = (x.remembered + side * x.spread - p.supervision_reference) / p.supervision_sd
    return min(1.0, hazard * p.exit_odds_engagement**z_e * p.exit_odds_supervision**z_s)


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
