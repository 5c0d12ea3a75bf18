"""The replay: a run as one HTML file that needs no server and no internet, for a USB stick."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from samenspel.experiments.output.language import Language
from samenspel.viz.room.course import Catalog

_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Samenspel</title>
<style>html,body{{margin:0;height:100%}}{style}</style></head>
<body><main id="stage"></main>
<script type="application/json" id="film">{film}</script>
<script type="module">
{script}
playFilm(JSON.parse(document.getElementById("film").textContent), document.getElementById("stage"));
</script></body></html>
"""


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
    from samenspel.viz.stage import script, setup, style

    used = {name for lane in film["state"]["lanes"] for name in (lane["scenario"],)}
    about = setup({name: catalog[name] for name in catalog if name in used}, lang, kind="replay")
    document = {
        "setup": about,
        "state": film["state"],
        "land": film["land"],
        "bands": _packed(film["bands"]),
        "frames": [_packed(_joined(frames)) for frames in film["frames"]],
    }
    # A name may hold "</script>"; in JSON an escaped "<" is the same text and ends nothing.
    text = json.dumps(document, separators=(",", ":")).replace("<", "\\u003c")
    return _PAGE.format(lang=lang, style=style(), film=text, script=script())


def _joined(frames: list[bytes]) -> bytes:
    return b"".join(len(frame).to_bytes(4, "little") + frame + bytes(-len(frame) % 4) for frame in frames)


def _packed(data: bytes) -> str:
    """Deflated (RFC 1950) and as base64."""
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")
