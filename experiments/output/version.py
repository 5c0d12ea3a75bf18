"""The version of Samenspel, read where it is declared."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def version() -> str:
    """The version in `pyproject.toml` beside the sources, else that of the installed package."""
    if _PROJECT.is_file():
        import tomllib

        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    from importlib import metadata  # half of the time that `--help` takes

    return metadata.version("samenspel")


def __getattr__(name: str) -> str:
    """`__version__`, read when it is asked for."""
    if name == "__version__":
        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
