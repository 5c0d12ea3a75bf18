"""`samenspel template`: an empty workbook."""

from __future__ import annotations

from pathlib import Path

from samenspel.bilingual import Argument
from samenspel.frame import command
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import Message
from samenspel.options import FILE, FORCE, unwritable
from samenspel.telling import DONE, Telling

NAME = Message("FILE.xlsx")


@command(
    Message("write an empty workbook for a partnership of your own, in counts"),
    Argument(
        "file",
        type=FILE,
        metavar=NAME,
        help=Message("the workbook to make"),
    ),
    FORCE,
)
def template(telling: Telling, file: Path, force: bool) -> int:
    """Write an empty workbook. Raises `InputFaults` when it cannot be written there."""
    if faults := unwritable(telling.here, NAME, file, force=force):
        raise InputFaults(faults)
    from samenspel.model.input.workbook import write_template

    write_template(file, telling.lang)
    telling.tell(Message("An empty workbook is in {file}. Fill it in, then: samenspel check {file}", file=file))
    return DONE
