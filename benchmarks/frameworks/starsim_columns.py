"""Starsim: people with an array per state, and the rules in a module with a `step`."""

from __future__ import annotations

import os

os.environ.setdefault("STARSIM_INSTALL_FONTS", "0")

import numpy as np
import starsim as ss
from numpy_columns import gap_effect, seats_of
from part import DOMAINS, MEANS, WEEKS, Part

ss.options(precision=64, verbose=0)


class Community(ss.Module):
    """Supervision and the meeting; every state is a Starsim array over people."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part = part
        names = ("need", "days", "chance", *MEANS)
        self.define_states(*(ss.FloatArr(name) for name in names), ss.IntArr("cluster"), ss.IntArr("mentor"))

    def init_post(self) -> None:
        """Everybody as the part says."""
        super().init_post()
        for name, column in self.part.students.items():
            if name != "part":
                getattr(self, name)[:] = column

    def step(self) -> None:
        """A week."""
        week = WEEKS[self.ti]
        came = self.part.is_meeting(week) & (self.part.luck[self.ti] < self.chance.values)
        self.supervise(came)
        self.peer_support[:] = self.peer_support * (1.0 - self.part.p.peer_fade)
        if came.any():
            self.meet(came)

    def supervise(self, came: np.ndarray) -> None:
        """Steps 1 to 4."""
        p, mentors, clusters = self.part.p, self.part.mentors, self.part.clusters
        mentor, cluster = self.mentor.values, self.cluster.values
        days = np.maximum(0.0, self.days.values - came * (p.meeting_hours / p.hours_per_day))
        asked = self.need.values * days * (1.0 - p.peer_relief * self.peer_support.values)
        known = mentor >= 0
        load = np.bincount(mentor[known], asked[known], mentors["hours"].size) / mentors["hours"]
        support = np.where(known, 1.0 / np.maximum(1.0, load[mentor]), 0.0)
        guidance = (1.0 + p.dose_half) * support / (support + p.dose_half) * mentors["skill"][mentor]
        inside = np.bincount(cluster, minlength=clusters["time"].size)
        time = (clusters["time"] / np.maximum(1, inside))[cluster]
        trainers = clusters["effect"][cluster] * time / (time + p.trainer_half)
        self.supervision[:] = np.clip((1.0 - p.trainer_weight) * guidance + p.trainer_weight * trainers, 0.0, 1.0)
        self.remembered[:] = self.remembered + p.memory_rate * (self.supervision - self.remembered)

    def meet(self, came: np.ndarray) -> None:
        """Step 5, for all pairs of a subgroup at once."""
        p, clusters = self.part.p, self.part.clusters
        table, sizes = seats_of(self.part, came, self.part.seat_luck[self.ti])
        there = table >= 0
        cluster = self.cluster.values[table[:, 0]]
        counted = np.bincount(cluster, minlength=clusters["time"].size)[cluster]
        time = clusters["time"][cluster]
        facilitation = clusters["maturity"][cluster] * time / (time + p.facilitation_half * counted)
        talk = np.where(sizes <= p.talk_size, 1.0, (p.talk_size / sizes) ** p.talk_exponent)
        weight = (facilitation * talk / (sizes - 1))[:, None, None] * (there[:, :, None] & there[:, None, :])
        helped = np.zeros(table.shape)
        gains = {}
        for name in DOMAINS:
            c = getattr(self, name).values[table]
            k = gap_effect((c[:, None, :] - c[:, :, None]) / p.gap_best) * weight
            helped += k.sum(2) / 3.0
            explained = p.explaining_gain * p.roles * p.peer_gain * (k.sum(1) * (1.0 - c))
            gains[name] = (p.peer_gain * k.sum(2) + explained)[there]
        uids, helped = ss.uids(table[there]), helped[there]
        for name, gain in gains.items():
            state = getattr(self, name)
            state[uids] = np.clip(state[uids] + gain, 0.0, 1.0)
        grown = p.peer_rate * helped / (helped + p.peer_half) * (1.0 - self.peer_support[uids])
        self.peer_support[uids] = np.clip(self.peer_support[uids] + grown, 0.0, 1.0)


class Model:
    """The Starsim simulation, set up but not run."""

    def __init__(self, part: Part) -> None:
        self.community = Community(part)
        self.sim = ss.Sim(
            n_agents=part.size, modules=self.community, start=0, stop=len(WEEKS) - 1, dt=1, copy_inputs=False, verbose=0
        )
        self.sim.init()

    def live(self) -> None:
        """All weeks."""
        self.sim.run()

    def means(self) -> dict[str, float]:
        """What everybody must find."""
        return {name: float(getattr(self.community, name).values.mean()) for name in MEANS}
