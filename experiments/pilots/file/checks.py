"""Designs that cannot be, and designs that ask much: found before anything runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from samenspel.experiments.output.language import Language
from samenspel.experiments.pilots.file.design import mbo_places
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import Fault
from samenspel.model.words import Message, Phrase, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from samenspel.experiments.pilots.file.design import PilotDesign
    from samenspel.experiments.study.reading import Reader
    from samenspel.model.input.scenario import Scenario

CARE_STUDENTS_AT_MOST = 4.0  # a care mentor, ever: an assumption, twice the caseload of D38
CARE_STUDENTS_USUAL = 2.0  # D38: 1.7 mbo students for each practice trainer, 1 to 2
MIXED = ("mixed", "alternating")

type Everywhere = Sequence[Mapping[str, tuple[Value, ...]]]
"""By design: what it sets for the whole partnership, in each school year."""


def check_design(reader: Reader, design: PilotDesign, years: int) -> list[Fault]:
    """Note what is impossible in a design; give what is merely strained."""
    remarks: list[Fault] = []
    for year, scenario in design.stages:
        place = f"[[design]] {design.name}" + (f", then {year}" if year > 1 else "")
        _check_stage(reader, design, scenario, place, years, remarks)
    return remarks


def standing_apart(designs: Sequence[PilotDesign], everywhere: Everywhere, file: str) -> list[Fault]:
    """A remark for each design that changes what holds outside its pilot."""
    allowed = Message("it stands apart: compared only with designs that do the same, and never called best")
    remarks = []
    for at, design in enumerate(designs):
        if changed(everywhere, at):
            all_of_it = Phrase(changes_everywhere(everywhere, at, "en"), changes_everywhere(everywhere, at, "nl"))
            found = Message("a change of the whole partnership: {changed}", changed=all_of_it)
            remarks.append(Fault(file, f"[[design]] {design.name}", found, allowed))
    return remarks


def changed(everywhere: Everywhere, at: int) -> tuple[str, ...]:
    """What a design sets for the whole partnership otherwise than the reference does."""
    return tuple(name for name, values in everywhere[at].items() if values != everywhere[0][name])


def changes_everywhere(everywhere: Everywhere, at: int, lang: Language) -> str:
    """What a design changes outside its pilot: `weeks from one meeting to the next (meeting_interval 1, not 2)`."""
    own, reference = everywhere[at], everywhere[0]
    than = say("not", lang)
    return "; ".join(
        f"{_lower(getattr(PARAMETERS[name], lang))} ({name} {_course(own[name])}, {than} {_course(reference[name])})"
        for name in changed(everywhere, at)
    )


def _course(values: Sequence[Value]) -> str:
    """A value over the school years: `2`, or `2 → 1` where it changes."""
    kept = [value for at, value in enumerate(values) if at == 0 or value != values[at - 1]]
    return " → ".join(as_typed(value) for value in kept)


def as_typed(value: Value) -> str:
    """A value as one types it in a file."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else value


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _check_stage(
    reader: Reader, design: PilotDesign, scenario: Scenario, place: str, years: int, remarks: list[Fault]
) -> None:
    p = scenario.values
    taking = mbo_places(scenario)
    if not taking and not p["mbo_students_per_cluster"]:
        if p["mbo_mix"] in MIXED:
            found = Message("{mbo_mix} meetings without mbo students", mbo_mix=p["mbo_mix"])
            reader.note(place, found, Message("mbo_students_per_cluster of 1 or more"))
        return
    if int(p["mbo_start_year"]) > years:
        found = Message("a start in school year {mbo_start_year}", mbo_start_year=p["mbo_start_year"])
        reader.note(
            f"{place}, mbo_start_year",
            found,
            Message("a year up to {years}, the horizon", years=years),
        )
    rows = [{**p, **row.own} for row in scenario.world.clusters if row.name in taking]
    alone = [own for own in rows if not float(own["trainer_hours"]) + float(own["institute_trainer_hours"]) > 0]
    mixed = [own["mbo_mix"] for own in alone if own["mbo_mix"] in MIXED]
    if mixed:
        found = Message("{mbo_mix} meetings with no facilitators", mbo_mix=mixed[0])
        reader.note(
            place,
            found,
            Message("trainer hours above 0, or mbo_mix parallel or none"),
        )
    _check_room(reader, scenario, taking, place, remarks)


def _check_room(
    reader: Reader, scenario: Scenario, taking: Mapping[str, int], place: str, remarks: list[Fault]
) -> None:
    """Mbo students against care mentors and places; `taking` are the mbo places of the clusters that take part."""
    p = scenario.values
    sites = [site for site in scenario.world.sites if site.cluster in taking and site.recognised]
    with_ikc = {site.cluster for site in sites if site.kind == "ikc"}
    if not taking:
        found = Message("no cluster with a recognised site")
        reader.note(place, found, Message("at least one recognised IKC"))
        return
    care = 1.0 - float(p["mbo_assistant_share"])
    mentors = Counter[str]()
    for site in sites:
        if site.kind == "ikc" and site.cluster:
            own = site.care_mentors if site.care_mentors is not None else int(p["care_mentors_per_ikc"])
            mentors[site.cluster] += own
    asked, there = care * sum(taking[name] for name in with_ikc if name), sum(mentors.values())
    if care > 0 and not there:
        found = Message("pedagogical work without any care mentor")
        reader.note(
            place,
            found,
            Message("an IKC with care mentors, or teaching assistants only"),
        )
    elif asked > CARE_STUDENTS_AT_MOST * there:
        found = Message("{asked} mbo students in care for {there} care mentors", asked=f"{asked:.0f}", there=there)
        most = f"{CARE_STUDENTS_AT_MOST:g}"
        reader.note(place, found, Message("at most {most} for each care mentor", most=most))
    elif asked > CARE_STUDENTS_USUAL * there:
        found = Message("{asked} mbo students for each care mentor", asked=f"{asked / there:.1f}")
        remarks.append(Fault(reader.file, place, found, Message("strained above 2 (D38)")))
    places = Counter(site.cluster for site in sites)
    short = sum(max(0, each - int(p["mbo_places_per_site"]) * places[name]) for name, each in taking.items())
    if short and p["site_capacity"] == "hard":
        found = Message("{short} mbo students more than there are places", short=short)
        allowed = Message("they stay unplaced and are counted (mbo_places_per_site)")
        remarks.append(Fault(reader.file, place, found, allowed))
