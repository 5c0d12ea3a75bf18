"""The host's key: whose page steers. A new one at every start, and whenever `samenspel show --new-key` asks for one.

While the view runs, key and address stand in a file that only this user can read; who can write it may renew the key.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class HostKey:
    """The key that makes a page the host's.

    Parameters
    ----------
    value : str
        The key; an empty one fits nothing.
    file : Path, optional
        Where it may be renewed while the view runs.
    """

    value: str
    file: Path | None = None

    def fits(self, given: str) -> bool:
        """Whether this is the key as it is now."""
        if self.file is not None:
            self.value = str(read(self.file).get("key", self.value))
        return bool(self.value) and hmac.compare_digest(given.encode(), self.value.encode())

    def forget(self) -> None:
        """Take the file away: the view has ended."""
        if self.file is not None:
            with suppress(OSError):
                self.file.unlink()


def fresh() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(16)


def note_of(port: int) -> Path:
    """The file about the view on this port."""
    user = os.getuid() if os.name == "posix" else "user"  # elsewhere the folder is the user's own already
    return Path(tempfile.gettempdir()) / f"samenspel-{user}" / f"show-{port}.json"


def read(file: Path) -> dict[str, Any]:
    """What stands in such a file; nothing when it is not there, or not this user's."""
    try:
        _must_be_ours(file.parent)
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(file: Path, note: dict[str, Any]) -> None:
    """Put a note into the file, at once and for this user only. Raises `OSError` where that cannot be."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    _must_be_ours(file.parent)
    beside = file.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(note, stream)
    beside.replace(file)


def _must_be_ours(folder: Path) -> None:
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode):
        raise NotADirectoryError(folder)
    if os.name == "posix" and (about.st_uid != os.getuid() or about.st_mode & 0o077):
        raise PermissionError(folder)
