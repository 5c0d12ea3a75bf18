"""The researcher's inspector: every parameter, step by step, on Mesa's SolaraViz with the same stage.

``samenspel show`` is for a room; this is for one desk: ``SOLARA_MODE=production solara run viz.inspect``, or
``viz.inspect.Page()`` in a notebook. It has no bands and no second lane.
"""

from __future__ import annotations

from typing import Any

import mesa
import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from model.declaration import Parameter
from model.faults import InputFaults
from model.parameters import PARAMETERS
from viz.course import Change, Course, catalog_of
from viz.lane import Lane
from viz.stage import Stage, setup

CATALOG = catalog_of()
WEEKS_SHOWN = 200


class Inspected(mesa.Model[Any, Any]):
    """A lane as a Mesa model whose parameters are arguments: SolaraViz makes it anew at every reset.

    Parameters
    ----------
    preset : str
        A built-in scenario.
    luck : int or str
        The seed.
    **values
        Parameters by name; one that has its declared default leaves the preset as it is. `refused` says what the model
        did not accept; then the preset is shown as it is.
    """

    def __init__(self, preset: str = "baseline", luck: int | str = 1, **values: Any) -> None:
        seed = int(luck) if str(luck).isdecimal() else 1
        super().__init__(rng=seed)
        changes = [Change(0, name, value) for name, value in values.items() if value != PARAMETERS[name].default]
        self.refused = ""
        try:
            self.lane = Lane(Course(preset, tuple(changes)), CATALOG, seed)
        except InputFaults as faults:
            self.refused = faults.text("en")
            self.lane = Lane(Course(preset), CATALOG, seed)

    def step(self) -> None:
        """One week."""
        self.lane.step()


def controls() -> dict[str, Any]:
    """A control for preset and luck and for every parameter, as SolaraViz wants them."""
    made: dict[str, Any] = {
        "preset": {"type": "Select", "value": "baseline", "values": list(CATALOG), "label": "scenario"},
        "luck": {"type": "InputText", "value": "1", "label": "seed"},
    }
    return made | {name: _control(parameter) for name, parameter in PARAMETERS.items()}


@solara.component
def Scene(model: Inspected) -> None:
    """The stage, drawn anew after every step."""
    update_counter.get()
    about = solara.use_memo(lambda: setup(CATALOG, "en", kind="inspect"), [])
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
        solara.Error(model.refused)
    with solara.Div(style={"height": "720px"}):
        Stage.element(
            setup=about,
            state=state,
            land=[lane.land()],
            history=lane.series(),
            frame=len(frame).to_bytes(4, "little") + frame + bytes(-len(frame) % 4),
        )


@solara.component
def Page() -> None:
    """The page; the model is made within it, as otherwise all browsers would share one."""
    model = solara.use_memo(Inspected, [])
    SolaraViz(model, components=[(Scene, 0)], model_params=controls(), name="Samenspel")


def _about(lane: Lane) -> dict[str, Any]:
    scenario, values = CATALOG[lane.course.scenario], lane.values
    return {
        "course": lane.course.text(),
        "scenario": scenario.name,
        "title": {"nl": scenario.title_nl, "en": scenario.title},
        "values": values,
        "floor": values["adequate_threshold"],
        "safe": values["safe_share"],
        "changes": [],
    }


def _control(parameter: Parameter) -> dict[str, Any]:
    label = f"{parameter.name} ({parameter.unit}{', assumption' if parameter.assumed else ''})"
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
