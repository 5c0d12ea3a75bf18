"""What is in a page: the model, and every partnership that it may begin with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from samenspel.experiments.output.language import Language, word
from samenspel.experiments.output.prices import known_until, wages_grow_from
from samenspel.experiments.pilots.file.design import PilotDesign
from samenspel.experiments.pilots.file.past import Past
from samenspel.experiments.pilots.file.pilots import Pilots, is_pilots
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import Start
from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import Fault
from samenspel.model.input.scenario import Scenario
from samenspel.model.measures.groups import board_names, names_of
from samenspel.model.start.land import lay_out
from samenspel.model.start.leaving_the_past import SIZE
from samenspel.model.words import Message, Number, Phrase
from samenspel.viz.one_file import packed
from samenspel.viz.page.asks import asks
from samenspel.viz.page.engine import FITS, FIXED, MOST_STUDENTS, engine_facts
from samenspel.viz.page.entries import bundle
from samenspel.viz.page.layout import layout_of
from samenspel.viz.page.packed import land_of
from samenspel.viz.page.scripts import worker_script
from samenspel.viz.page.webassembly import rules
from samenspel.viz.page.worlds import worlds_of_a_page
from samenspel.viz.reach import COMMAND_LINE
from samenspel.viz.room import assumptions
from samenspel.viz.room.course import MOST_WEEKS, Catalog, catalog_of, fault_at, students_in, too_large
from samenspel.viz.room.lane import towns_of
from samenspel.viz.room.worlds import known_in
from samenspel.viz.stage import setup
from samenspel.viz.texts import both

PILOTS = "mbo"
YEARS = range(1, MOST_WEEKS // WEEKS + 2)
"""How many years a page may show, and one more."""


@dataclass(frozen=True)
class Beginning:
    """A partnership that a page may begin with, and by what it has lived until now, if by something else."""

    scenario: Scenario
    past: Scenario | None = None


def named(source: str) -> list[Beginning]:
    """What a name or file brings: a scenario, or designs of pilots with their scenario. Raises `InputFaults`."""
    if is_pilots(Path(source)):
        pilots = Pilots.load(source)
        return [Beginning(pilots.scenario), *designs(pilots)]
    return [Beginning(Scenario.load(source))]


def with_built_in(own: Sequence[Beginning]) -> list[Beginning]:
    """Those of one's own first, then what is built in: scenarios that can be drawn, and designs of pilots."""
    found: dict[str, Beginning] = {}
    for one in (*own, *map(Beginning, catalog_of().values()), *designs(Pilots.load(PILOTS))):
        found.setdefault(one.scenario.name, one)
    return [*found.values()]


def designs(pilots: Pilots) -> Iterator[Beginning]:
    """Designs of a pilot that are something to begin with.

    That is not the reference, which is the scenario itself, nor a design that changes later: changes on the way are
    for whoever sits before the page.
    """
    for design in pilots.designs:
        if not design.then and pilots.past(design.scenario) != Past():
            yield Beginning(_named(design, pilots), pilots.scenario)


def _named(design: PilotDesign, pilots: Pilots) -> Scenario:
    """The scenario of a design under a name that fits into an address.

    What clusters have for themselves as the whole partnership has it they have from there, so that it can be changed.
    """
    plain = re.sub("[^a-z0-9]+", "-", design.name.lower()).strip("-")
    made = design.scenario
    rows = tuple(
        replace(row, own={name: value for name, value in row.own.items() if value != made.values[name]})
        for row in made.world.clusters
    )
    title, title_nl = (str(both(Message("Pilot: {title}", title=_title(design)))[lang]) for lang in ("en", "nl"))
    return replace(
        made, name=f"{pilots.name}-{plain}", title=title, title_nl=title_nl, description=design.text("en"),
        description_nl=design.text("nl"), world=replace(made.world, clusters=rows),
    )  # fmt: skip


