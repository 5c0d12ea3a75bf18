"""Mentors: who they are (4.3.9), their time (3.2), their fatigue (3.9) and their year (4.3.3)."""

from __future__ import annotations

from samenspel.agents.mathematics import exp, log, power
from samenspel.model.luck.draws import Stream

from .agent import MENTOR, KeyedAgent, make_key
from .arithmetic import clip, spread
from .constants import MENTOR_SKILL_MEAN, MENTOR_SKILL_SPREAD


def drawn_skill(p, u: float) -> float:
    """Skill by a mentor's own draw, before any training (4.3.9)."""
    if p.form_skill == "uniform":
        return spread(MENTOR_SKILL_MEAN, MENTOR_SKILL_SPREAD, u)
    u = max(u, 2**-53)
    logit = p.mentor_skill_logit_mean + p.mentor_skill_logit_spread * log(u / (1 - u))
    return 1 / (1 + exp(-logit))


class Mentor(KeyedAgent):
    """A mentor's role at a site, and the person who fills it.

    `place` counts the roles of a site: teachers from 0, care mentors from 32.
    """

    def __init__(self, model, site, place: int, cohort: int, trained_share: float, trained: bool | None = None) -> None:
        super().__init__(model, 0)
        self.site = site
        self.place = place
        self.kind = "care" if place >= 32 else "teacher"
        self.students = 0
        self.hours_asked = self.hours_available = self.load = 0.0
        self.hosts_final = False
        self.paid_hours = 0.0
        self.expected = []  # students for the coming year, while mentors are asked
        self.begin(cohort, trained_share, trained)

    def begin(self, cohort: int, trained_share: float, trained: bool | None = None) -> None:
        """A new mentor comes into the role (4.3.9)."""
        p = self.p
        self.key = make_key(MENTOR, cohort, self.site.partnership, self.site.number * 2**6 + self.place)
        self.role = "active"
        drawn = self.u(Stream.MENTOR_STATE, 0) < trained_share
        self.trained = drawn if trained is None else trained
        share = self.cluster.has("interprofessional_trained_share")
        self.interprofessional = self.u(Stream.MENTOR_STATE, 1) < share
        skill = drawn_skill(p, self.u(Stream.MENTOR_STATE, 2))
        self.skill = clip(skill + p.mentor_training_gain * self.trained)
        self.richness = spread(1, p.richness_spread, self.u(Stream.MENTOR_STATE, 4))
        self.base = clip(spread(p.fatigue_base_mean, p.fatigue_base_spread, self.u(Stream.MENTOR_STATE, 3)))
        self.fatigue = self.base
        self.new = cohort > 0

    @property
    def cluster(self):
        return self.site.cluster

    @property
    def board(self):
        return self.site.board

    @property
    def active(self) -> bool:
        return self.role == "active"

    def clear_week(self) -> None:
        self.students = 0
        self.hosts_final = False
        self.hours_asked = self.hours_available = self.load = 0.0

    # --- time (3.2) --------------------------------------------------------------------------------------------------

    def facilitated_hours(self, hosts_final: bool) -> float:
        """H · hours_factor, with or without a student of the final year."""
        p = self.p
        if self.kind == "care":
            hours = p.care_mentor_hours
        elif hosts_final:
            hours = max(p.mentor_hours, p.mentor_hours_final)
        else:
            hours = p.mentor_hours
        return hours * self.board.hours_factor

    def time(self, hosts_final: bool) -> float:
        """Hours a week that this mentor has for students at the present fatigue."""
        fatigue = self.fatigue if self.p.with_fatigue else 0.0
        given = self.facilitated_hours(hosts_final) * self.p.hours_delivered
        return given * (1 - self.p.fatigue_time_loss * fatigue)

    @property
    def relief(self) -> float:
        """What assistants at the site free for each teacher who hosts."""
        return self.site.hours_freed / self.site.hosting_teachers if self.kind == "teacher" else 0.0

    def divide_time(self, students) -> None:
        """3.2, for this mentor's students of the week."""
        self.clear_week()
        if self.active and students:
            self.students = len(students)
            self.hours_asked = sum(student.hours_asked for student in students)
            placed_final = any(student.final and student.placed for student in students)
            self.hosts_final = self.kind == "teacher" and placed_final
            self.hours_available = self.time(self.hosts_final) + self.relief
            self.load = self.hours_asked / self.hours_available
            self.paid_hours += self.facilitated_hours(self.hosts_final)

    def take_over(self, student) -> None:
        """3.9: take the student of a colleague who withdrew."""
        self.hours_asked += student.hours_asked
        if self.hours_available == 0:
            self.hours_available = self.time(hosts_final=False)
        self.load = self.hours_asked / self.hours_available

    # --- fatigue (3.9) -----------------------------------------------------------------------------------------------

    def tire(self) -> None:
        p = self.p
        if self.role == "empty":
            return
        load = self.load if self.active else 0.0
        strain = power(max(0.0, load - 1), p.fatigue_exponent) if p.form_fatigue == "excess" else load / 2
        change = p.fatigue_rate * strain - p.fatigue_recovery * (self.fatigue - self.base)
        self.fatigue = clip(self.fatigue + change)

    def gives_up(self) -> bool:
        """Whether an active mentor with students withdraws this week."""
        hosting = self.active and self.students > 0
        return hosting and self.u(Stream.WITHDRAWAL) < self.p.withdrawal_rate * self.fatigue**2

    # --- the turn of the year (4.3.3) --------------------------------------------------------------------------------

    def rest(self) -> None:
        self.fatigue = self.base + self.p.fatigue_summer * (self.fatigue - self.base)
        self.new = False

    def turn_over(self, year: int) -> None:
        """Leave, return, or be followed by a new mentor."""
        p = self.p
        if p.with_turnover and self.role != "empty" and self.u(Stream.MENTOR_TURNOVER) < p.mentor_turnover:
            self.role = "empty"
            for student in self.model.students:
                if student.mentor is self:
                    student.mentor = None
        if self.role == "withdrawn" and self.u(Stream.MENTOR_TURNOVER, 1) < p.mentor_return:
            self.role = "active"
        if p.with_turnover and self.role == "empty":
            key = make_key(MENTOR, year, self.site.partnership, self.site.number * 2**6 + self.place)
            if self.model.luck(Stream.MENTOR_TURNOVER, key, year, 2) < p.mentor_recruitment:
                self.begin(year, p.new_mentors_trained_share)

    def train(self) -> None:
        p = self.p
        rate = p.mentor_training_rate
        if self.cluster.plan:
            rate = min(1.0, 2 * rate)
        if self.board.stopped:
            rate = 0.0
        if self.active and not self.trained and self.u(Stream.MENTOR_TRAINING) < rate:
            self.trained = True
            self.skill = clip(self.skill + p.mentor_training_gain)
            self.board.mentors_trained += 1
