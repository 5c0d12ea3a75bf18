"""Functions of the page's scripts, called from Python in one process of Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.viz.page.running import NODE, WEB

SCRIPT = Path(__file__).with_name("calling.mjs")


class Scripts:
    """Calls a function of a script in `viz/web`, or in these tests, by its name."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def call(self, script: str, name: str, *values: Any) -> Any:
        """What the function gives; numbers that are none come and go as such."""
        found = WEB / script if (WEB / script).exists() else SCRIPT.with_name(script)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"script": found.as_uri(), "name": name, "values": values}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{name} of {script} failed"
        return json.loads(line)


@contextmanager
def node() -> Iterator[Scripts]:
    """A process of Node with the scripts."""
    with subprocess.Popen([NODE, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Scripts(process)
