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

from samenspel.agents.columns import follow
from samenspel.model import Partnership
from samenspel.viz.room.seen import look, seen_for

SERIES = (
    "supervision_adequate_share", "supervision_mean_hbo", "supervision_mean_mbo", "supervision_p10",
    "mentor_overload_share", "status_barrier", "coverage_fulltime", "coverage_parttime", "own_contribution",
    "attendance_share", "students_inside", "students_mbo", "clusters",
)  # fmt: skip
"""The indicators that every frame carries."""

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
    here = partnership.state.all()
    seen = seen_for(partnership.students.size, partnership.sites.size, partnership.communities.size)
    look(here, seen)
    students, load, trainers = follow(seen.students), follow(seen.sites).load, follow(seen.clusters).trainers
    series = series_of(partnership)
    counts = students.key.size, load.size, trainers.size, len(SERIES)
    header = np.array([partnership.week, *counts, structure], np.uint32)
    parts = (
        header, series, identities.of(students.key), students.site, students.quality, students.flags,
        students.contact, students.barrier, load, trainers,
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
