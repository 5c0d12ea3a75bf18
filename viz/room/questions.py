"""Questions of the host about the present: what pinches, and how far it can grow.

They are answered in a thread of their own, so that weeks go on meanwhile; a newer question of a page takes the place of
its older one of that kind.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from samenspel.experiments.bottlenecks.pinch import NAMES, Pinches, pinches
from samenspel.experiments.degradation.growth import REPLICATIONS, Growth, Nobody, growth, steps
from samenspel.experiments.study.seeds import seeds_besides
from samenspel.model import Partnership, Scenario
from samenspel.viz.room.ensemble import PATIENCE
from samenspel.viz.texts import both

KEPT = 16  # curves

type Answer = Callable[[dict[str, Any]], None]
type Wanted = Callable[[], bool]
type Work = Callable[[Wanted], None]
type Asked = tuple[str, Answer]
"""What kind of question, and by which page."""


class Questions:
    """Answers questions one after another.

    Parameters
    ----------
    fail : callable
        Gets what the model raised.
    """

    def __init__(self, fail: Callable[[Exception], None]) -> None:
        self._fail = fail
        self._some = threading.Condition()
        self._waiting: dict[Asked, tuple[int, Work]] = {}
        self._newest: dict[Asked, int] = {}
        self._number = 0
        self._closed = False
        self._grown: dict[Any, Growth | Nobody] = {}
        self._thread: threading.Thread | None = None

    def pinch(self, present: Sequence[Partnership], answer: Answer) -> None:
        """Tell what pinches in each of these; they are copies, which nobody else lives on."""
        said: dict[str, Any] = {"say": "pinch", "week": present[0].week}
        answer({**said, "lanes": None})

        def work(wanted: Wanted) -> None:
            lanes = [facts_of(pinches(partnership)) for partnership in present]
            if wanted():
                answer({**said, "lanes": lanes})

        self._ask(("pinch", answer), work)

    def growth(self, scenarios: Sequence[Scenario], seed: int, answer: Answer) -> None:
        """Draw the curve of each of these scenarios. Raises `InputFaults` where one cannot grow."""
        of_each = [len(steps(scenario)) * REPLICATIONS for scenario in scenarios]
        asked, luck = sum(of_each), seeds_besides(seed, REPLICATIONS)
        answer({"say": "growth", "done": 0, "asked": asked, "lanes": None})

        def work(wanted: Wanted) -> None:
            done = 0

            def still() -> bool:
                nonlocal done
                done += 1
                if wanted() and done % REPLICATIONS == 0:
                    answer({"say": "growth", "done": done, "asked": asked, "lanes": None})
                return wanted()

            lanes = []
            for scenario, runs in zip(scenarios, of_each, strict=True):
                key = scenario.name, seed, tuple(sorted(scenario.values.items()))
                curve = self._grown.get(key)
                if curve is None:
                    curve = growth(scenario, luck, still)
                else:
                    done += runs
                if curve is None:
                    return
                self._keep(key, curve)
                lanes.append(curve.facts())
            if wanted():
                answer({"say": "growth", "done": asked, "asked": asked, "lanes": lanes})

        self._ask(("growth", answer), work)

    def leave(self, answer: Answer) -> None:
        """Answer nothing more to a page that has asked."""
        with self._some:
            for asked in [asked for asked in self._newest if asked[1] == answer]:
                del self._newest[asked]
                self._waiting.pop(asked, None)

    def close(self) -> None:
        """End the thread after the run it is in, and wait for that."""
        with self._some:
            self._closed = True
            self._newest = {}
            self._some.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)

    # --- inside ---

    def _keep(self, key: Any, curve: Growth | Nobody) -> None:
        self._grown[key] = curve
        while len(self._grown) > KEPT:
            del self._grown[next(iter(self._grown))]

    def _ask(self, asked: Asked, work: Work) -> None:
        with self._some:
            if self._closed:
                return
            self._number += 1
            self._newest[asked] = self._number
            self._waiting[asked] = self._number, work
            self._some.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="questions", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            with self._some:
                self._some.wait_for(lambda: self._closed or bool(self._waiting))
                if self._closed:
                    return
                asked = next(iter(self._waiting))
                number, work = self._waiting.pop(asked)
            try:
                work(partial(self._wanted, asked, number))
            except Exception as error:
                if not self._closed:
                    self._fail(error)
            with self._some:
                if self._newest.get(asked) == number:
                    del self._newest[asked]

    def _wanted(self, asked: Asked, number: int) -> bool:
        return self._newest.get(asked) == number


def facts_of(found: Pinches) -> dict[str, Any]:
    """What a page says of where it pinches; now is None where nobody is to be supervised."""
    first = [{"name": both(NAMES[name]), "share": share} for name, share in found.first]
    return {"now": found.now, "best": found.best, "first": first} if math.isfinite(found.now) else {"now": None}
