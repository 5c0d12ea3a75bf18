"""Which scripts a page is made of: the stage's own, and what lives the model in the place of a server."""

from __future__ import annotations

from samenspel.viz.stage import SCRIPTS, joined

OF_STATISTICS = tuple(f"statistics/{name}.js" for name in ("numbers", "tails", "simplex", "forms", "breaks", "curves"))
OF_LIVES = (
    *OF_STATISTICS,
    "local/rules.js",
    "local/life.js",
    "local/lives.js",
    "local/asks/growth.js",
    "local/asks/pinch.js",
    "local/bench.js",
)
"""What a worker and the page both need."""
OF_WORKER = (*OF_LIVES, "local/worker.js")
OF_ENGINE = (
    "local/numbers.js",
    "local/seeds.js",
    "local/spread.js",
    "local/course.js",
    "local/cards.js",
    "local/news.js",
    "local/playing.js",
    "local/record.js",
    "local/telling.js",
    "local/pool.js",
    "local/ensemble.js",
    "local/asks/questions.js",
    "local/engine.js",
)
OF_PAGE = (*(name for name in SCRIPTS if name != "player.js"), *OF_LIVES, *OF_ENGINE, "local/page.js")


def page_script() -> str:
    """The page as one ES module."""
    return joined(OF_PAGE)


def worker_script() -> str:
    """What a worker of the page runs."""
    return joined(OF_WORKER)
