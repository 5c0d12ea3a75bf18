"""`samenspel discover`: under which assumptions a design falls short."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from samenspel.bilingual import Argument, Option
from samenspel.frame import command
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message
from samenspel.options import JSON, Folder, Number, out
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.assumptions.discovery_report import DiscoveryReport


@command(
    Message("find the assumptions under which a design falls short in a finished sweep (PRIM)"),
    Argument(
        "folder",
        type=Folder(),
        metavar=Message("DIR"),
        help=Message("the folder of a sweep, or of degrade"),
    ),
    Option(
        "--indicator",
        metavar=Message("NAME"),
        help=Message("what falls short (supervision_adequate_share)"),
    ),
    Option(
        "--below",
        type=Number(),
        metavar="X",
        help=Message("short is below this (the safe_share planned)"),
    ),
    Option("--above", type=Number(), metavar="X", help=Message("short is above this")),
    out(
        Message("where to write (discovery/ in that folder)"),
        required=False,
    ),
    JSON,
)
def discover(
    telling: Telling, folder: Path, indicator: str | None, below: float | None, above: float | None, out: Path | None
) -> DiscoveryReport:
    """Look for boxes in which a design falls short. Raises `InputFaults` when both limits are given."""
    if below is not None and above is not None:
        one = Message("either --below or --above")
        raise InputFaults([Fault(telling.here, "--above", f"{above:g}", one)])
    from samenspel.experiments.assumptions.discovery import discover
    from samenspel.experiments.assumptions.discovery_report import DiscoveryReport
    from samenspel.experiments.runs.findings import ADEQUATE

    found = discover(folder, indicator or ADEQUATE, below=below, above=above)
    return DiscoveryReport(found, out or folder / "discovery")
