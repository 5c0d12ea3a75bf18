"""Students: who they are (1, 2, 4.3.8) and what a student's rules are (3.0, 3.1, 3.5, 3.6–3.8, 3.10, 4.3.2)."""

from __future__ import annotations

import itertools
from abc import abstractmethod

from samenspel.agents.mathematics import exp, log, power
from samenspel.model.luck.draws import Stream

from .agent import HBO_STUDENT, MBO_STUDENT, KeyedAgent, make_key
from .arithmetic import clip, distance, spread
from .constants import (
    BARRIER_MBO_FACTOR,
    BARRIER_SPREAD,
    DAYS_REFERENCE,
    ENGAGEMENT_REFERENCE,
    ENGAGEMENT_SD,
    HOURS_PER_DAY,
    KNOWLEDGE_SPREAD,
    STOCK_GAIN,
    STOP_SHARE_MBO,
    SUPERVISION_REFERENCE,
    SUPERVISION_SD,
    weight,
)
from .mentors import drawn_skill
from .weeks import weeks_of

HBO_PROGRAMMES = ("fulltime", "parttime", "academic", "pedagogy")
DOMAINS = ("teaching", "care", "collaboration")
OWN_DOMAIN = {
    "fulltime": "teaching",
    "parttime": "teaching",
    "academic": "teaching",
    "pedagogy": "care",
    "care3": "care",
    "care4": "care",
    "assistant": "collaboration",
}
WEEK_STATES = (
    "attended",
    "placed",
    "days_now",
    "hours_asked",
    "support",
    "guidance",
    "trainer_guidance",
    "trainer_contact",
    "session_contact",
    "supervision",
    "help",
    "contact_share",
    "contact_facilitation",
)


