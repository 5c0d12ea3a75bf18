"""What MkDocs does on the way.

The reference reads the package as it is installed, the page of commands gets their help from the program, and Dutch
pages are Dutch.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import click

sys.path.append(str(Path(__file__).resolve().parents[1]))  # `tools` is not installed

from samenspel.__main__ import GROUP
from samenspel.commands import load, names
from samenspel.telling import Telling
from tools.types import link

os.environ["COLUMNS"] = "88"  # as wide as a page
DUTCH = {
    "Table of contents": "Inhoud",
    "Back to top": "Naar boven",
    'placeholder="Search"': 'placeholder="Zoeken"',
    "Initializing search": "Zoeken begint",
    "Skip to content": "Naar de inhoud",
    "Previous": "Vorige",
    "Next": "Volgende",
}


def on_config(config: Any, **_: Any) -> Any:
    """Show the reference the package as it is installed."""
    link()
    return config


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put the help of every command in the place of its mark."""
    if page.file.src_uri != "reference/commands.md":
        return markdown
    return markdown.replace("<!-- commands -->", "\n".join(helps()))


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
