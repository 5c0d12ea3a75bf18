"""The replay: a run as one HTML file that needs no server and no internet, for a USB stick."""

from __future__ import annotations

from typing import Any

from samenspel.experiments.output.language import Language
from samenspel.viz.one_file import Opened, one_file, packed
from samenspel.viz.room.course import Catalog


def replay(film: dict[str, Any], catalog: Catalog, lang: Language) -> str:
    """The file's text.

    Parameters
    ----------
    film : dict
        Frames of every lane and what stands around them, as `Session.film` gives it.
    catalog : Catalog
        The scenarios it may name.
    lang : "nl" or "en"
        The language in which it opens; both are in it.
    """
    from samenspel.viz.stage import script, setup

    named = {lane["scenario"] for lane in film["state"]["lanes"]}
    used = Catalog((scenario for name, scenario in catalog.items() if name in named), catalog.worlds)
    document = {
        "setup": setup(used, lang, kind="replay"),
        "state": film["state"],
        "land": film["land"],
        "bands": packed(film["bands"]),
        "frames": [packed(_joined(frames)) for frames in film["frames"]],
    }
    return one_file(document, Opened(script(), "playFilm"), lang)


def _joined(frames: list[bytes]) -> bytes:
    return b"".join(len(frame).to_bytes(4, "little") + frame + bytes(-len(frame) % 4) for frame in frames)
