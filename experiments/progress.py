"""Progress of a run on standard error: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from experiments.language import Language, number

SECONDS_BETWEEN_LINES = 2.0
ENOUGH_TO_GUESS = 5


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
        self.said, self.done = time.perf_counter(), 0

    def __call__(self, done: int, total: int) -> None:
        seconds = time.perf_counter() - self.said
        if done < total and seconds < SECONDS_BETWEEN_LINES:
            return
        since = done - self.done
        self.said, self.done = self.said + seconds, done
        print(self._line(done, total, seconds / since * (total - done), since), file=sys.stderr, flush=True)

    def _line(self, done: int, total: int, left: float, since: int) -> str:
        nl = self.lang == "nl"
        line = f"{done} van {total} herhalingen klaar" if nl else f"{done} of {total} replications done"
        # Few replications since the last line: compiling or the start of processes took the time, so do not guess.
        if done == total or since < ENOUGH_TO_GUESS:
            return line
        seconds = number(left, self.lang)
        return line + (f", nog ongeveer {seconds} s" if nl else f", about {seconds} s to go")
