"""`samenspel template`: an empty workbook."""

from __future__ import annotations

from pathlib import Path

from samenspel.bilingual import Argument
from samenspel.frame import command
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message
from samenspel.options import FILE, flag
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
    flag("force", Message("replace an existing file")),
)
def template(telling: Telling, file: Path, force: bool) -> int:
    """Write an empty workbook. Raises `InputFaults` when it cannot be written there."""
    allowed = nearest = ""
    if file.suffix.lower() != ".xlsx":
        allowed = Message("a file name that ends in .xlsx")
        nearest = str(file.with_suffix(".xlsx")) if file.name else ""
    elif not file.absolute().parent.is_dir():
        allowed = Message("a folder that exists")
    elif file.is_dir() or (file.exists() and not force):
        allowed = Message("a name that is still free (or --force)")
    if allowed:
        raise InputFaults([Fault(telling.here, NAME, str(file), allowed, nearest)])
    from samenspel.model.input.workbook import write_template

    write_template(file, telling.lang)
    telling.tell(Message("An empty workbook is in {file}. Fill it in, then: samenspel check {file}", file=file))
    return DONE
