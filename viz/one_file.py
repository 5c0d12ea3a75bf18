"""One HTML file that needs no server and no internet: style, scripts, and a document as JSON."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from html import escape
from typing import Any

from samenspel.experiments.output.language import Language
from samenspel.model.words import Message, in_language

BOTH: tuple[Language, ...] = ("nl", "en")
NO_SCRIPTS = Message("This page reckons with JavaScript, which is off in this browser. Turn it on to see the model.")
NOTHING_FROM_OUTSIDE = {
    "default-src": "'none'",
    "script-src": "'unsafe-inline'",
    "style-src": "'unsafe-inline'",
    "img-src": "data: blob:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""What a browser lets the file do: no request leaves it."""
_FILE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<title>Samenspel</title>
<style>html,body{{margin:0;height:100%}}.sentence{{font:1.1rem/1.5 system-ui,sans-serif;margin:2rem;max-width:40em}}
{style}</style></head>
<body><main id="stage"></main>
<noscript>{no_scripts}</noscript>
{before}<script type="application/json" id="document">{document}</script>
<script type="module">
{script}
{start}(JSON.parse(document.getElementById("document").textContent), document.getElementById("stage"));
</script></body></html>
"""


@dataclass(frozen=True)
class Opened:
    """How a file opens.

    Attributes
    ----------
    script, start
        One ES module, and its function that gets the document and the element to fill.
    before
        What stands before it.
    may
        What a browser lets the file do beyond `NOTHING_FROM_OUTSIDE`.
    """

    script: str
    start: str
    before: str = ""
    may: dict[str, str] | None = None


def one_file(document: dict[str, Any], opened: Opened, lang: Language) -> str:
    """The file's text; it opens in a language, and both are in it."""
    from samenspel.viz.stage import style

    return _FILE.format(
        lang=lang,
        policy="; ".join(f"{what} {whence}" for what, whence in (NOTHING_FROM_OUTSIDE | (opened.may or {})).items()),
        style=style(),
        no_scripts=sentence(NO_SCRIPTS),
        before=opened.before,
        document=as_json(document),
        script=opened.script,
        start=opened.start,
    )


def as_json(document: dict[str, Any]) -> str:
    """As it may stand in a script: a name may hold "</script>"; an escaped "<" is the same text and ends nothing."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def sentence(text: str) -> str:
    """A sentence in both languages, for who sees nothing else."""
    said = (f'<p lang="{lang}">{escape(in_language(text, lang))}</p>' for lang in BOTH)
    return f'<div class="sentence">{"".join(said)}</div>'


def packed(data: bytes) -> str:
    """Deflated (RFC 1950) and as base64."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")
