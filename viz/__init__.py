"""The live view: a partnership that grows before your eyes, for a room, a researcher or a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from samenspel.experiments.output.language import Language
    from samenspel.model import Scenario

__all__ = ["show"]


def show(
    scenario: str | Scenario = "baseline", *, seed: int = 1, lang: Language = "en", worlds: str | Path = "plausible"
) -> Any:
    """The view as a widget, for a notebook: whoever has the notebook steers.

    Parameters
    ----------
    scenario : str or Scenario
        A built-in name, the path of a `.toml` or `.xlsx`, or a scenario made before.
    seed : int
        The luck.
    lang : "nl" or "en"
        The language in which it opens.
    worlds : str or Path
        What bands are over, when they are asked over worlds: "plausible", or a file that `samenspel worlds` wrote.

    Returns
    -------
    Stage
        An ipywidget; `stage.session` is what it shows.

    Raises
    ------
    InputFaults
        When the scenario or the file of worlds has faults.
    """
    from samenspel.viz.notebook import stage_for

    return stage_for(scenario, seed, lang, worlds)