def _title(design: PilotDesign) -> Phrase:
    return Phrase(design.title("en"), design.title("nl"))


def too_much(own: Sequence[Beginning]) -> list[Fault]:
    """What is too large for a page to live, or has the name of another."""
    allowed = Message(FITS, most_students=Number(MOST_STUDENTS))
    counted = [(one.scenario, students_in(one.scenario)) for one in own if one.past is None]
    faults = [too_large(one, students, COMMAND_LINE, allowed) for one, students in counted if students > MOST_STUDENTS]
    names = Counter(one.scenario.name for one in {*own})
    alike = [name for name, number in names.items() if number > 1]
    return faults + [
        fault_at(COMMAND_LINE, "scenario", name, Message("a name that no other scenario has")) for name in alike
    ]


# --- the document ---


def document(all_of_them: Sequence[Beginning], lang: Language, worlds: Worlds | None = None) -> dict[str, Any]:
    """All that scripts of a page know of the model; large parts are packed.

    Bands are over these worlds, or those that ship.

    Raises
    ------
    InputFaults
        When there is nothing to make WebAssembly with.
    """
    catalog = Catalog((one.scenario for one in all_of_them), worlds)
    return {
        "setup": about(all_of_them, catalog, lang),
        "wasm": packed(rules()),
        "layout": layout_of(bundle()),
        "worker": worker_script(),
        "scenarios": {one.scenario.name: described(one, catalog.worlds) for one in all_of_them},
        "parameters": [declared(parameter) for parameter in PARAMETERS.values()],
        "engine": engine_facts(catalog),
        "asks": asks(),
        "worlds": worlds_of_a_page(catalog.worlds),
    }


def about(all_of_them: Sequence[Beginning], catalog: Catalog, lang: Language) -> dict[str, Any]:
    """What the stage is told once; schools of a built-in past are made up as those of a built-in scenario are."""
    found = setup(catalog, lang, kind="page", host=True, parameters=assumptions.as_texts(FIXED))
    for preset, one in zip(found["presets"], all_of_them, strict=True):
        preset["built_in"] |= one.past is not None and one.past.name in Scenario.names()
    return found


def described(beginning: Beginning, worlds: Worlds) -> dict[str, Any]:
    """A partnership before its life begins, and what is said of it."""
    scenario, past = beginning.scenario, beginning.past
    land = land_of(scenario)
    known = (known_until(scenario, years) for years in YEARS)
    return {
        "land": land.described() | {"bytes": packed(land.data)},
        "values": dict(scenario.values),
        "size": list(SIZE),
        "lived": scenario.values["form_start"] == Start.LIVED.word,
        "map": on_map(scenario),
        "known": [said and both(said) for said in known],
        "wages_grow_from": wages_grow_from(scenario),
        "of": past and past.name,
        "knows": known_in(scenario, worlds),
    }


def on_map(scenario: Scenario) -> dict[str, Any]:
    """What a map shows besides columns: towns, and names in the order of rows.

    Boards change names when they merge: each list holds from a school year on.
    """
    here = lay_out(scenario)
    years = sorted({0, *(merger.year for merger in here.world.mergers)})
    return {
        "towns": towns_of(here.world),
        "sites": names_of(here, "sites").tolist(),
        "clusters": names_of(here, "communities").tolist(),
        "boards": [[year, board_names(here, year).tolist()] for year in years],
    }


def declared(parameter: Parameter[Any]) -> dict[str, Any]:
    """A parameter, as `levers.as_texts` has those that a room turns."""
    number = parameter.kind in ("real", "whole")
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "group": parameter.group,
        "line": both(Phrase(parameter.en, parameter.nl)),
        "unit": both(Phrase(parameter.unit, word(parameter.unit, "nl"))),
        "low": parameter.low if number else 0,
        "high": parameter.high if number else 0,
        "options": list(parameter.choices),
        "assumed": parameter.assumed,
        "source": parameter.source,
    }
