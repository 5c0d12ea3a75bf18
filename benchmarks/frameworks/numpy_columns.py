"""Plain NumPy: one array per state, whole-array expressions, subgroups as rows of a padded table."""

from __future__ import annotations

import numpy as np
from part import DOMAINS, MEANS, WEEKS, Part


def gap_effect(x: np.ndarray) -> np.ndarray:
    """What is learned from somebody x ideal gaps ahead."""
    ahead = np.maximum(x, 0.0)
    return ahead * np.exp(1.0 - ahead)


def seats_of(part: Part, came: np.ndarray, luck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who sits where: a table of subgroups × seats with rows of students, and how many seats each subgroup fills."""
    s = part.students
    who = np.flatnonzero(came)
    who = who[np.lexsort((luck[who], s["part"][who], s["cluster"][who]))]
    stratum = s["cluster"][who].astype(np.int64) * 1000 + s["part"][who]
    _, first, size = np.unique(stratum, return_index=True, return_counts=True)
    n, place = np.repeat(size, size), np.arange(who.size) - np.repeat(first, size)
    subgroups = np.maximum(1, (size / part.p.subgroup_size + 0.5).astype(np.int64))
    before = np.repeat(np.cumsum(subgroups) - subgroups, size)
    group = before + place * np.repeat(subgroups, size) // n
    sizes = np.bincount(group)
    seat = np.arange(who.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    table = np.full((sizes.size, sizes.max(initial=1)), -1)
    table[group, seat] = who
    return table[sizes >= 2], sizes[sizes >= 2]


class Model:
    """All columns of the part."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.s = {name: column.copy() for name, column in part.students.items()}

    def live(self) -> None:
        """All weeks."""
        for n, week in enumerate(WEEKS):
            came = self.part.is_meeting(week) & (self.part.luck[n] < self.s["chance"])
            self.supervise(came)
            self.s["peer_support"] *= 1.0 - self.part.p.peer_fade
            if came.any():
                self.meet(came, self.part.seat_luck[n])

    def supervise(self, came: np.ndarray) -> None:
        """Steps 1 to 4."""
        p, s, mentors, clusters = self.part.p, self.s, self.part.mentors, self.part.clusters
        days = np.maximum(0.0, s["days"] - came * (p.meeting_hours / p.hours_per_day))
        asked = s["need"] * days * (1.0 - p.peer_relief * s["peer_support"])
        known = s["mentor"] >= 0
        load = np.bincount(s["mentor"][known], asked[known], mentors["hours"].size) / mentors["hours"]
        support = np.where(known, 1.0 / np.maximum(1.0, load[s["mentor"]]), 0.0)
        guidance = (1.0 + p.dose_half) * support / (support + p.dose_half) * mentors["skill"][s["mentor"]]
        inside = np.bincount(s["cluster"], minlength=clusters["time"].size)
        time = (clusters["time"] / np.maximum(1, inside))[s["cluster"]]
        trainers = clusters["effect"][s["cluster"]] * time / (time + p.trainer_half)
        s["supervision"] = np.clip((1.0 - p.trainer_weight) * guidance + p.trainer_weight * trainers, 0.0, 1.0)
        s["remembered"] += p.memory_rate * (s["supervision"] - s["remembered"])

    def meet(self, came: np.ndarray, luck: np.ndarray) -> None:
        """Step 5: every pair of a subgroup at once."""
        p, s, clusters = self.part.p, self.s, self.part.clusters
        table, sizes = seats_of(self.part, came, luck)
        there = table >= 0
        cluster = s["cluster"][table[:, 0]]
        counted = np.bincount(cluster, minlength=clusters["time"].size)[cluster]
        time = clusters["time"][cluster]
        facilitation = clusters["maturity"][cluster] * time / (time + p.facilitation_half * counted)
        talk = np.where(sizes <= p.talk_size, 1.0, (p.talk_size / sizes) ** p.talk_exponent)
        weight = (facilitation * talk / (sizes - 1))[:, None, None] * (there[:, :, None] & there[:, None, :])
        gains, helped = [], np.zeros(table.shape)
        for name in DOMAINS:
            c = s[name][table]
            k = gap_effect((c[:, None, :] - c[:, :, None]) / p.gap_best) * weight  # learner, explainer
            helped += k.sum(2) / 3.0
            explained = p.explaining_gain * p.roles * p.peer_gain * (k.sum(1) * (1.0 - c))
            gains.append(p.peer_gain * k.sum(2) + explained)
        who, helped = table[there], helped[there]
        for name, gain in zip(DOMAINS, gains, strict=True):
            s[name][who] = np.clip(s[name][who] + gain[there], 0.0, 1.0)
        grown = p.peer_rate * helped / (helped + p.peer_half) * (1.0 - s["peer_support"][who])
        s["peer_support"][who] = np.clip(s["peer_support"][who] + grown, 0.0, 1.0)

    def means(self) -> dict[str, float]:
        """What everybody must find."""
        return {name: float(self.s[name].mean()) for name in MEANS}
