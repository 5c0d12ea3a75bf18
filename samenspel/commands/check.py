"""`samenspel check`: every fault of a file, with its place."""

from __future__ import annotations

import sys
from pathlib import Path

from samenspel.bilingual import Argument
from samenspel.experiments.output.streams import reader_may_leave
from samenspel.frame import command
from samenspel.model.words import Message, in_language
from samenspel.options import FILE
from samenspel.telling import DONE, WRONG_INPUT, Telling


@command(
    Message("check scenario files, workbooks, study files and pilots files, and list every fault with its place"),
    Argument(
        "files",
        type=FILE,
        nargs=-1,
        required=True,
        metavar=Message("FILE"),
        help=Message("files to check, or built-in names"),
    ),
)
def check(telling: Telling, files: tuple[Path, ...]) -> int:
    """Check files one by one."""
    from samenspel.experiments.pilots.file.pilots import Pilots, is_pilots
    from samenspel.experiments.study.study import Study, is_study
    from samenspel.model.input.scenario import Scenario

    status = DONE
    for file in files:
        kind = Pilots if is_pilots(file) else Study if is_study(file) else Scenario
        if faults := kind.check(str(file)):
            telling.list(faults)
            status = WRONG_INPUT
        else:
            with reader_may_leave(sys.stdout):
                print(in_language(Message("{file}: fine", file=file), telling.lang))
    return status
