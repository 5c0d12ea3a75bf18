"""How far a partnership in teacher education can grow: `import samenspel as sp` offers all that scripts need.

Each name is loaded when it is asked for, so importing this package stays quick.
"""

from __future__ import annotations

from samenspel.interrupts import end_at_interrupt, is_command

if is_command():  # before anything else is imported
    end_at_interrupt("Interrupted. Onderbroken.")  # nobody knows yet which language is asked

from typing import TYPE_CHECKING

from samenspel.model.face import face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from samenspel.experiments import *  # noqa: F403
    from samenspel.experiments.output.version import __version__ as __version__
    from samenspel.model import *  # noqa: F403
    from samenspel.viz import show as show
else:
    __getattr__, __dir__ = face(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    from samenspel.__main__ import main as front_door

    return front_door(arguments)
