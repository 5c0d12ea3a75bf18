"""What is in a bundle as bytes that a page can take: its columns one after another, in the order of their layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from samenspel.agents.columns import Bundle, members_of

type Members = Mapping[str, "NDArray[Any] | Bundle | Members"]


@dataclass(frozen=True)
class Packed:
    """Columns as bytes, and how many elements each has and has room for."""

    data: bytes
    counts: list[int]
    rooms: list[int]


def packed(members: Members, rooms: Mapping[str, int]) -> Packed:
    """Columns and bundles by name as bytes.

    Parameters
    ----------
    members : mapping
        By name, in the order of their layout.
    rooms : mapping
        How many elements columns of a bundle have room for, by its name such as "here.s"; where it is not named, as
        many as there are.
    """
    columns = list(columns_in(members))
    counts = [column.size for _, column in columns]
    wanted = [rooms.get(name.rpartition(".")[0], 0) for name, _ in columns]
    data = b"".join(column.tobytes() for _, column in columns)
    return Packed(data, counts, [max(pair) for pair in zip(counts, wanted, strict=True)])


def columns_in(members: Members, within: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    """Every column with its name, such as "here.s.engagement"."""
    for name, member in members.items():
        if isinstance(member, Bundle):
            yield from columns_in(members_of(member), f"{within}{name}.")
        elif isinstance(member, Mapping):
            yield from columns_in(member, f"{within}{name}.")
        else:
            yield f"{within}{name}", member