class Student(KeyedAgent):
    """What hbo and mbo students share."""

    profession: str

    def __init__(self, model, key: int, programme: str, partnership: int) -> None:
        """A new student (4.3.8): year 1, outside, with a home, a start and nothing remembered."""
        super().__init__(model, key)
        p = self.p
        self.programme = programme
        self.track = "none"
        self.partnership = partnership
        self.half_year = False
        self.year = 1
        self.enrolled = 0

        self.x, self.y = self.draw_home()
        self.wish = self.draw_wish()
        self.available = self.draw_available()

        self.status = "outside"
        self.exit_kind = "none"
        self.site = None
        self.cluster = None
        self.mentor = None
        self.duo = None
        self.part = 0
        self.travel = 0.0
        self.wish_met = False

        for d, domain in enumerate(DOMAINS):
            lead = p.competence_lead if OWN_DOMAIN[programme] == domain else 0.0
            start = spread(p.competence_start + lead, p.competence_spread, self.u(Stream.START_STATE, d))
            setattr(self, domain, clip(start))
        self.knowledge = clip(spread(p.knowledge_start, KNOWLEDGE_SPREAD, self.u(Stream.START_STATE, 3)))
        self.barrier = clip(spread(p.barrier_start, BARRIER_SPREAD, self.u(Stream.START_STATE, 4)))
        self.outside_skill = clip(drawn_skill(p, self.u(Stream.OUTSIDE)))
        self.outside_trainer = spread(1, 0.6, self.u(Stream.OUTSIDE, 1))
        self.engagement = ENGAGEMENT_REFERENCE
        self.remembered = SUPERVISION_REFERENCE
        self.felt_support = 1.0
        self.time_memory = self.contact_memory = self.quality_memory = 0.0
        self.belonging = (1 - p.belonging_peer) * p.climate_mean
        self.peer_support = 0.0
        self.contacts = 0.0
        self.clear_week()

    def clear_week(self) -> None:
        """Set the states of the week to 0 (4.3.11)."""
        for name in WEEK_STATES:
            setattr(self, name, 0.0)
        self.attended = self.placed = False
        self.shortfalls = frozenset()
        self.weeks_placed = 0

    # --- who a student is (4.3.8) ------------------------------------------------------------------------------------

    def draw_home(self) -> tuple[float, float]:
        """A town where the partnership has a site, with chance by inhabitants, and a place around it."""
        towns = self.model.towns_of(self.partnership)
        upto = list(itertools.accumulate(town.inhabitants for town in towns))
        u = self.u(Stream.HOME)
        town = next(town for town, cumulated in zip(towns, upto, strict=True) if cumulated / upto[-1] > u)
        return (
            town.x + spread(0, self.p.home_spread, self.u(Stream.HOME, 1)),
            town.y + spread(0, self.p.home_spread, self.u(Stream.HOME, 2)),
        )

    @abstractmethod
    def draw_wish(self) -> bool:
        """Whether a public school is wished for."""

    @abstractmethod
    def draw_available(self) -> bool:
        """Whether the student can come on the day of the community."""

    # --- where a student is ------------------------------------------------------------------------------------------

    @property
    def hbo(self) -> bool:
        return self.profession == "hbo"

    @property
    def mbo(self) -> bool:
        return self.profession == "mbo"

    @property
    def inside(self) -> bool:
        return self.status == "inside"

    @property
    def present(self) -> bool:
        """Who left is in no rule any more."""
        return self.status != "left"

    @property
    @abstractmethod
    def member(self) -> bool:
        """Whether the student is a member of the cluster's learning community (section 1)."""

    @property
    def mentor_kind(self) -> str:
        """Section 1, who supervises whom."""
        return "care" if self.programme in ("pedagogy", "care3", "care4") else "teacher"

    @property
    def final(self) -> bool:
        """Whether this is the last year of hbo (3.2)."""
        return self.hbo and self.year == 4

    @property
    def richness(self) -> float:
        """Of practice in the mentor's class (3.8)."""
        return self.mentor.richness if self.mentor is not None and self.mentor.active else 1.0

    @property
    def climate(self) -> float:
        return self.site.climate if self.inside else self.p.climate_mean

    @property
    def openness(self) -> float:
        """What the status barrier leaves of what passes between the professions (3.2, 3.3)."""
        return 1 - self.barrier if self.p.with_barrier else 1.0

    def wants_public(self, latest: int = 3) -> bool:
        """An unmet wish counts in years 1–3 (4.5)."""
        return self.wish and not self.wish_met and self.year <= latest

    def come_inside(self, site) -> None:
        self.status = "inside"
        if site is not self.site:
            self.mentor = None
        self.site = site
        self.cluster = site.cluster
        self.travel = distance(self, site)
        if self.hbo and site.public:
            self.wish_met = True

    def go_outside(self) -> None:
        self.status = "outside"
        self.site = self.cluster = self.mentor = None
        self.part = 0
        self.travel = 0.0

    def leave(self, kind: str) -> None:
        self.go_outside()
        self.status = "left"
        self.exit_kind = kind

    # --- demand (3, 3.0, 3.1) ----------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def need(self) -> float:
        """Mentor hours per placement day (3)."""

    @property
    @abstractmethod
    def days(self) -> float:
        """Placement days a week (3)."""

    @property
    @abstractmethod
    def team_support(self) -> float:
        """Support of the student's own team for the community (3.0)."""

    @property
    def attends_light(self) -> bool:
        """Whether the student comes to one in `light_interval` meetings only (3.0)."""
        return self.programme == "parttime" and self.p.parttime_form == "light"

    @property
    def first_week(self) -> int:
        return weeks_of(self)[0]

    @property
    def last_week(self) -> int:
        return weeks_of(self)[-1]

    @property
    def in_duo(self) -> bool:
        """Whether this student and another share a placement this week (3.0)."""
        other = self.duo
        return other is not None and other.present and self.placed and other.placed

    def begin_week(self) -> None:
        """3.0: a placement this week, or none."""
        self.placed = self.model.week_of_year in weeks_of(self)

    def decide_to_come(self) -> None:
        """3.0, in a meeting week."""
        form = 1 / self.p.light_interval if self.attends_light else 1.0
        chance = self.available * self.engagement * self.team_support * form
        self.attended = self.placed and self.member and self.u(Stream.ATTENDANCE) < chance

    def count_days(self) -> None:
        """3.0: a meeting takes its hours from that week's placement."""
        if not self.placed:
            self.days_now = 0.0
            return
        self.days_now = max(0.0, self.days - self.attended * self.p.meeting_hours / HOURS_PER_DAY)

    def ask_hours(self) -> None:
        """3.1."""
        relief = 1 - self.p.peer_relief * self.peer_support
        asks = self.inside or self.p.form_outside == "mentored"
        self.hours_asked = self.need * self.days_now * relief if asks else 0.0
        if self.in_duo:
            self.hours_asked *= (1 + self.p.duo_extra) / 2

    # --- what the week brings (3.5–3.8) ------------------------------------------------------------------------------

    def feel_peer_support(self) -> None:
        """3.6: fading every week, then help."""
        p = self.p
        self.peer_support += -p.peer_fade * self.peer_support
        if self.help > 0:
            self.peer_support += p.peer_rate * self.help / (self.help + p.peer_half) * (1 - self.peer_support)

    def meet_the_other(self) -> None:
        """3.7: contact changes the status barrier."""
        p = self.p
        n = self.contact_share
        if n <= 0 or not p.with_barrier:
            return
        gain = p.barrier_gain * (BARRIER_MBO_FACTOR if self.mbo else 1.0)
        first = 0.0
        if p.form_contact == "threshold":
            n0 = p.barrier_contacts_half
            first = p.barrier_first_contacts * n0 / (n0 + self.contacts)
        enough = self.contact_facilitation - p.barrier_threshold - first
        self.barrier = clip(self.barrier - gain * n * enough * self.barrier * (1 - self.barrier))
        self.contacts += n

    def learn_at_work(self) -> None:
        """3.8."""
        p = self.p
        if self.days_now <= 0:
            return
        practice = power(self.days_now * (p.duo_practice if self.in_duo else 1) / DAYS_REFERENCE, p.practice_exponent)
        quality = p.practice_weight * self.richness * practice + (1 - p.practice_weight) * self.supervision
        for domain in DOMAINS:
            c = getattr(self, domain)
            gain = p.workplace_gain * quality * self.climate * weight(self.programme, domain) * (1 - c)
            setattr(self, domain, clip(c + gain))

    # --- engagement and leaving (3.10) -------------------------------------------------------------------------------

    def feel_belonging(self) -> None:
        p = self.p
        level = min(1.0, p.belonging_peer * self.peer_support + (1 - p.belonging_peer) * self.climate)
        self.belonging += p.belonging_rate * (level - self.belonging)

    @property
    def burden(self) -> float:
        """What compulsory meetings cost a part-time member."""
        p = self.p
        if not (self.programme == "parttime" and self.member and p.with_peer_learning):
            return 0.0
        part = {"same_day": 1.0, "other_day": 0.0, "light": 1 / p.light_interval}[p.parttime_form]
        return p.engagement_burden * part

    def feel_engagement(self) -> None:
        p = self.p
        level = clip(
            p.engagement_base
            + p.engagement_supervision * self.remembered
            + p.engagement_belonging * self.belonging
            - p.engagement_travel * self.travel / (self.travel + p.travel_half)
            - self.burden
        )
        self.engagement += p.engagement_rate * (level - self.engagement)

    @property
    @abstractmethod
    def exit_chance_of_a_year(self) -> float:
        """In each kind of student."""

    @property
    @abstractmethod
    def stop_share(self) -> float:
        """In each kind of student."""

    def decide_to_leave(self) -> None:
        p = self.p
        base = 1 - power(1 - self.exit_chance_of_a_year, 1 / 40)
        z_engagement = (self.engagement - ENGAGEMENT_REFERENCE) / ENGAGEMENT_SD
        z_supervision = (self.remembered - SUPERVISION_REFERENCE) / SUPERVISION_SD
        chance = base * exp(z_engagement * log(p.exit_odds_engagement) + z_supervision * log(p.exit_odds_supervision))
        if self.u(Stream.EXIT) < min(1.0, chance):
            self.leave("stop" if self.u(Stream.EXIT_KIND) < self.stop_share else "switch")

    # --- the turn of the year (4.3.2) --------------------------------------------------------------------------------

    @abstractmethod
    def end_year(self) -> None:
        """In each kind of student."""


