"""Commands, options and arguments of click that speak English and Dutch, and tell all faults at once.

Every text is a `Phrase`, and is put in the language of the user when it is shown. What click itself would say stands
here in both languages.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from samenspel.experiments.output.streams import reader_may_leave
from samenspel.model.input.faults import Fault, InputFaults, nearest
from samenspel.model.words import Message, in_language
from samenspel.telling import Telling

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

HELP_WIDTH = 100  # letters on a line, where the paper is that wide
NOTHING = Message("nothing")


def telling_of(context: click.Context) -> Telling:
    """To whom this command speaks."""
    telling = context.find_object(Telling)
    assert telling is not None
    return telling


def spoken(text: str | None, context: click.Context) -> str:
    """A text in the language of the user."""
    return in_language(text or "", telling_of(context).lang)


def _explained(found: list[CompletionItem], context: click.Context) -> list[CompletionItem]:
    """What a shell may offer, explained in the language of the user."""
    for item in found:
        item.help = spoken(item.help, context)
    return found


# --- options and arguments -------------------------------------------------------------------------------------------


class _Collecting(click.Parameter):
    """A parameter whose faults are noted, so that all of them can be told together."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The value as the command wants it, or nothing when it has a fault."""
        telling = telling_of(ctx)
        try:
            return super().process_value(ctx, value)
        except (InputFaults, click.UsageError) as wrong:
            if ctx.resilient_parsing:
                raise
            telling.faults += wrong.faults if isinstance(wrong, InputFaults) else faults_in(wrong, telling)
            return None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What its value may become, with help in the language of the user."""
        return _explained(super().shell_complete(ctx, incomplete), ctx)


class Option(_Collecting, click.Option):
    """An option that knows its help and its value in two languages."""

    def __init__(self, *names: str, help: str, **more: Any) -> None:
        super().__init__(names, **more)
        self.help = help

    def make_metavar(self, ctx: click.Context) -> str:
        """What stands for its value."""
        return spoken(self.metavar, ctx) if self.metavar else super().make_metavar(ctx)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Its line in the help."""
        must = Message(" (required)") if self.required else ""
        return self.get_help_spec(ctx), spoken(self.help, ctx) + spoken(must, ctx)


