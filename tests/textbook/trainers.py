"""Trainers of a cluster: the pair, and with mbo the quartet (3.4, 4.3.4, 4.3.9)."""

from __future__ import annotations

from samenspel.model.luck.draws import Stream

from .agent import TRAINER, KeyedAgent, make_key
from .arithmetic import clip, spread

TRAINER_KINDS = ("school", "institute", "practice", "mbo")


class Trainer(KeyedAgent):
    """A trainer's seat in a cluster, and the person who fills it."""

    def __init__(self, model, community, kind: str, cohort: int, familiarity: float) -> None:
        super().__init__(model, 0)
        self.cluster = community
        self.kind = kind
        self.begin(cohort, familiarity)

    def begin(self, cohort: int, familiarity: float) -> None:
        """A new trainer comes (4.3.9)."""
        p = self.p
        index = self.cluster.number * 2**2 + TRAINER_KINDS.index(self.kind)
        self.key = make_key(TRAINER, cohort, self.cluster.partnership, index)
        self.skill = clip(spread(p.trainer_skill_mean, p.trainer_skill_spread, self.u(Stream.TRAINER_STATE)))
        self.familiarity = familiarity
        self.vacant_weeks = 0

    @property
    def present(self) -> bool:
        """The seat exists: school and institute always, the other two with mbo."""
        return self.kind in ("school", "institute") or self.cluster.has_mbo

    @property
    def vacant(self) -> bool:
        return self.vacant_weeks > 0

    @property
    def counted(self) -> bool:
        return self.present and not self.vacant

    @property
    def hours(self) -> float:
        """Hours a week in the cluster that are really there (3.4)."""
        return self.facilitated_hours * self.p.hours_delivered

    @property
    def facilitated_hours(self) -> float:
        """The same as agreed."""
        p, cluster = self.p, self.cluster
        match self.kind:
            case "school":
                return cluster.school_trainer_hours * cluster.board.hours_factor
            case "institute":
                institute = cluster.institute
                return cluster.institute_trainer_hours * institute.hours_factor * institute.pool
            case "practice":
                return p.practice_trainer_hours
            case _:
                return p.mbo_trainer_hours

    def end_week(self) -> None:
        """3.4, at the end of the week."""
        if self.counted:
            self.familiarity += self.p.familiarity_rate * (1 - self.familiarity)
        if self.vacant:
            self.vacant_weeks -= 1

    def professionalise(self, done: float) -> None:
        """4.3.4, `done` being the share of its work that the leadership could do."""
        p = self.p
        gain = p.trainer_skill_gain * (1 - self.skill) * done
        loss = p.trainer_skill_loss * self.skill * (1 - done)
        self.skill = clip(self.skill + gain - loss)

    def turn_over(self, year: int) -> None:
        """4.3.4: leave, and be followed at once or after a vacancy."""
        p = self.p
        if p.with_turnover and self.u(Stream.TRAINER_TURNOVER) < p.trainer_turnover:
            self.begin(year, p.familiarity_new)
            if not self.u(Stream.TRAINER_FOUND) < p.trainer_found:
                self.vacant_weeks = p.vacancy_weeks
