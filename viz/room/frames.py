"""Frames: one week of a partnership as bytes for the browser, written and read with numpy.

A frame is, little endian and without padding between the parts::

    u32[6]  week, students n, sites m, clusters k, series s, structure
    f32[s]  the indicators of `SERIES`
    u32[n]  identity of every student inside
    u16[n]  row of the site
    u8[n]   supervision quality x 255
    u8[n]   flags: 1 mbo, 2 at the meeting, 4 without mentor, 8 part-time; study year less one in bits 4-5;
            64 no placement this week, 128 not adequately supervised
    u8[n]   share of partners of the other profession x 255
    u8[n]   status barrier x 255
    u8[m]   load of the site's hosting mentors x 100, at most 255; 0 without students
    u8[k]   trainers: 1 school trainer, 2 institute trainer, 4 practice trainer, 8 mbo trainer at work;
            16 one of the pair is vacant; 32 a meeting

`structure` grows when sites join clusters: then positions and names must be asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.students import Programme, Status
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model import Partnership

SERIES = (
    "supervision_adequate_share", "supervision_mean_hbo", "supervision_mean_mbo", "supervision_p10",
    "mentor_overload_share", "status_barrier", "coverage_fulltime", "coverage_parttime", "own_contribution",
    "attendance_share", "students_inside", "students_mbo", "clusters",
)  # fmt: skip
"""The indicators that every frame carries."""

MBO, MEETS, UNGUIDED, PARTTIME, AWAY, SHORT = 1, 2, 4, 8, 64, 128
VACANT, MEETING = 16, 32
HEADER = 6

type Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Frame:
    """A frame, read."""

    week: int
    structure: int
    series: NDArray[np.float32]
    student: NDArray[np.uint32]
    site: NDArray[np.uint16]
    quality: Bytes
    flags: Bytes
    contact: Bytes
    barrier: Bytes
    load: Bytes
    trainers: Bytes


class Identities:
    """Small numbers for students' keys, given out in order of appearance."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def of(self, keys: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The numbers of these keys."""
        numbers = self._numbers
        return np.array([numbers.setdefault(key, len(numbers)) for key in keys.tolist()], np.uint32)

    def key_of(self, number: int) -> int | None:
        """The key that has this number; none where nobody was given it."""
        return next((key for key, given in self._numbers.items() if given == number), None)


def series_of(partnership: Partnership) -> NDArray[np.float32]:
    """The indicators of the last week, shape (len(SERIES),); NaN before the first."""
    if not partnership.week:
        return np.full(len(SERIES), np.nan, np.float32)
    last = partnership.this_week()
    return np.array([last[name] for name in SERIES], np.float32)


def encode(partnership: Partnership, identities: Identities, structure: int) -> bytes:
    """The partnership as it stands, as a frame."""
    s = partnership.students.rows()
    here = np.flatnonzero((s.status == Status.INSIDE) & (s.site >= 0))
    load, trainers = site_load(partnership), cluster_flags(partnership, here)
    series = series_of(partnership)
    header = np.array([partnership.week, here.size, load.size, trainers.size, len(SERIES), structure], np.uint32)
    flags = (
        MBO * (s.programme[here] >= Programme.CARE_3)
        + MEETS * s.attended[here]
        + UNGUIDED * (s.mentor[here] < 0)
        + PARTTIME * (s.programme[here] == Programme.PARTTIME)
        + 16 * np.clip(s.year[here] - 1, 0, 3)
        + SHORT * (s.shortfalls[here] > 0)
        + AWAY * (~s.placed[here] & (partnership.week > 0))
    )
    parts = (
        header, series, identities.of(s.key[here]), s.site[here].astype(np.uint16), _byte(s.supervision[here]),
        flags.astype(np.uint8), _byte(s.contact_share[here]), _byte(s.barrier[here]), load, trainers,
    )  # fmt: skip
    return b"".join(part.astype(part.dtype.newbyteorder("<"), copy=False).tobytes() for part in parts)


def decode(data: bytes) -> Frame:
    """A frame from its bytes. Raises `ValueError` when they are too few."""
    header = np.frombuffer(data, "<u4", HEADER)
    week, n, m, k, count, structure = header.tolist()
    at = 4 * HEADER
    read = []
    shape = (("<f4", count), ("<u4", n), ("<u2", n), ("u1", n), ("u1", n), ("u1", n), ("u1", n), ("u1", m), ("u1", k))
    for kind, size in shape:
        column = np.frombuffer(data, kind, size, at)
        at += column.nbytes
        read.append(column)
    return Frame(week, structure, *read)


def site_load(partnership: Partnership) -> Bytes:
    """Hours asked of the hosting mentors of every site over the hours they have, x 100."""
    m, count = partnership.mentors.rows(), partnership.sites.size
    hosts = m.students > 0
    asked = np.bincount(m.site[hosts], m.hours_asked[hosts], count)
    there = np.bincount(m.site[hosts], m.hours_available[hosts], count)
    load = np.divide(asked, there, out=np.zeros(count), where=there > 0)
    return np.clip(np.rint(100 * load), 0, 255).astype(np.uint8)


def cluster_flags(partnership: Partnership, inside: NDArray[np.intp]) -> Bytes:
    """Who of the trainers is at work in every cluster, and whether it met."""
    t, s, count = partnership.trainers.rows(), partnership.students.rows(), partnership.communities.size
    present, vacant = t.present.reshape(count, KINDS), t.vacant_weeks.reshape(count, KINDS) > 0
    at_work = (present & ~vacant) @ (1 << np.arange(KINDS))
    pair = [TrainerKind.SCHOOL, TrainerKind.INSTITUTE]
    empty = (present & vacant)[:, pair].any(axis=1)
    came = inside[s.attended[inside] & (s.cluster[inside] >= 0)]
    met = np.bincount(s.cluster[came], minlength=count) > 0
    flags: Bytes = (at_work + VACANT * empty + MEETING * met).astype(np.uint8)
    return flags


def _byte(share: NDArray[np.float64]) -> Bytes:
    whole: Bytes = np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)
    return whole
