"""Checks types: `python -m tools.types`, with what else mypy should be told.

The folders at the top are installed as one package, which mypy and editors cannot see: they look for files. So a folder
of links, `build/types`, shows them the package as it is installed.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

from tools.structure import FOLDERS, PACKAGE, ROOT

LINKS = ROOT / "build" / "types" / PACKAGE


def link() -> None:
    """Bring the folder of links up to date with what is there now; others may be reading it, or doing the same."""
    LINKS.mkdir(parents=True, exist_ok=True)
    inside = (ROOT / folder for folder in FOLDERS if folder != PACKAGE)
    parts = {part.name: part for part in (*inside, *(ROOT / PACKAGE).iterdir()) if part.name != "__pycache__"}
    for old in LINKS.iterdir():
        if old.readlink() != parts.get(old.name):
            old.unlink(missing_ok=True)
    for name, part in parts.items():
        with suppress(FileExistsError):
            (LINKS / name).symlink_to(part, target_is_directory=part.is_dir())


if __name__ == "__main__":
    link()
    sys.exit(subprocess.run([sys.executable, "-m", "mypy", *sys.argv[1:]], cwd=ROOT, check=False).returncode)
