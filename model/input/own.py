"""Checking what a cluster has for itself, where no row of a table says it: in a design, or in a change of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from samenspel.model.declared.choices import Facilitation
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.declared.world import SETTINGS
from samenspel.model.input.allowed import allowed_in, some_of, type_of, words_of
from samenspel.model.input.faults import Findings, shown
from samenspel.model.words import Message


def of_the_partnership(name: str) -> Message:
    """What is wrong with a parameter that no cluster has for itself."""
    return Message('"{name}", which holds for the whole partnership', name=name[:60])


def own_settings(given: Mapping[str, object], file: str, place: str, findings: Findings) -> dict[str, Value]:
    """Those that are right of what is given for a cluster, by the names of parameters; the others are noted."""
    right: dict[str, Value] = {}
    for name, value in given.items():
        if name not in COMMUNITY:
            allowed = Message("one of {listed}", listed=", ".join(COMMUNITY))
            if name in PARAMETERS:
                found = of_the_partnership(name)
                findings.add(file, f"{place}{name[:60]}", found, allowed, near=name, among=COMMUNITY)
            else:
                findings.add_unknown(file, f"{place}{name[:60]}", name, allowed, COMMUNITY)
            continue
        try:
            right[name] = _adapter(name).validate_python(value)
        except ValidationError:
            column = SETTINGS[name]
            findings.add(file, f"{place}{name}", shown(value), allowed_in(column), near=value, among=words_of(column))
    return right


def note_unknown_cluster(name: str, known: Sequence[str], file: str, findings: Findings) -> None:
    """Note that no cluster has this name."""
    found = Message('the unknown {column} "{name}"', column="cluster", name=name[:60])
    findings.add(file, name[:60], found, some_of(known), near=name, among=known)


def note_leaders(values: Mapping[str, Value], file: str, place: str, findings: Findings) -> None:
    """Note that trainers are asked to lead sessions where neither of the pair has an hour."""
    hours = float(values["trainer_hours"]) + float(values["institute_trainer_hours"])
    if values["form_facilitation"] == Facilitation.PERSONS.word and int(values["facilitators"]) > 0 and hours <= 0.0:
        count = int(values["facilitators"])
        found = Message("{count} facilitators, while school and institute trainer have no hours", count=count)
        findings.add(file, place, found, Message("0, or hours for one of them"))


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(type_of(SETTINGS[name]), config=ConfigDict(strict=True, allow_inf_nan=False))
