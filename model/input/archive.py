"""Whether a file may be opened as a workbook: a zip archive can be made to keep a reader busy for hours."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from samenspel.model.words import Message

BYTES_AT_MOST = 20_000_000
UNZIPPED_AT_MOST = 200_000_000
TAGS_AT_MOST = 400_000  # outside the sheets: the library takes some 30 µs for each


def trouble_of(path: Path) -> str:
    """Why this file should not be opened as a workbook, or nothing."""
    try:
        if path.stat().st_size > BYTES_AT_MOST:
            return Message("more than 20 MB")
        content = path.read_bytes()
        if content.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old Office files and of encrypted new ones
            if "EncryptedPackage".encode("utf-16-le") in content:
                return Message("a workbook with a password")
            return Message("an old .xls workbook")
        if not zipfile.is_zipfile(path):
            return Message("a file that is no workbook")
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                return Message("a workbook with a password")
            if sum(part.file_size for part in parts) > UNZIPPED_AT_MOST:
                return Message("more than 200 MB when unzipped")
            if _has_many_tags(archive):
                return Message("more than 400 000 elements beside the sheets")
    except Exception:  # a damaged archive can make zipfile and its decompressors stumble in any way
        return Message("a file that cannot be read")
    return ""


def _has_many_tags(archive: zipfile.ZipFile) -> bool:
    """Whether the parts beside the sheets would keep the library that reads them busy for minutes."""
    tags = 0
    for part in archive.infolist():
        if part.filename.startswith("xl/worksheets/sheet") and _is_sheet(archive, part):
            continue
        with archive.open(part) as stream:
            while piece := stream.read(1 << 20):
                tags += piece.count(b"<")
                if tags > TAGS_AT_MOST:
                    return True
    return False


def _is_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part can be nothing but a sheet: any other, such as one with shared texts, is read whole."""
    content = archive.read(part)
    return b"\0" not in content and not _SHARED.search(content)


_SHARED = re.compile(rb"<(?:[^\s<>/]{1,100}:)?si[\s/>]")
