"""What the view needs on this machine: packages, and the files that browsers ask for."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

NEEDED = ("solara", "ipyvue", "ipyvuetify", "anywidget", "uvicorn", "segno")
FOR_VUE_2 = ("ipyvue", "ipyvuetify")
ASSETS = (
    "@widgetti/solara-vuetify-app@10.1.1/dist/main8.css",
    "@widgetti/solara-vuetify-app@10.1.1/dist/fonts.css",
    "@widgetti/solara-vuetify-app@10.1.1/dist/solara-vuetify-app8.min.js",
    "requirejs@2.3.6/require.js",
)


def missing() -> list[Fault]:
    """What the view needs and does not find, each with how to install it."""
    if absent := [name for name in NEEDED if find_spec(name) is None]:
        names = ", ".join(absent)
        return [_fault(Message("no {names}", names=names), "pip install -c constraints.txt -e .")]
    if newer := [name for name in FOR_VUE_2 if int(version(name).split(".")[0]) > 1]:
        return [_fault(f"{newer[0]} {version(newer[0])}", "pip install 'ipyvue<2' 'ipyvuetify<2'")]
    if lost := [name for name in ASSETS if not (assets_folder() / name).is_file()]:
        return [_fault(Message("no file {lost}", lost=lost[0]), "pip install solara-assets==1.58.2")]
    return []


def raise_missing() -> None:
    """Raise `InputFaults` when something is missing."""
    if faults := missing():
        raise InputFaults(faults)


def assets_folder() -> Path:
    """Where Solara finds the files that browsers need."""
    given = os.environ.get("SOLARA_ASSETS_PROXY_CACHE_DIR")
    return Path(given) if given else Path(sys.prefix) / "share" / "solara" / "cdn"


def _fault(found: str, command: str) -> Fault:
    what = Message("installation")
    return Fault("samenspel show", what, found, Message("first: {command}", command=command))
