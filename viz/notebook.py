"""The view in a notebook: a stage with a session of its own."""

from __future__ import annotations

from experiments.language import Language
from model import Scenario
from model.words import Phrase
from viz.course import Course, catalog_of, raise_too_large
from viz.session import Session
from viz.stage import Stage, setup
from viz.steering import obey
from viz.visitor import Visitor


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


def stage_for(scenario: str | Scenario, seed: int, lang: Language) -> NotebookStage:
    """A stage for a scenario. Raises `InputFaults`."""
    chosen = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    raise_too_large(chosen, Phrase("show"))
    return NotebookStage(Session(catalog_of(chosen), (Course(chosen.name),), seed), lang)
