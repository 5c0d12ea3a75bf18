"""`samenspel template`: an empty workbook."""

from __future__ import annotations

from pathlib import Path

from model.faults import Fault, InputFaults, Phrase
from samenspel.bilingual import Argument
from samenspel.frame import command
from samenspel.options import FILE, flag
from samenspel.telling import DONE, Telling


@command(
    Phrase(
        "write an empty workbook for a partnership of your own, in counts",
        "maak een lege werkmap voor een eigen partnerschap, in aantallen",
    ),
    Argument(
        "file",
        type=FILE,
        metavar=Phrase("FILE.xlsx", "BESTAND.xlsx"),
        help=Phrase("the workbook to make", "de werkmap die u krijgt"),
    ),
    flag("force", Phrase("replace an existing file", "vervang een bestaand bestand")),
)
def template(telling: Telling, file: Path, force: bool) -> int:
    """Write an empty workbook. Raises `InputFaults` when it cannot be written there."""
    allowed = nearest = ""
    if file.suffix.lower() != ".xlsx":
        allowed = Phrase("a file name that ends in .xlsx", "een bestandsnaam die eindigt op .xlsx")
        nearest = str(file.with_suffix(".xlsx")) if file.name else ""
    elif not file.absolute().parent.is_dir():
        allowed = Phrase("a folder that exists", "een map die bestaat")
    elif file.is_dir() or (file.exists() and not force):
        allowed = Phrase("a name that is still free (or --force)", "een naam die nog vrij is (of --force)")
    if allowed:
        raise InputFaults([Fault(telling.here, "FILE", str(file), allowed, nearest)])
    from model.workbook import write_template

    write_template(file, telling.lang)
    telling.tell(
        Phrase(
            f"An empty workbook is in {file}. Fill it in, then: samenspel check {file}",
            f"Er staat een lege werkmap in {file}. Vul die in, en dan: samenspel check {file}",
        )
    )
    return DONE
