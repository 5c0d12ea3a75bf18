"""Writing to standard output and standard error, whose readers may leave (`head`, say)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def reader_may_leave(stream: TextIO) -> Iterator[None]:
    """Write to a stream; once its reader has seen enough, the rest goes nowhere, and the work goes on."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # or Python would complain when it closes the pipe
