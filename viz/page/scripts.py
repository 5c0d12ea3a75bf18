"""Which scripts a page is made of: the stage's own, and what lives the model in its place of a server."""

from __future__ import annotations

from samenspel.viz.stage import SCRIPTS, joined

OF_LIVES = ("local/rules.js", "local/life.js")
"""What a worker and the page both need."""
OF_WORKER = OF_LIVES
OF_PAGE = (*(name for name in SCRIPTS if name != "player.js"), *OF_LIVES, "local/page.js")


def page_script() -> str:
    """The page as one ES module."""
    return joined(OF_PAGE)


def worker_script() -> str:
    """What a worker of the page runs."""
    return joined(OF_WORKER)
