"""The researcher's inspector: every parameter, step by step, on Mesa's SolaraViz with the same stage.

``samenspel show`` is for a room; this is for one desk: ``SOLARA_MODE=production solara run samenspel.viz.inspect``, or
``samenspel.viz.inspect.Page()`` in a notebook. It has no bands and no second lane. ``?lang=nl`` behind its address
opens it in Dutch, and the menu on the stage changes its language; what SolaraViz writes by itself ("Controls", "Play
Interval", "Reset" and so on) is always English.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import mesa
import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from samenspel.experiments.output.language import Language, word
from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import Phrase, as_language
from samenspel.viz.room.cards import facts_of
from samenspel.viz.room.course import Change, Course, catalog_of
from samenspel.viz.room.lane import Lane
from samenspel.viz.stage import Stage, setup
from samenspel.viz.texts import TEXTS, both, texts_in

CATALOG = catalog_of()
WEEKS_SHOWN = 200
LANGUAGE: solara.Reactive[Language] = solara.reactive("en")
"""Of the stage and of the labels beside it; Solara keeps one for every page."""
LABELS_ABOVE = """
.v-input__slider > .v-input__control > .v-input__slot, .v-select__slot { flex-wrap: wrap; }
.v-input__slider > .v-input__control > .v-input__slot > .v-label { flex: 1 0 100%; height: auto; margin: 0; }
.v-select__slot > .v-label { position: static !important; transform: none !important; flex: 1 0 100%;
  max-width: none; height: auto; white-space: normal; }
.v-select__slot > .v-select__selections { flex: 1 0 calc(100% - 40px); }
"""
"""Meanings are sentences: beside a slider they would leave it no room, and a choice would cut them off."""


class Inspected(mesa.Model[Any, Any]):
    """A lane as a Mesa model whose parameters are arguments: SolaraViz makes it anew at every reset.

    Parameters
    ----------
    preset : str
        A built-in scenario.
    luck : int or str
        The seed.
    scenario : object
        What Mesa adds by itself at a reset; nothing is done with it.
    **values
        Parameters by name; one that has its declared default leaves the preset as it is. `refused` says what the model
        did not accept; then the preset is shown as it is.
    """

    def __init__(self, preset: str = "baseline", luck: int | str = 1, scenario: object = None, **values: Any) -> None:
        seed = int(luck) if str(luck).isdecimal() else 1
        super().__init__(rng=seed)
        changes = [Change(0, name, value) for name, value in values.items() if value != PARAMETERS[name].default]
        self.refused: InputFaults | None = None
        try:
            self.lane = Lane(Course(preset, tuple(changes)), CATALOG, seed)
        except InputFaults as faults:
            self.refused = faults
            self.lane = Lane(Course(preset), CATALOG, seed)

    def step(self) -> None:
        """One week."""
        self.lane.step()


def controls(lang: Language) -> dict[str, Any]:
    """A control for preset and luck and for every parameter, as SolaraViz wants them, labelled in a language."""
    texts = texts_in(lang)
    made: dict[str, Any] = {
        "preset": {"type": "Select", "value": "baseline", "values": list(CATALOG), "label": texts["scenario"]},
        "luck": {"type": "InputText", "value": "1", "label": texts["seed"]},
    }
    return made | {name: _control(parameter, lang) for name, parameter in PARAMETERS.items()}


@solara.component
def Scene(model: Inspected) -> None:
    """The stage, drawn anew after every step."""
    update_counter.get()
    about = solara.use_memo(lambda: setup(CATALOG, LANGUAGE.value, kind="inspect"), [])  # it changes by itself later
    lane = model.lane
    frame = lane.frames[-1]
    state = {
        "playing": False,
        "week": len(lane.frames) - 1,
        "horizon": max(WEEKS_SHOWN, len(lane.frames)),
        "lanes": [_about(lane)],
        "error": None,
    }
    if model.refused:
        solara.Error(model.refused.text(LANGUAGE.value))
    with solara.Div(style={"height": "720px"}):
        element = Stage.element(
            setup=about,
            state=state,
            land=[lane.land()],
            history=lane.series(),
            frame=len(frame).to_bytes(4, "little") + frame + bytes(-len(frame) % 4),
        )
    solara.use_effect(lambda: _follow(solara.get_widget(element), lane), [lane])


@solara.component
def Page() -> None:
    """The page; the model is made within it, as otherwise all browsers would share one."""
    model = solara.use_memo(Inspected, [])
    search = solara.use_router().search or ""
    solara.use_memo(lambda: LANGUAGE.set(as_language("".join(parse_qs(search).get("lang", [])))), [])
    solara.Style(LABELS_ABOVE)
    SolaraViz(model, components=[(Scene, 0)], model_params=controls(LANGUAGE.value), name="Samenspel")


def _follow(stage: Stage, lane: Lane) -> Callable[[], None]:
    """Tell of what is clicked, and give labels the language chosen on the stage; returns what ends that."""

    def hear(_: Any, message: object, __: Any) -> None:
        match message:
            case {"ask": "language", "lang": lang}:
                LANGUAGE.set(as_language(lang))
            case {"ask": "card", "kind": kind, "which": int(which)}:
                stage.send({"say": "card", "card": facts_of(lane, kind, which)})

    stage.on_msg(hear)
    return lambda: stage.on_msg(hear, remove=True)


def _about(lane: Lane) -> dict[str, Any]:
    scenario, values = CATALOG[lane.course.scenario], lane.values
    return {
        "course": lane.course.text(),
        "scenario": scenario.name,
        "title": both(Phrase(scenario.title, scenario.title_nl)),
        "values": lane.turned,
        "floor": values["adequate_threshold"],
        "safe": values["safe_share"],
        "changes": [],
    }


def _control(parameter: Parameter[Any], lang: Language) -> dict[str, Any]:
    meaning = Phrase(parameter.en, parameter.nl).text(lang)
    unit = word(parameter.unit, lang) + (f", {TEXTS['assumed'].text(lang)}" if parameter.assumed else "")
    label = f"{parameter.name}: {meaning} ({unit})"
    if parameter.kind == "switch":
        return {"type": "Checkbox", "value": parameter.default, "label": label}
    if parameter.kind == "choice":
        return {"type": "Select", "value": parameter.default, "values": list(parameter.choices), "label": label}
    whole = parameter.kind == "whole"
    step = 1 if whole else (parameter.high - parameter.low) / 100
    return {
        "type": "SliderInt" if whole else "SliderFloat",
        "value": parameter.default,
        "label": label,
        "min": parameter.low,
        "max": parameter.high,
        "step": step,
    }
