"""The shape that a study file gives a range: `{ low = …, high = …, shape = "triangular", mode = … }`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from samenspel.experiments.study.reading import Reader, one_of
from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.distribution import SHAPES, Distribution, Shape, limits
from samenspel.model.input.faults import shown
from samenspel.model.words import Message

UNIFORM = "uniform"
ENDS = ("low", "high")


def keys_of(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys that a range has, by its shape, if that is one."""
    shape = given.get("shape")
    if "shape" not in given:
        return ENDS
    return (*ENDS, "shape", *(SHAPES[cast(Shape, shape)] if shape in list(SHAPES) else ()))


def as_written(keys: tuple[str, ...], shape: Any) -> str:
    """What a range with these keys looks like in a file."""
    return "{ " + ", ".join(f'{key} = "{shape}"' if key == "shape" else f"{key} = …" for key in keys) + " }"


def is_shape(reader: Reader, place: str, parameter: Parameter[Any], given: Mapping[str, Any]) -> bool:
    """Whether the shape is one that the parameter can have; otherwise the fault is noted."""
    if "shape" not in given or given["shape"] == UNIFORM:
        return True
    shape = given["shape"]
    if shape not in list(SHAPES):
        known = (UNIFORM, *SHAPES)
        reader.findings.add(reader.file, f"{place}.shape", shown(shape), one_of(known), near=shape, among=known)
        return False
    if parameter.kind != "real":
        reader.note(f"{place}.shape", shape, Message("a whole number has no shape but {uniform}", uniform=UNIFORM))
        return False
    return True


def distribution_of(
    reader: Reader, place: str, given: Mapping[str, Any], low: float, high: float
) -> Distribution | None:
    """The shape of a range that is right otherwise, nothing when it has none; numbers out of bounds are noted."""
    shape = given.get("shape", UNIFORM)
    if shape == UNIFORM:
        return None
    bounds = limits(shape, low, high)
    numbers = [reader.number(given, f"{place}.", name, least, least, most) for name, (least, most) in bounds.items()]
    return Distribution(shape, tuple(numbers))