class Argument(_Collecting, click.Argument):
    """An argument that knows its help and its name in two languages."""

    def __init__(self, name: str, *, metavar: str, help: str, **more: Any) -> None:
        super().__init__([name], metavar=metavar, **more)
        self.help = help

    def make_metavar(self, ctx: click.Context) -> str:
        """Its name; in brackets when it may be left out, with dots when there may be several."""
        name = spoken(self.metavar, ctx)
        return (name if self.required else f"[{name}]") + ("..." if self.nargs != 1 else "")

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Its line in the help."""
        return spoken(self.metavar, ctx), spoken(self.help, ctx)


def printing(*names: str, text: Callable[[click.Context], str], help: str) -> Option:
    """An option that prints something and ends the command."""

    def show(context: click.Context, _: click.Parameter, asked: bool) -> None:
        if asked and not context.resilient_parsing:
            with reader_may_leave(sys.stdout):
                print(text(context))
            context.exit()

    return Option(*names, help=help, is_flag=True, is_eager=True, expose_value=False, callback=show)


class OneOf(click.Choice[str]):
    """One of some words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word itself. Raises `InputFaults` with the nearest valid one."""
        if value in self.choices:
            return str(value)
        assert param is not None
        assert ctx is not None
        place, allowed = param.opts[0], ", ".join(self.choices)
        raise InputFaults([Fault(telling_of(ctx).here, place, str(value), allowed, nearest(str(value), self.choices))])


# --- commands --------------------------------------------------------------------------------------------------------


class Bilingual(click.Command):
    """What a command and the group of all commands share: help in two languages, `--lang`, and faults together."""

    def __init__(self, name: str, help: str, params: Iterable[click.Parameter], **more: Any) -> None:
        lang = Option(
            "--lang", type=OneOf(("nl", "en")), expose_value=False, is_eager=True,
            help=Message("language: nl or en"),
        )  # fmt: skip
        show = printing(
            "-h", "--help", text=lambda context: context.get_help(),
            help=Message("show this help and exit"),
        )  # fmt: skip
        settings = {"max_content_width": HELP_WIDTH, "allow_extra_args": True}
        super().__init__(name, params=[*params, lang, show], context_settings=settings, add_help_option=False, **more)
        self.help = help

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of this command. Raises `InputFaults` for what is no word of it."""
        telling = telling_of(ctx)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as wrong:
            wrong.ctx = ctx
            raise InputFaults([*telling.faults, *faults_in(wrong, telling)]) from None

    def get_short_help_str(self, limit: int = 45) -> str:
        """The help as it stands behind the name of a command."""
        return self.help or ""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What the word may become, with help in the language of the user."""
        return _explained(super().shell_complete(ctx, incomplete), ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that begins with `Usage:`."""
        pieces = [spoken(Message("[OPTIONS]"), ctx), *self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), spoken(Message("Usage: "), ctx))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The arguments, in order."""
        return [piece for param in self.params for piece in param.get_usage_pieces(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does, as a sentence."""
        text = spoken(self.help, ctx).rstrip(".")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{text[:1].upper()}{text[1:]}.")

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The arguments with their help."""
        lines = [param.get_help_record(ctx) for param in self.params if isinstance(param, Argument)]
        self._section(Message("Arguments"), lines, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options with their help."""
        lines = [param.get_help_record(ctx) for param in self.params if isinstance(param, Option)]
        self._section(Message("Options"), lines, ctx, formatter)

    @staticmethod
    def _section(title: str, lines: list[tuple[str, str]], ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if lines:
            with formatter.section(spoken(title, ctx)):
                formatter.write_dl(lines)


class Group(Bilingual, click.Group):
    """All commands; each is loaded when it is used."""

    def __init__(
        self,
        name: str,
        help: str,
        *,
        names: Callable[[], list[str]],
        load: Callable[[str], click.Command],
        version: Callable[[], str],
    ) -> None:
        shown = printing(
            "--version", text=lambda context: f"{name} {version()}",
            help=Message("show the version and exit"),
        )  # fmt: skip
        super().__init__(name, help, [shown], no_args_is_help=False)
        self.names, self.load = names, load

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return self.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        return self.load(cmd_name) if cmd_name in self.names() else None

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command that is named. Raises `InputFaults` when there is none."""
        telling = telling_of(ctx)
        if telling.faults:
            raise InputFaults(telling.faults)
        if not ctx._protected_args:
            place = in_language(Message("COMMAND"), telling.lang)
            raise InputFaults([Fault(telling.here, place, NOTHING, ", ".join(self.names()))])
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What follows the name of the program."""
        return [spoken(Message("COMMAND ..."), ctx)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command with its help."""
        lines = [(name, spoken(self.load(name).help, ctx)) for name in self.names()]
        self._section(Message("Commands"), lines, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


# --- faults ----------------------------------------------------------------------------------------------------------


def faults_in(error: click.UsageError, telling: Telling) -> list[Fault]:
    """What is wrong with a command line, in our words."""
    here, context = telling.here, error.ctx
    match error:
        case click.NoSuchCommand():
            names = context.command.list_commands(context) if context and isinstance(context.command, Group) else []
            name = error.command_name
            return [Fault(here, "", name, ", ".join(names), nearest(name, names))]
        case click.NoSuchOption():
            return [_no_such_option(error, telling)]
        case click.MissingParameter(param=Option() | Argument() as param):
            place = param.opts[0] if isinstance(param, Option) else str(param.metavar)
            return [Fault(here, _said(param.metavar, place, param), NOTHING, param.help or "")]
        case click.BadOptionUsage():
            return [_misused(error, telling)]
    return [Fault(here, "", error.message, Message("what --help says"))]


def _said(metavar: str | None, place: str, param: click.Parameter) -> str:
    """The place of a parameter: an option by its name, an argument by what stands for it."""
    return metavar if isinstance(param, Argument) and metavar else place


def _no_such_option(error: click.NoSuchOption, telling: Telling) -> Fault:
    """An option that the command does not have."""
    params = error.ctx.command.params if error.ctx else []
    names = [name for param in params if isinstance(param, Option) for name in param.opts if name.startswith("--")]
    place = error.ctx.info_name if error.ctx and error.ctx.parent else ""
    return Fault(
        telling.here, place or "", error.option_name, ", ".join(sorted(names)), nearest(error.option_name, names)
    )


def _misused(error: click.BadOptionUsage, telling: Telling) -> Fault:
    """An option without the value that it needs, or with one that it does not take."""
    params = error.ctx.command.params if error.ctx else []
    option = next((param for param in params if error.option_name in param.opts), None)
    if isinstance(option, Option) and option.is_flag:
        return Fault(telling.here, error.option_name, Message("a value"), NOTHING)
    return Fault(telling.here, error.option_name, NOTHING, Message("a value"))
