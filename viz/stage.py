"""The stage: the one widget that draws everything, fed with bytes and dictionaries.

Its script is the files of `viz/web`, put together in the order of `SCRIPTS` as one ES module, so that no build is
needed and nothing is fetched. The replay is made of the same script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from samenspel.experiments.degradation.growth import REPLICATIONS
from samenspel.experiments.output.language import Language
from samenspel.model import Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.words import Phrase
from samenspel.viz.room import assumptions, levers, story, worlds
from samenspel.viz.room.course import MOST_WEEKS, Catalog
from samenspel.viz.room.ensemble import REPLICATIONS as LIVES
from samenspel.viz.room.frames import SERIES
from samenspel.viz.room.session import RATES
from samenspel.viz.texts import both, texts_in

WEB = Path(__file__).parent / "web"
SCRIPTS = (
    "basics.js",
    "reading.js",
    "layout.js",
    "signs.js",
    "ground.js",
    "map.js",
    "plot.js",
    "charts.js",
    "questions.js",
    "legend.js",
    "panels/assumptions.js",
    "panels/band.js",
    "panels/bar.js",
    "panels/card.js",
    "panels/changes.js",
    "panels/levers.js",
    "windows.js",
    "story.js",
    "saving.js",
    "address.js",
    "keys.js",
    "lane.js",
    "told.js",
    "stage.js",
    "player.js",
)
YEARS_NAMED = MOST_WEEKS // WEEKS + 2  # beyond the last that is shown: a lever may act the year after the next
_LINKS = re.compile(r"^import .*$\n|^export (?=const|function|class|async)", re.MULTILINE)


@cache
def script() -> str:
    """The whole ES module."""
    return joined(SCRIPTS)


def joined(names: Sequence[str]) -> str:
    """Files of `viz/web` as one script, in which they need no imports of each other."""
    return "\n".join(_LINKS.sub("", (WEB / name).read_text(encoding="utf-8")) for name in names)


@cache
def style() -> str:
    """The whole style sheet."""
    return (WEB / "stage.css").read_text(encoding="utf-8")


def setup(catalog: Catalog, lang: Language, **more: Any) -> dict[str, Any]:
    """What a page is told once: words, levers, parameters, presets, scenes, series and speeds.

    Of a preset's values it is told those that are not the default of their parameter.
    `more` is about this page: `host`, `invite` (address, QR code, whether others can reach it) and `kind`.
    """
    presets = [
        {"name": s.name, "title": both(Phrase(s.title, s.title_nl)),
         "line": both(Phrase(s.description, s.description_nl)), "built_in": s.name in Scenario.names(),
         "values": {name: value for name, value in s.values.items() if value != PARAMETERS[name].default},
         "years": [s.school_year(number + 1) for number in range(YEARS_NAMED)], "near": worlds.near(s, catalog.worlds)}
        for s in catalog.values()
    ]  # fmt: skip
    return {
        "texts": {"nl": texts_in("nl"), "en": texts_in("en")},
        "lang": lang,
        "levers": levers.as_texts(),
        "parameters": assumptions.as_texts(),
        "measured": assumptions.measured(),
        "presets": presets,
        "scenes": story.as_texts(),
        "series": list(SERIES),
        "rates": list(RATES),
        "growth_runs": REPLICATIONS,
        "over": list(worlds.OVER),
        "worlds": worlds.as_texts(LIVES, catalog.worlds),
        "kind": "live",
        "host": False,
        **more,
    }


class Stage(anywidget.AnyWidget):
    """Map, charts, controls and story in one element."""

    _esm = script()
    _css = style()
    setup = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    land: traitlets.List[Any] = traitlets.List().tag(sync=True)
    frame = traitlets.Bytes(b"").tag(sync=True)
    history = traitlets.Bytes(b"").tag(sync=True)
    bands = traitlets.Bytes(b"").tag(sync=True)

    def tell(self, news: Mapping[str, Any]) -> None:
        """Show news of a session; names, positions and the number of lanes go before what stands on them."""
        for name in ("land", "bands", "state", "history", "frame"):
            if name in news:
                setattr(self, name, news[name])
