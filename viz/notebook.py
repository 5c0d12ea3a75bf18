"""The view in a notebook: a stage with a session of its own."""

from __future__ import annotations

from pathlib import Path

from samenspel.experiments.output.language import Language
from samenspel.experiments.plausible.source import PLAUSIBLE
from samenspel.model import Scenario
from samenspel.model.words import Phrase
from samenspel.viz.room.course import Course, catalog_of, raise_too_large
from samenspel.viz.room.ensemble import worlds_in
from samenspel.viz.room.session import Session
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.stage import Stage, setup
from samenspel.viz.steering import obey


class NotebookStage(Stage):
    """A stage that holds its session."""

    def __init__(self, session: Session, lang: Language) -> None:
        super().__init__(setup=setup(session.catalog, lang, host=True, kind="notebook"))
        self.session = session
        owner = Visitor(hosts=lambda: True)
        self.on_msg(lambda _, message, __: obey(session, message, owner, answer=self.send, more=self.tell))
        self.tell(session.history())
        self._watcher = session.watch(self.tell)

    def close(self) -> None:
        """End the session and the widget."""
        self.session.close()
        super().close()


def stage_for(scenario: str | Scenario, seed: int, lang: Language, worlds: str | Path = PLAUSIBLE) -> NotebookStage:
    """A stage for a scenario. Raises `InputFaults`."""
    chosen = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    raise_too_large(chosen, Phrase("show"))
    catalog = catalog_of(chosen, worlds=worlds_in(worlds, chosen, "show"))
    return NotebookStage(Session(catalog, (Course(chosen.name),), seed), lang)
