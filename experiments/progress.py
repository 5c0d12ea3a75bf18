"""Progress of a run on standard error: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from experiments.language import Language, number

SECONDS_BETWEEN_LINES = 2.0


@contextmanager
def progress(lang: Language) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call with the number done and the number in all."""
    if not sys.stderr.isatty():
        yield _Lines(lang)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # Until the first replication is done there is nothing to estimate from: the bar pulses.
        task = bar.add_task("herhalingen" if lang == "nl" else "replications", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """A line when the last replication is done, and one every few seconds before that."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self.started = self.said = time.perf_counter()

    def __call__(self, done: int, total: int) -> None:
        now = time.perf_counter()
        if done == 1:
            self.started = now  # the first may have compiled the rules: it tells nothing about the others
        if done < total and now - self.said < SECONDS_BETWEEN_LINES:
            return
        self.said = now
        print(self._line(done, total, now - self.started), file=sys.stderr, flush=True)

    def _line(self, done: int, total: int, seconds: float) -> str:
        nl = self.lang == "nl"
        line = f"{done} van {total} herhalingen klaar" if nl else f"{done} of {total} replications done"
        if not 1 < done < total:
            return line
        left = number(seconds / (done - 1) * (total - done), self.lang)
        return line + (f", nog ongeveer {left} s" if nl else f", about {left} s to go")
