"""`samenspel discover`: under which assumptions a design falls short."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.faults import Fault, InputFaults, Phrase
from samenspel.bilingual import Argument, Option
from samenspel.frame import command
from samenspel.options import JSON, Folder, Number, out
from samenspel.telling import Telling

if TYPE_CHECKING:
    from experiments.discovery_report import DiscoveryReport


@command(
    Phrase(
        "find the assumptions under which a design falls short in a finished sweep (PRIM)",
        "zoek in een voltooide sweep de aannames waarbij een ontwerp tekortschiet (PRIM)",
    ),
    Argument(
        "folder",
        type=Folder(),
        metavar=Phrase("DIR", "MAP"),
        help=Phrase("the folder of a sweep, or of degrade", "de map van een sweep, of van degrade"),
    ),
    Option(
        "--indicator",
        metavar=Phrase("NAME", "NAAM"),
        help=Phrase("what falls short (supervision_adequate_share)", "wat tekortschiet (supervision_adequate_share)"),
    ),
    Option(
        "--below",
        type=Number(),
        metavar="X",
        help=Phrase("short is below this (the safe_share planned)", "tekort is hieronder (de geplande safe_share)"),
    ),
    Option("--above", type=Number(), metavar="X", help=Phrase("short is above this", "tekort is hierboven")),
    out(
        Phrase("where to write (discovery/ in that folder)", "waar te schrijven (discovery/ in die map)"),
        required=False,
    ),
    JSON,
)
def discover(
    telling: Telling, folder: Path, indicator: str | None, below: float | None, above: float | None, out: Path | None
) -> DiscoveryReport:
    """Look for boxes in which a design falls short. Raises `InputFaults` when both limits are given."""
    if below is not None and above is not None:
        one = Phrase("either --below or --above", "--below of --above, niet allebei")
        raise InputFaults([Fault(telling.here, "--above", f"{above:g}", one)])
    from experiments.discovery import discover
    from experiments.discovery_report import DiscoveryReport
    from experiments.findings import ADEQUATE

    found = discover(folder, indicator or ADEQUATE, below=below, above=above)
    return DiscoveryReport(found, out or folder / "discovery")
