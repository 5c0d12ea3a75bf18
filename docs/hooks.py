"""What MkDocs does on the way.

The reference reads the package as it is installed, the page of commands gets their help from the program, and Dutch
pages are Dutch. The site has the model itself as a page when its rules have been compiled for browsers already, as
`samenspel pack` does: that would take minutes here.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import click
from mkdocs.structure.files import File

sys.path.append(str(Path(__file__).resolve().parents[1]))  # `tools` is not installed

from samenspel.__main__ import GROUP
from samenspel.commands import load, names
from samenspel.telling import Telling
from samenspel.viz.page import html
from samenspel.viz.page.document import with_built_in
from samenspel.viz.page.webassembly import are_made
from tools.types import link

os.environ["COLUMNS"] = "88"  # as wide as a page
MODEL = "samenspel.html"
OPEN = f"**[Open the model]({MODEL}#lang=en)**, or *[open het model in het Nederlands]({MODEL}#lang=nl)*.\n"
DUTCH = {
    "Table of contents": "Inhoud",
    "Back to top": "Naar boven",
    'placeholder="Search"': 'placeholder="Zoeken"',
    "Initializing search": "Zoeken begint",
    "Skip to content": "Naar de inhoud",
    "Previous": "Vorige",
    "Next": "Volgende",
}


def on_startup(**_: Any) -> None:
    """Show the reference the package as it is installed; before anything looks for it."""
    link()


def on_files(files: Any, config: Any, **_: Any) -> Any:
    """Add the model itself."""
    if are_made():
        text = html.page(with_built_in([]), "en")
        files.append(File.generated(config, MODEL, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, files: Any, **_: Any) -> str:
    """Put the help of every command in the place of its mark, and a link to the model where it is there."""
    if page.file.src_uri == "reference/commands.md":
        return markdown.replace("<!-- commands -->", "\n".join(helps()))
    if page.file.src_uri == "index.md" and files.get_file_from_path(MODEL):
        return markdown.replace("<!-- try -->", OPEN)
    return markdown


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Say that a page is in Dutch, for who has it read aloud, and call its parts by Dutch names."""
    if page.meta.get("lang") != "nl":
        return output
    output = output.replace('<html lang="en"', '<html lang="nl"', 1)
    for english, dutch in DUTCH.items():
        output = re.sub(rf"(?<![\w-]){re.escape(english)}(?![\w-])", dutch, output)
    return output


def helps() -> list[str]:
    """A section for each command."""
    above = click.Context(GROUP, info_name="samenspel", obj=Telling("en"))
    return [f"## samenspel {name}\n\n```text\n{_help(name, above)}\n```\n" for name in names()]


def _help(name: str, above: click.Context) -> str:
    command = load(name)
    return command.get_help(click.Context(command, info_name=name, parent=above, **command.context_settings))