class HboStudent(Student):
    """A student of the pabo or of pedagogy."""

    profession = "hbo"

    def __init__(self, model, programme: str, partnership: int, cohort: int, number: int) -> None:
        index = HBO_PROGRAMMES.index(programme) * 2**17 + number
        super().__init__(model, make_key(HBO_STUDENT, cohort, partnership, index), programme, partnership)
        # the one draw that a student keeps for life (4.5)
        self.admission = model.luck(Stream.ADMISSION, self.key, 0, 0)

    def draw_wish(self) -> bool:
        return self.u(Stream.WISH) < self.p.denomination_wish_share

    def draw_available(self) -> bool:
        p = self.p
        if self.programme != "parttime":
            return True
        share = p.parttime_availability if p.parttime_form == "same_day" else p.parttime_availability_flex
        return self.u(Stream.AVAILABLE) < share

    def grow_into(self, year: int) -> None:
        """Section 5: a student of year k of the stock at the start."""
        for _ in range(year - 1):
            for domain in DOMAINS:
                c = getattr(self, domain)
                setattr(self, domain, c + STOCK_GAIN * weight(self.programme, domain) * (1 - c))
        self.year = year
        self.enrolled = year - 1

    @property
    def member(self) -> bool:
        return self.inside and self.year <= 3

    @property
    def need(self) -> float:
        return self.p.need_per_day_final if self.year == 4 else self.p.need_per_day

    @property
    def days(self) -> float:
        p = self.p
        fulltime = (p.days_year_1, p.days_year_2, p.days_year_3, p.days_year_4)[self.year - 1]
        match self.programme:
            case "fulltime":
                return fulltime
            case "academic":
                return fulltime * p.days_academic
            case "parttime":
                return p.days_parttime if self.year <= 3 else p.days_year_4
            case _:
                return p.days_pedagogy

    @property
    def team_support(self) -> float:
        return self.p.support_parttime if self.programme == "parttime" else self.p.support_fulltime

    @property
    def exit_chance_of_a_year(self) -> float:
        team = "parttime" if self.programme == "parttime" else "fulltime"
        phase = "first" if self.year == 1 else "later"
        return getattr(self.p, f"exit_{team}_{phase}")

    @property
    def stop_share(self) -> float:
        return self.p.stop_share_parttime if self.programme == "parttime" else self.p.stop_share_fulltime

    def passes(self) -> bool:
        p = self.p
        if not p.with_assessment:
            return True
        total = sum(weight(self.programme, d) for d in DOMAINS)
        average = sum(weight(self.programme, d) * getattr(self, d) for d in DOMAINS) / total
        score = spread(average, p.assessment_noise, self.u(Stream.ASSESSMENT))
        return score >= getattr(p, f"required_year_{self.year}")

    def delayed(self) -> bool:
        """Study delay at the institute, in years 2–4."""
        p = self.p
        return p.with_assessment and self.year >= 2 and self.u(Stream.DELAY) < p.delay_later

    def end_year(self) -> None:
        self.enrolled += 1
        passed = self.passes()
        if passed and not self.delayed():
            if self.year == 4:
                self.leave("graduated")
                return
            self.year += 1
        elif not passed and self.u(Stream.FAILED_LEAVES) < self.p.failed_leaves:
            self.leave("failed")
            return
        if self.enrolled >= self.p.enrolment_limit:
            self.leave("failed")


