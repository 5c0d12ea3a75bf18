"""What is seen of a partnership in a week: a rule, so that a page without Python sees the same."""

from __future__ import annotations

import math

import numpy as np

from samenspel.agents.columns import Bundle, Ints, resize, room_for
from samenspel.agents.compiled import rule
from samenspel.agents.students import FIRST_MBO, Programme, Status
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.here import Here

MBO, MEETS, UNGUIDED, PARTTIME, AWAY, SHORT = 1, 2, 4, 8, 64, 128
VACANT, MEETING = 16, 32


class SeenStudents(Bundle):
    """Who is inside, where, and how they fare; shares x 255, and flags as a frame has them."""

    key: Ints
    site: Ints
    quality: Ints
    flags: Ints
    contact: Ints
    barrier: Ints


class SeenSites(Bundle):
    """Hours asked of hosting mentors over the hours they have, x 100; 0 without students."""

    load: Ints


class SeenClusters(Bundle):
    """Who of the trainers is at work, and whether there was a meeting, as a frame has it."""

    trainers: Ints


class Seen(Bundle):
    """A week on the map."""

    students: SeenStudents
    sites: SeenSites
    clusters: SeenClusters


DTYPES = {
    SeenStudents: {
        "key": np.dtype(np.int64), "site": np.dtype(np.uint16),
        **dict.fromkeys(("quality", "flags", "contact", "barrier"), np.dtype(np.uint8)),
    },
    SeenSites: {"load": np.dtype(np.uint8)},
    SeenClusters: {"trainers": np.dtype(np.uint8)},
}  # fmt: skip


def seen_for(students: int, sites: int, clusters: int) -> Seen:
    """Room for what is seen of so many."""
    counts = {SeenStudents: students, SeenSites: sites, SeenClusters: clusters}
    rows = [room_for(kind, DTYPES[kind], count) for kind, count in counts.items()]  # type: ignore[arg-type]
    return Seen.of(**dict(zip(Seen.__annotations__, rows, strict=True)))


@rule
def look(here: Here, seen: Seen) -> None:
    """See the partnership as it stands; there is room for everybody."""
    look_at_students(here, seen.students)
    look_at_sites(here, seen.sites)
    look_at_clusters(here, seen.clusters)


@rule
def look_at_students(here: Here, seen: SeenStudents) -> None:
    """Everybody who is inside, in order of rows."""
    s, n = here.s, 0
    resize(seen, s.key.size)
    for i in range(s.key.size):
        if s.status[i] == Status.INSIDE and s.site[i] >= 0:
            seen.key[n], seen.site[n], seen.flags[n] = s.key[i], s.site[i], flags_of(here, i)
            seen.quality[n], seen.contact[n] = byte(s.supervision[i]), byte(s.contact_share[i])
            seen.barrier[n] = byte(s.barrier[i])
            n += 1
    resize(seen, n)


@rule
def flags_of(here: Here, i: int) -> int:
    """Who a student is and how this week went, in bits."""
    s = here.s
    flags = 16 * min(3, max(0, s.year[i] - 1))
    flags += MBO if s.programme[i] >= FIRST_MBO else 0
    flags += MEETS if s.attended[i] else 0
    flags += UNGUIDED if s.mentor[i] < 0 else 0
    flags += PARTTIME if s.programme[i] == Programme.PARTTIME else 0
    flags += SHORT if s.shortfalls[i] > 0 else 0
    flags += AWAY if here.now[0].week > 0 and not s.placed[i] else 0
    return flags


@rule
def byte(share: float) -> int:
    """A share x 255."""
    return math.floor(255.0 * min(1.0, max(0.0, share)) + 0.5)


@rule
def look_at_sites(here: Here, seen: SeenSites) -> None:
    """How much is asked of the mentors of every site."""
    m, count = here.m, here.o.key.size
    asked, there = np.zeros(count), np.zeros(count)
    for k in range(m.key.size):
        if m.students[k] > 0:
            asked[m.site[k]] += m.hours_asked[k]
            there[m.site[k]] += m.hours_available[k]
    resize(seen, count)
    for site in range(count):
        load = asked[site] / there[site] if there[site] > 0.0 else 0.0
        seen.load[site] = math.floor(min(255.0, 100.0 * load) + 0.5)


@rule
def look_at_clusters(here: Here, seen: SeenClusters) -> None:
    """Who of the trainers is at work in every cluster, and whether it met."""
    t, s, count = here.t, here.s, here.c.key.size
    resize(seen, count)
    for k in range(count):
        flags = 0
        for kind in range(KINDS):
            seat = KINDS * k + kind
            if t.present[seat] and t.vacant_weeks[seat] == 0:
                flags |= 1 << kind
            elif t.present[seat] and kind <= TrainerKind.INSTITUTE:
                flags |= VACANT
        seen.trainers[k] = flags
    for i in range(s.key.size):
        if s.attended[i] and s.cluster[i] >= 0 and s.site[i] >= 0 and s.status[i] == Status.INSIDE:
            seen.trainers[s.cluster[i]] |= MEETING
