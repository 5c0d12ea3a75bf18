"""What a shell may complete: names of scenarios, studies, pilots and parameters. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.shell_completion import BashComplete, CompletionItem, ZshComplete, add_completion_class, shell_complete

from samenspel import experiments, model

if TYPE_CHECKING:
    import click

    from samenspel.telling import Telling

BUILT_IN = {
    kind: Path(str(room.__file__)).parent / kind
    for room, kind in ((model, "scenarios"), (experiments, "studies"), (experiments, "pilots"))
}


class Bash(BashComplete):
    """For bash, where a word that ends in `=` is not finished: no space follows it."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", 'COMPREPLY+=("$value")\n            [[ $value == *= ]] && compopt -o nospace'
    )


class Zsh(ZshComplete):
    """The same for zsh; fish knows it by itself."""

    source_template = ZshComplete.source_template.replace(
        "_describe -V unsorted completions_with_descriptions -U",
        'local -a no_space; [[ "$key" == *= ]] && no_space=(-S "")\n'
        '        _describe -V unsorted completions_with_descriptions -U "${no_space[@]}"',
    )


def complete(commands: click.Command, variable: str, asked: str, telling: Telling) -> int:
    """Answer a shell, or give the script that makes it ask; the exit status is 0, or 1 for a shell that is unknown."""
    add_completion_class(Bash)
    add_completion_class(Zsh)
    return shell_complete(commands, {"obj": telling}, "samenspel", variable, asked)


def scenarios(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Built-in scenarios, or files."""
    return _named("scenarios", begun)


def studies(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Built-in studies, or files."""
    return _named("studies", begun)


def pilots(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Built-in pilots, or files."""
    return _named("pilots", begun)


def _named(kind: str, begun: str) -> list[CompletionItem]:
    """What is built in under a name that begins so; else files, which the shell knows."""
    names = sorted(path.stem for path in BUILT_IN[kind].glob("*.toml"))
    found: list[CompletionItem] = [CompletionItem(name) for name in names if name.startswith(begun)]
    return found if found else [CompletionItem(begun, type="file")]


def changes(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Parameters with `=` behind them; after that the words that a choice or switch takes."""
    from samenspel.model.declared.parameters import PARAMETERS

    name, equals, value = begun.partition("=")
    if not equals:
        return [_explained(parameter) for known, parameter in PARAMETERS.items() if known.startswith(name)]
    return [CompletionItem(f"{name}={word}") for word in _words(name) if word.startswith(value)]


def axes(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Parameters that can be an axis, with `=` behind them."""
    from samenspel.model.declared.parameters import PARAMETERS

    numbers = {name: one for name, one in PARAMETERS.items() if one.kind not in ("choice", "switch")}
    return [_explained(parameter) for name, parameter in numbers.items() if name.startswith(begun)]


def _explained(parameter: Any) -> CompletionItem:
    from samenspel.model.input.faults import Phrase

    return CompletionItem(f"{parameter.name}=", help=Phrase(parameter.en, parameter.nl))


def _words(name: str) -> list[str]:
    """What a choice or switch takes."""
    from samenspel.model.declared.parameters import PARAMETERS

    parameter = PARAMETERS.get(name)
    if parameter is None:
        return []
    return ["true", "false"] if parameter.kind == "switch" else list(parameter.choices)
