"""The page as one HTML file: it opens by double click, asks nothing of anybody, and keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence

from samenspel.experiments.output.language import Language
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.model.words import Message
from samenspel.viz.one_file import Opened, one_file, sentence
from samenspel.viz.page.document import Beginning, document
from samenspel.viz.page.scripts import page_script
from samenspel.viz.stage import joined

MAY = {"script-src": "'unsafe-inline' 'wasm-unsafe-eval' blob:", "worker-src": "blob:"}
"""Compile the rules, and live in workers whose script is in the file."""
TOO_OLD = Message(
    "This browser is too old for the model, which needs WebAssembly with SIMD. "
    "It runs in Chrome and Edge from 2021 on, and in Firefox and Safari from 2023 on."
)
# In a script of its own, which old browsers can read; the module follows it.
_ABLE = """<div id="unable" hidden>{too_old}</div>
<script>
{able}
document.getElementById("unable").hidden = able();
</script>
"""


def page(all_of_them: Sequence[Beginning], lang: Language, worlds: Worlds | None = None) -> str:
    """The file's text; it begins with the first of these. Bands are over these worlds, or those that ship.

    Raises
    ------
    InputFaults
        When there is nothing to make WebAssembly with.
    """
    before = _ABLE.format(too_old=sentence(TOO_OLD), able=joined(["local/able.js"]))
    return one_file(document(all_of_them, lang, worlds), Opened(page_script(), "able() && openPage", before, MAY), lang)