class MboStudent(Student):
    """A student of pedagogical work 3 or 4 or a teaching assistant; always inside, in a seat of a cluster."""

    profession = "mbo"

    def __init__(self, model, programme: str, community, cohort: int, seat: int) -> None:
        super().__init__(model, self.key_of(community, cohort, seat), programme, community.partnership)
        self.seat = seat % 128

    @staticmethod
    def key_of(community, cohort: int, seat: int) -> int:
        return make_key(MBO_STUDENT, cohort, community.partnership, community.number * 2**8 + seat)

    def draw_wish(self) -> bool:
        return False

    def draw_available(self) -> bool:
        return self.u(Stream.AVAILABLE) < self.p.mbo_availability

    @property
    def member(self) -> bool:
        return self.inside and self.cluster.has("mbo_mix") != "none"

    @property
    def need(self) -> float:
        return self.p.need_per_day_mbo

    @property
    def days(self) -> float:
        return self.p.days_bbl if self.track == "bbl" else self.p.days_bol

    @property
    def team_support(self) -> float:
        return 1.0

    @property
    def exit_chance_of_a_year(self) -> float:
        return self.p.exit_mbo

    @property
    def stop_share(self) -> float:
        return STOP_SHARE_MBO

    def end_year(self) -> None:
        self.year += 1
        if self.year > self.p.mbo_years:
            self.leave("graduated")
        elif not self.u(Stream.MBO_RETURN) < self.p.mbo_return_share:
            self.leave("ended")
