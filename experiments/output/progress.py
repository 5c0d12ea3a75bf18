"""Progress of long work on standard error: a bar in a terminal or a notebook, now and then a line in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from samenspel.experiments.output.language import Language, number
from samenspel.experiments.output.streams import reader_may_leave
from samenspel.model.words import Message, say

SECONDS_BETWEEN_LINES = 5.0
ENOUGH_TO_GUESS = 5
WHAT = {"runs": Message("runs"), "replications": Message("replications")}


class Progress(Protocol):
    """Called with how many are done, out of how many, and how many of them failed."""

    def __call__(self, done: int, total: int, failed: int, /) -> None:
        """Show how far it is."""


def within(progress_: Progress | None, before: int, number: int) -> Progress | None:
    """What tells how far so many are, of how far a part of them is that has so many before it."""
    if progress_ is None:
        return None

    def tell(done: int, _: int, failed: int, /) -> None:
        progress_(before + done, number, failed)

    return tell


def told(progress_: Progress | bool | None) -> AbstractContextManager[Progress | None]:
    """Whom to tell how far it is: True means a bar, or lines, in English."""
    return progress("en") if progress_ is True else nullcontext(progress_ or None)


@contextmanager
def progress(lang: Language, what: str = "runs") -> Iterator[Progress]:
    """Give a function that shows how far work is; rate and estimate count from here, not from an earlier start."""
    name = WHAT[what].text(lang)
    shown = _Bar(lang, name) if sys.stderr.isatty() or _in_notebook() else _Lines(lang, name)
    try:
        yield shown
    finally:
        shown.close()


def _in_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


def _failures(failed: int, lang: Language) -> str:
    return f"{number(failed, lang)} {say('failed', lang)}"


class _Bar:
    """A bar that renews itself; in a notebook a widget."""

    def __init__(self, lang: Language, name: str) -> None:
        self.lang = lang
        self.name = name
        self.bar: Any = None

    def __call__(self, done: int, total: int, failed: int = 0) -> None:
        if self.bar is None:
            self.bar = self._begun(done, total)
        self.bar.total = total
        if failed:
            self.bar.set_postfix_str(_failures(failed, self.lang), refresh=False)
        self.bar.update(done - self.bar.n)

    def _begun(self, done: int, total: int) -> Any:
        from tqdm.auto import tqdm

        return tqdm(total=total, initial=done, desc=self.name, unit="", file=sys.stderr, dynamic_ncols=True)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()


class _Lines:
    """A line at the end, and one every few seconds before that."""

    def __init__(self, lang: Language, name: str) -> None:
        self.lang = lang
        self.name = name
        self.began = self.said = time.perf_counter()
        self.at_start = -1

    def __call__(self, done: int, total: int, failed: int = 0) -> None:
        now = time.perf_counter()
        if self.at_start < 0:
            self.at_start = done
        elif done < total and now - self.said < SECONDS_BETWEEN_LINES:
            return
        self.said = now
        with reader_may_leave(sys.stderr):
            print(self._text(done, total, failed, now - self.began), file=sys.stderr)

    def _text(self, done: int, total: int, failed: int, seconds: float) -> str:
        since = done - self.at_start
        parts = [f"{number(done, self.lang)} {say('of', self.lang)} {number(total, self.lang)} {self.name}"]
        # Few since the start: compiling, or the start of processes, took the time, so do not guess.
        if since >= ENOUGH_TO_GUESS and seconds > 0:
            parts.append(f"{number(since / seconds, self.lang, 1)} {say('a second', self.lang)}")
            if done < total:
                left = duration((total - done) * seconds / since)
                parts.append(say("{left} to go", self.lang, left=left))
        if failed:
            parts.append(_failures(failed, self.lang))
        return ", ".join(parts)

    def close(self) -> None:
        """Nothing is left to say."""


def duration(seconds: float) -> str:
    """Hours, minutes and seconds as 2:03:04, or 3:04."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
