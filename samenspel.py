"""The front door of Samenspel: the command line, and nothing else.

What a command needs is imported when it runs, so that help and lists come at once.
"""

# ruff: noqa: E402 (some things have to be so before anything else is imported)

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # built in; `signal` imports half a dozen modules
import os
import sys

DONE, OUR_FAULT, WRONG_INPUT, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
THIS_PROGRAM = __name__ == "__main__" or os.path.basename(sys.argv[0]).startswith("samenspel")


def _end_at_interrupt(line: str) -> Any:
    """Let Ctrl-C end this process at once, with one line, as long as there is nothing to finish or to clear away.

    A KeyboardInterrupt may be lost in a library, or become another error, above all while things are imported.
    Gives what Ctrl-C did before.
    """

    def end(*_: object) -> None:
        os.write(2, f"{line}\n".encode())
        os._exit(INTERRUPTED)

    return _at_interrupt(end)


def _at_interrupt(handler: Any) -> Any:
    """Change what Ctrl-C does, where that is ours to say; gives what it did before."""
    before = signal.getsignal(signal.SIGINT)
    if before != signal.SIG_IGN:
        try:  # noqa: SIM105 (contextlib would have to be imported)
            signal.signal(signal.SIGINT, handler)
        except ValueError:
            pass  # in another thread, whose owner decides about interrupts
    return before


if THIS_PROGRAM:
    _end_at_interrupt("Interrupted. Onderbroken.")  # nobody knows yet which language is asked
if __name__ == "__main__" and not sys.flags.safe_path:
    # `python -m` looks first in the working folder, where files may be called like our modules.
    _home = os.path.dirname(os.path.abspath(__file__))
    sys.path[:1] = [] if _home in sys.path[1:] else [_home]

import argparse
import difflib
import io
import locale
import math
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from experiments.language import Language
from experiments.streams import reader_may_leave
from experiments.version import version

if TYPE_CHECKING:
    from experiments.run import RunResult
    from experiments.runner import Ending
    from model.faults import Fault
    from model.scenario import Scenario

LISTED_AT_MOST = 500  # faults: who sees so many looks for a cause that they have in common

type Ranges = Mapping[str, tuple[int, int]]
"""Options that take a whole number: by name, the least and the most."""
WHOLE_OPTIONS: Ranges = {"years": (1, 200), "seed": (0, 2**63 - 1), "replications": (1, 100_000)}
SIZES: Ranges = {"replications": (2, 100_000), "trajectories": (2, 10**6), "points": (2, 10**9), "keep": (1, 1000)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal shows ? for a sign it lacks
    lang = _language(given)
    before = _end_at_interrupt("Onderbroken." if lang == "nl" else "Interrupted.")
    try:
        with reader_may_leave(sys.stdout):
            options = _parser(lang).parse_args(given)
        options.lang = lang
        return _carried_out(options)
    finally:
        _at_interrupt(before)


def _carried_out(options: argparse.Namespace) -> int:
    """The exit status of a command, whatever happens."""
    line = _interrupted(options)
    _end_at_interrupt(line)
    try:
        with _told_what_was_mended(options.lang):
            status: int = options.command(options)
        return status
    except KeyboardInterrupt:
        _say(line)
        return INTERRUPTED
    except Exception as error:
        return _failed(error, options)


@contextmanager
def _told_what_was_mended(lang: Language) -> Iterator[None]:
    """Warnings that know both languages (`experiments.store.Mended`) are told in the user's; others as ever."""
    with warnings.catch_warnings():
        as_ever = warnings.showwarning

        def show(message: Warning | str, *rest: Any, **more: Any) -> None:
            if callable(text := getattr(message, "text", None)):
                _say(text(lang))
            else:
                as_ever(message, *rest, **more)

        warnings.showwarning = show
        yield


def _interrupted(options: argparse.Namespace) -> str:
    """What to say of an interrupt: commands with workers keep their runs in a folder, if one was named."""
    nl = options.lang == "nl"
    if "workers" not in options or options.out is None:
        return "Onderbroken." if nl else "Interrupted."
    if nl:
        return "Onderbroken: alle voltooide runs zijn bewaard; dezelfde opdracht gaat daar verder."
    return "Interrupted: all finished runs are kept; the same command goes on from there."


def _failed(error: Exception, options: argparse.Namespace) -> int:
    """Tell the user what to mend, or that it is ours to mend."""
    from model.faults import InputFaults

    if isinstance(error, InputFaults):
        _list(error.faults, options.lang)
        return WRONG_INPUT
    with reader_may_leave(sys.stderr):
        traceback.print_exception(error)
    _tell(
        options,
        "This is a fault in Samenspel. Please report it, with the lines above.",
        "Dit is een fout in Samenspel. Meld die alstublieft, met de regels hierboven.",
    )
    return OUR_FAULT


# --- the commands ----------------------------------------------------------------------------------------------------


def _run(options: argparse.Namespace) -> int:
    scenario, numbers = _asked(options)
    from agents.compiled import are_compiled
    from experiments.progress import progress
    from experiments.run import run
    from model.compilation import share

    if not are_compiled():
        share()
        _tell(
            options,
            "First run of this version: the rules are being compiled, which can take a minute.",
            "Eerste run van deze versie: de regels worden vertaald naar machinetaal, dat kan een minuut duren.",
        )
    with progress(options.lang, "replications") as show:
        result = run(scenario, **numbers, progress=show)
    if result.outcomes:
        _give(result, options)
    return _ending(result, options)


def _asked(options: argparse.Namespace) -> tuple[Scenario, dict[str, int]]:
    """The scenario and numbers asked for, or all faults in them at once: nobody wants to meet them one by one."""
    from model.faults import Fault, InputFaults, Phrase
    from model.scenario import Scenario

    faults: list[Fault] = []

    def fault(place: str, found: str, allowed: str) -> None:
        faults.append(Fault(_here(options), place, found, allowed))

    numbers = {}
    try:
        numbers = _numbers(options, WHOLE_OPTIONS)
    except InputFaults as wrong:
        faults += wrong.faults
    changes = {}
    for setting in options.set:
        parameter, equals, value_text = (part.strip() for part in setting.partition("="))
        if not (parameter and equals and value_text):
            fault("--set", setting, Phrase("name=value", "naam=waarde"))
        else:
            changes[parameter] = value_text
    if options.out is not None and options.out.exists() and not options.out.is_dir():
        fault("--out", str(options.out), Phrase("a folder", "een map"))
    try:
        scenario = Scenario.load(options.scenario, changes)
    except InputFaults as wrong:
        raise InputFaults([*faults, *wrong.faults]) from None
    if faults:
        raise InputFaults(faults)
    return scenario, numbers


def _give(result: RunResult, options: argparse.Namespace) -> None:
    """Write a run where asked, and show it or print it as JSON."""
    from experiments.findings import findings
    from experiments.report import document, write
    from experiments.tables import show_run

    if options.out is not None:
        write(result, options.out, options.lang)
    lang = options.lang
    _print(options, lambda: document(result), lambda: show_run(result, findings(result, lang), lang))
    if options.out is not None:
        _tell(options, f"Results are in {options.out}", f"De resultaten staan in {options.out}")
    elif not options.json:
        _tell(
            options,
            "Nothing was written: add --out DIR to keep results.",
            "Er is niets bewaard: dat kan met --out MAP.",
        )


def _ending(result: RunResult, options: argparse.Namespace) -> int:
    """Say what went wrong on the way, if anything did, and give the exit status."""
    done, failed, ran = len(result.finished), len(result.failures), len(result.outcomes)
    if failed:
        first = result.failures[0].error
        _tell(
            options,
            f"{failed} of {ran} replications failed. The first error: {first}",
            f"{failed} van {ran} herhalingen mislukten. De eerste fout: {first}",
        )
    if result.interrupted and not done:
        _tell(options, "Interrupted; nothing is kept.", "Onderbroken; er is niets bewaard.")
        return INTERRUPTED
    if result.interrupted:
        _tell(
            options,
            f"Interrupted: {done} of {result.asked} replications were finished; those are kept.",
            f"Onderbroken: {done} van {result.asked} herhalingen waren klaar; die zijn behouden.",
        )
        return INTERRUPTED
    return SOME_FAILED if failed else DONE


def _scenarios(options: argparse.Namespace) -> int:
    from model.scenario import Scenario

    scenarios = [Scenario.load(name) for name in Scenario.names()]
    fields = ("name", "title", "title_nl", "description", "description_nl")

    def show() -> None:
        from experiments.tables import show_scenarios

        nl = options.lang == "nl"
        show_scenarios(
            (s.name, s.title_nl if nl else s.title, s.description_nl if nl else s.description) for s in scenarios
        )

    _print(options, lambda: [{field: getattr(scenario, field) for field in fields} for scenario in scenarios], show)
    return DONE


def _parameters(options: argparse.Namespace) -> int:
    from experiments.documents import parameter_document
    from model.parameters import PARAMETERS

    def show() -> None:
        from experiments.tables import show_parameters

        show_parameters(PARAMETERS.values(), options.lang)

    _print(options, lambda: [parameter_document(parameter) for parameter in PARAMETERS.values()], show)
    return DONE


def _template(options: argparse.Namespace) -> int:
    from model.faults import Fault, InputFaults, Phrase

    path: Path = options.file
    allowed = nearest = ""
    if path.suffix.lower() != ".xlsx":
        allowed = Phrase("a file name that ends in .xlsx", "een bestandsnaam die eindigt op .xlsx")
        nearest = str(path.with_suffix(".xlsx")) if path.name else ""
    elif not path.absolute().parent.is_dir():
        allowed = Phrase("a folder that exists", "een map die bestaat")
    elif path.is_dir() or (path.exists() and not options.force):
        allowed = Phrase("a name that is still free (or --force)", "een naam die nog vrij is (of --force)")
    if allowed:
        raise InputFaults([Fault(_here(options), "FILE", str(path), allowed, nearest)])
    from model.workbook import write_template

    write_template(path, options.lang)
    _tell(
        options,
        f"An empty workbook is in {path}. Fill it in, then: samenspel check {path}",
        f"Er staat een lege werkmap in {path}. Vul die in, en dan: samenspel check {path}",
    )
    return DONE


def _sweep(options: argparse.Namespace) -> int:
    from experiments.processes import warm_up

    if not options.cluster and options.workers != "0":
        warm_up()
    from experiments.progress import progress
    from experiments.runner import sweep
    from experiments.study import Study

    workers = _workers(options)
    study = Study.load(options.study)
    with progress(options.lang) as shown:
        ending = sweep(
            study, options.out, workers=workers, cluster=options.cluster,
            retry_failed=options.retry_failed, progress=shown,
        )  # fmt: skip
    return _give_sweep(ending, options)


def _workers(options: argparse.Namespace) -> int | None:
    """How many workers are asked for; none named means one a core."""
    return _numbers(options, {"workers": (0, 1024)}).get("workers")


def _give_sweep(ending: Ending, options: argparse.Namespace) -> int:
    """Show what a sweep found, write its report, and say how it ended."""
    from experiments.results import load
    from experiments.sweep_report import document, show, write

    done, failed = ending.done, ending.failed
    if done > failed:
        results = load(options.out)
        folder = write(results, options.lang)
        _print(options, lambda: document(results, ending), lambda: show(results, options.lang))
        _tell(options, f"Tables and figures are in {folder}", f"Tabellen en figuren staan in {folder}")
    if failed:
        _tell(
            options,
            f"{failed} of {done} runs failed; --retry-failed does them again.",
            f"{failed} van {done} runs mislukten; --retry-failed doet ze over.",
        )
    if ending.interrupted:
        _tell(
            options,
            f"Interrupted: {done} of {ending.asked} runs are finished and kept; the same command goes on from there.",
            f"Onderbroken: {done} van {ending.asked} runs zijn klaar en bewaard; dezelfde opdracht gaat daar verder.",
        )
        return INTERRUPTED
    return SOME_FAILED if failed else DONE


def _sensitivity(options: argparse.Namespace) -> int:
    from experiments.processes import warm_up

    if options.workers != "0":
        warm_up()
    from experiments.findings import ADEQUATE
    from experiments.outcomes import RunsFailed
    from experiments.sensitivity_analysis import sensitivity
    from experiments.sensitivity_report import document, show, stage_shown, write

    powers = ("points",) if options.method in ("screen", "sobol") else ()
    sizes: dict[str, Any] = dict(_numbers(options, SIZES, powers))
    workers = _workers(options)
    try:
        result = sensitivity(
            options.study, options.out, method=options.method, indicators=options.indicator or [ADEQUATE],
            workers=workers, shown=stage_shown(options.lang), **sizes,
        )  # fmt: skip
    except RunsFailed as wrong:
        _list(wrong.faults, options.lang)
        return SOME_FAILED
    folder = write(result, options.out, options.lang)
    _print(options, lambda: document(result), lambda: show(result, options.lang))
    _tell(options, f"Tables and figures are in {folder}", f"Tabellen en figuren staan in {folder}")
    return DONE


def _discover(options: argparse.Namespace) -> int:
    from experiments.discovery import discover
    from experiments.discovery_report import document, show, write
    from experiments.findings import ADEQUATE

    below, above = _limit(options, "below"), _limit(options, "above")
    found = discover(options.folder, options.indicator or ADEQUATE, below=below, above=above)
    folder = write(found, options.out or options.folder / "discovery", options.lang)
    _print(options, lambda: document(found), lambda: show(found, options.lang))
    _tell(options, f"Tables and figures are in {folder}", f"Tabellen en figuren staan in {folder}")
    return DONE


def _limit(options: argparse.Namespace, name: str) -> float | None:
    """A threshold that was given."""
    from model.faults import Fault, InputFaults, Phrase

    text: str | None = getattr(options, name)
    try:
        value = None if text is None else float(text)
    except ValueError:
        value = float("nan")
    if value is None or math.isfinite(value):
        return value
    raise InputFaults([Fault(_here(options), f"--{name}", str(text), Phrase("a number", "een getal"))])


def _bottleneck(options: argparse.Namespace) -> int:
    from experiments.processes import warm_up

    if options.workers != "0":
        warm_up()
    scenario, numbers = _asked(options)
    horizon, workers = _numbers(options, {"horizon": (1, 50)})["horizon"], _workers(options)
    from experiments.attribution import bottleneck
    from experiments.bottleneck_report import document, show, write
    from experiments.outcomes import RunsFailed
    from experiments.progress import progress

    try:
        with progress(options.lang) as shown:
            found = bottleneck(scenario, options.out, horizon=horizon, workers=workers, progress=shown, **numbers)
    except RunsFailed as wrong:
        _list(wrong.faults, options.lang)
        return SOME_FAILED
    folder = write(found, options.out, options.lang)
    _print(options, lambda: document(found), lambda: show(found, options.lang))
    _tell(options, f"Tables and figures are in {folder}", f"Tabellen en figuren staan in {folder}")
    failed = len(found.results.failures)
    if failed:
        _tell(
            options,
            f"{failed} replications failed and are left out.",
            f"{failed} herhalingen mislukten en tellen niet mee.",
        )
    return SOME_FAILED if failed else DONE


def _degrade(options: argparse.Namespace) -> int:
    from experiments.processes import warm_up

    if options.workers != "0":
        warm_up()
    from experiments.degradation import Stopped, carry_out
    from experiments.degrade_plan import plan_of
    from experiments.degrade_report import document, parts_shown, show, write

    _, numbers = _asked(options)
    changes = dict(setting.split("=", 1) for setting in options.set)
    extras = tuple(
        name for name, asked in (("structure", options.structure), ("there-and-back", options.back)) if asked
    )
    plan = plan_of(
        options.scenario, options.over or ["students_per_cluster=6:40"], options.compare,
        {name.strip(): value.strip() for name, value in changes.items()}, extras,
        file=_here(options), worlds=options.worlds, loss=options.loss, **numbers,
    )  # fmt: skip
    try:
        with parts_shown(options.lang) as tell:
            found = carry_out(plan, options.out, _workers(options), tell)
    except Stopped:
        raise KeyboardInterrupt from None
    folder = write(found, options.lang)
    _print(options, lambda: document(found), lambda: show(found, options.lang))
    _tell(options, f"Tables and figures are in {folder}", f"Tabellen en figuren staan in {folder}")
    return SOME_FAILED if found.failed else DONE


def _validate(options: argparse.Namespace) -> int:
    from experiments.processes import warm_up

    if options.workers != "0":
        warm_up()
    import tempfile

    numbers = _numbers(options, {"replications": (2, 10_000), "seed": WHOLE_OPTIONS["seed"]})
    workers = _workers(options)
    from experiments.outcomes import RunsFailed
    from experiments.progress import progress
    from experiments.validation import validate
    from experiments.validation_report import document, show, write

    if options.out is None:
        _at_interrupt(signal.default_int_handler)  # so that the folder below is cleared away
    with tempfile.TemporaryDirectory(prefix="samenspel-") as passing:
        out = options.out or Path(passing) / "validation"
        try:
            with progress(options.lang) as shown:
                found = validate(out, workers=workers, progress=shown, **numbers)
        except RunsFailed as wrong:
            _list(wrong.faults, options.lang)
            return SOME_FAILED
        folder = write(found, options.lang) if options.out is not None else None
        _print(options, lambda: document(found), lambda: show(found, options.lang))
        if folder:
            _tell(options, f"Tables are in {folder}", f"Tabellen staan in {folder}")
        failed = len(found.results.failures)
    if failed:
        _tell(options, f"{failed} runs failed and are left out.", f"{failed} runs mislukten en tellen niet mee.")
    return SOME_FAILED if failed else DONE


def _pilots(options: argparse.Namespace) -> int:
    from experiments.processes import warm_up

    if options.workers != "0":
        warm_up()
    from experiments.outcomes import RunsFailed
    from experiments.pilot_file import Pilots
    from experiments.pilot_report import write
    from experiments.pilot_shown import document, show
    from experiments.pilots import Stopped, compare_pilots
    from experiments.progress import progress

    workers = _workers(options)
    pilots = Pilots.load(options.pilots)
    if options.observed:
        from experiments.observed import narrowed

        pilots = narrowed(pilots, options.observed)
    _list(pilots.remarks, options.lang)
    try:
        with progress(options.lang) as shown:
            found = compare_pilots(pilots, options.out, workers=workers, progress=shown)
    except Stopped:
        raise KeyboardInterrupt from None
    except RunsFailed as wrong:
        _list(wrong.faults, options.lang)
        return SOME_FAILED
    path = write(found, options.lang, options.pilots)
    _print(options, lambda: document(found), lambda: show(found, options.lang))
    _tell(options, f"The report is {path}", f"Het rapport is {path}")
    return SOME_FAILED if found.failed else DONE


def _check(options: argparse.Namespace) -> int:
    from experiments.pilot_file import Pilots, is_pilots
    from experiments.study import Study, is_study
    from model.scenario import Scenario

    status = DONE
    for file in options.files:
        kind = Pilots if is_pilots(Path(file)) else Study if is_study(Path(file)) else Scenario
        faults = kind.check(file)
        if faults:
            _list(faults, options.lang)
            status = WRONG_INPUT
        else:
            with reader_may_leave(sys.stdout):
                print(f"{file}: in orde" if options.lang == "nl" else f"{file}: fine")
    return status


def _bench(options: argparse.Namespace) -> int:
    from experiments.bench import lines, measure

    if not options.quick:
        _tell(options, "This takes some minutes; --quick is shorter.", "Dit duurt enkele minuten; --quick is korter.")
    figures = measure(quick=options.quick)
    _print(options, lambda: figures, lambda: print("\n".join(lines(figures, options.lang))))
    return DONE


def _show(options: argparse.Namespace) -> int:
    from model.faults import Fault, InputFaults
    from model.scenario import Scenario
    from viz.installed import raise_missing

    numbers, faults = {}, list[Fault]()
    try:
        numbers = _numbers(options, {"port": (1, 65535)})
    except InputFaults as wrong:
        faults += wrong.faults
    try:
        raise_missing()
        scenario = Scenario.load(options.scenario)
    except InputFaults as wrong:
        raise InputFaults([*faults, *wrong.faults]) from None
    if faults:
        raise InputFaults(faults)
    from model.words import in_language
    from viz.serve import renew, serve

    def tell(said: str) -> None:
        _say(in_language(said, options.lang))

    if options.new_key:
        renew(numbers["port"], tell, lang=options.lang, browser=not options.no_browser)
        return DONE
    _at_interrupt(signal.default_int_handler)  # that is how it ends
    serve(
        scenario, tell, port=numbers["port"], host=options.host, lang=options.lang, browser=not options.no_browser,
    )  # fmt: skip
    return DONE


# --- what the commands share -----------------------------------------------------------------------------------------


def _numbers(options: argparse.Namespace, ranges: Ranges, powers: Sequence[str] = ()) -> dict[str, int]:
    """The whole numbers that were given; those of `powers` are powers of two. Raises `InputFaults` with all faults."""
    from model.faults import Fault, InputFaults, Phrase

    numbers, faults = {}, []
    for name, (low, high) in ranges.items():
        text: str | None = getattr(options, name)
        if text is None:
            continue
        value = _whole(text)
        if value is None or not low <= value <= high:
            nl = f"een heel getal van {low} tot en met {high}"
            allowed = Phrase(f"a whole number from {low} to {high}", nl)
        elif name in powers and value & (value - 1):
            allowed = Phrase("a power of two", "een macht van twee")
        else:
            numbers[name] = value
            continue
        faults.append(Fault(_here(options), f"--{name}", text, allowed))
    if faults:
        raise InputFaults(faults)
    return numbers


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _tell(options: argparse.Namespace, en: str, nl: str) -> None:
    """A message in the language of the user."""
    _say(nl if options.lang == "nl" else en)


def _say(line: str) -> None:
    """A line on standard error: standard output is for results."""
    with reader_may_leave(sys.stderr):
        print(line, file=sys.stderr)


def _print(options: argparse.Namespace, document: Callable[[], Any], show: Callable[[], None]) -> None:
    """The results on standard output, as JSON or for people; their files are written before."""
    with reader_may_leave(sys.stdout):
        if options.json:
            from experiments.documents import as_json

            sys.stdout.write(as_json(document()))
        else:
            show()


def _list(faults: Sequence[Fault], lang: Language) -> None:
    for fault in faults[:LISTED_AT_MOST]:
        _say(fault.text(lang))
    if (more := len(faults) - LISTED_AT_MOST) > 0:
        _say(f"… en nog {more}" if lang == "nl" else f"… and {more} more")


def _here(options: argparse.Namespace) -> str:
    return "opdrachtregel" if options.lang == "nl" else "command line"


# --- reading the command line ----------------------------------------------------------------------------------------


def _language(arguments: Sequence[str]) -> Language:
    """The language asked for on the command line, else that of the system, else English."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    first.add_argument("--lang", default="", nargs="?")
    asked: str | None = first.parse_known_args(arguments)[0].lang
    if asked in ("en", "nl"):
        return "nl" if asked == "nl" else "en"
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    if spoken is None:
        spoken = locale.getlocale()[0] or ""  # Windows sets no variables, but knows "Dutch_Netherlands"
    return "nl" if spoken.lower().startswith(("nl", "dutch")) else "en"


class _Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line, and names the nearest valid word."""

    def error(self, message: str) -> NoReturn:
        hint = argparse._("see %s --help") % self.prog  # type: ignore[attr-defined]
        self.exit(WRONG_INPUT, f"{self.prog}: {message} ({hint})\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        names = [str(choice) for choice in action.choices]
        nearest = difflib.get_close_matches(str(value), names, 1)
        translate: Callable[[str], str] = argparse._  # type: ignore[attr-defined]
        text = translate("unknown: %s; choose from %s") % (value, ", ".join(names))
        if nearest:
            text += translate("; nearest: %s") % nearest[0]
        raise argparse.ArgumentError(action, text)


_DUTCH = {
    "usage: ": "gebruik: ",
    "options": "opties",
    "positional arguments": "argumenten",
    "show this help message and exit": "toon deze uitleg en stop",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "unrecognized arguments: %s": "onbekende argumenten: %s",
    "the following arguments are required: %s": "deze argumenten ontbreken: %s",
    "expected one argument": "hier hoort één waarde achter",
    "expected at least one argument": "hier hoort ten minste één waarde",
    "not allowed with argument %s": "gaat niet samen met %s",
    "ignored explicit argument %r": "hier hoort geen waarde achter: %r",
    "see %s --help": "zie %s --help",
    "unknown: %s; choose from %s": "onbekend: %s; kies uit %s",
    "; nearest: %s": "; het dichtst erbij: %s",
}


# Options that several commands share: name, default, and what they mean in English and Dutch.
YEARS = ("years", "5", "school years (5)", "schooljaren (5)")
SEED = ("seed", "1", "seed of the luck (1)", "startgetal van het toeval (1)")
REPLICATIONS = ("replications", "30", "replications (30)", "herhalingen (30)")
WORKERS = ("workers", None, "processes (one a core)", "processen (een per processorkern)")


def _parser(lang: Language) -> argparse.ArgumentParser:
    def say(en: str, nl: str) -> str:
        return nl if lang == "nl" else en

    # argparse looks up its own words through this name (gettext); this is its dictionary.
    argparse._ = lambda text: _DUTCH.get(text, text) if lang == "nl" else text  # type: ignore[attr-defined]

    everywhere = _Parser(add_help=False, allow_abbrev=False)
    everywhere.add_argument(
        "--lang", choices=("nl", "en"), default=argparse.SUPPRESS, help=say("language: nl or en", "taal: nl of en")
    )
    parser = _Parser(
        prog="samenspel",
        description=say(
            "Compares designs of a teacher-education partnership, under stated assumptions. It does not forecast.",
            "Vergelijkt ontwerpen van een partnerschap Samen Opleiden, onder aannames. Voorspellen doet het niet.",
        ),
        parents=[everywhere],
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"samenspel {version()}",
        help=say("show the version and exit", "toon de versie en stop"),
    )
    commands = parser.add_subparsers(metavar=say("COMMAND", "OPDRACHT"), required=True, dest="name")

    def command(name: str, function: Callable[[argparse.Namespace], int], en: str, nl: str) -> argparse.ArgumentParser:
        text = say(en, nl)
        added = commands.add_parser(
            name, help=text, description=text[:1].upper() + text[1:] + ".", parents=[everywhere], allow_abbrev=False
        )
        added.set_defaults(command=function)
        return added

    def as_json(to: argparse.ArgumentParser) -> None:
        to.add_argument(
            "--json",
            action="store_true",
            help=say("print one JSON document on standard output", "geef één JSON-document op standaarduitvoer"),
        )

    def a_scenario(to: argparse.ArgumentParser) -> None:
        text = say("a built-in name, or a .toml or .xlsx file", "een ingebouwde naam, of een .toml- of .xlsx-bestand")
        to.add_argument("scenario", nargs="?", default="baseline", metavar="SCENARIO", help=text)

    def a_study(to: argparse.ArgumentParser) -> None:
        text = say("a built-in study, or a .toml file", "een ingebouwde studie, of een .toml-bestand")
        to.add_argument("study", metavar="STUDY", help=text)

    def folder(to: argparse.ArgumentParser, en: str, nl: str, *, needed: bool = True) -> None:
        to.add_argument("--out", type=Path, required=needed, metavar=say("DIR", "MAP"), help=say(en, nl))

    def changes(to: argparse.ArgumentParser) -> None:
        metavar = say("NAME=VALUE", "NAAM=WAARDE")
        text = say("change a parameter; may be repeated", "wijzig een parameter; mag vaker")
        to.add_argument("--set", action="append", default=[], metavar=metavar, help=text)

    def numbers(to: argparse.ArgumentParser, *options: tuple[str, str | None, str, str]) -> None:
        for name, default, en, nl in options:
            to.add_argument(f"--{name}", default=default, metavar="N", help=say(en, nl))

    run = command(
        "run",
        _run,
        "run a partnership and show its indicators and findings",
        "reken een partnerschap door en toon de indicatoren en bevindingen",
    )
    a_scenario(run)
    numbers(run, YEARS, SEED, REPLICATIONS)
    changes(run)
    folder(run, "write the results into this folder", "bewaar de resultaten in deze map", needed=False)
    as_json(run)

    sweep = command(
        "sweep",
        _sweep,
        "run a study: many designs, with the same luck for all; started again it goes on where it was",
        "reken een studie door: veel ontwerpen, met hetzelfde toeval voor alle; opnieuw gestart gaat zij verder",
    )
    a_study(sweep)
    folder(sweep, "the folder of the sweep", "de map van de sweep")
    numbers(sweep, WORKERS)
    sweep.add_argument(
        "--cluster",
        metavar=say("ADDRESS", "ADRES"),
        help=say("let a Dask scheduler do the work", "laat een Dask-scheduler het werk doen"),
    )
    sweep.add_argument(
        "--retry-failed", action="store_true", help=say("do failed runs again", "doe mislukte runs over")
    )
    as_json(sweep)

    sensitivity = command(
        "sensitivity",
        _sensitivity,
        "find the assumptions that an indicator depends on: Morris, Sobol and PAWN indices with intervals",
        "zoek de aannames waar een indicator van afhangt: indices van Morris, Sobol en PAWN met intervallen",
    )
    a_study(sensitivity)
    folder(sensitivity, "the folder of the analysis", "de map van de analyse")
    sensitivity.add_argument(
        "--method",
        choices=("screen", "morris", "sobol", "pawn"),
        default="screen",
        help=say(
            "screen (Morris, then Sobol on what stands out) or one method",
            "screen (Morris, dan Sobol op wat eruit springt) of één methode",
        ),
    )
    sensitivity.add_argument(
        "--indicator",
        action="append",
        metavar=say("NAME", "NAAM"),
        help=say("supervision_adequate_share; may be repeated", "supervision_adequate_share; mag vaker"),
    )
    for name, en, nl in (
        ("replications", "replications (those of the study)", "herhalingen (die van de studie)"),
        ("trajectories", "trajectories of Morris (10)", "trajecten van Morris (10)"),
        ("points", "rows of Saltelli's scheme (128), points for PAWN (1024)",
         "rijen van het schema van Saltelli (128), punten voor PAWN (1024)"),
        ("keep", "most factors left after screening (12)", "hoogste aantal factoren na de screening (12)"),
    ):  # fmt: skip
        numbers(sensitivity, (name, None, en, nl))
    numbers(sensitivity, WORKERS)
    as_json(sensitivity)

    discover = command(
        "discover",
        _discover,
        "find the assumptions under which a design falls short in a finished sweep (PRIM)",
        "zoek in een voltooide sweep de aannames waarbij een ontwerp tekortschiet (PRIM)",
    )
    discover.add_argument(
        "folder",
        type=Path,
        metavar=say("DIR", "MAP"),
        help=say("the folder of a sweep, or of degrade", "de map van een sweep, of van degrade"),
    )
    discover.add_argument(
        "--indicator",
        metavar=say("NAME", "NAAM"),
        help=say("what falls short (supervision_adequate_share)", "wat tekortschiet (supervision_adequate_share)"),
    )
    either = discover.add_mutually_exclusive_group()
    either.add_argument(
        "--below",
        metavar="X",
        help=say("short is below this (the safe_share planned)", "tekort is hieronder (de geplande safe_share)"),
    )
    either.add_argument("--above", metavar="X", help=say("short is above this", "tekort is hierboven"))
    folder(
        discover,
        "where to write (discovery/ in that folder)",
        "waar te schrijven (discovery/ in die map)",
        needed=False,
    )
    as_json(discover)

    degrade = command(
        "degrade",
        _degrade,
        "find where supervision degrades along an axis of scale, and up to where it is safe",
        "zoek waar de begeleiding achteruitgaat langs een schaal-as, en tot waar het veilig is",
    )
    a_scenario(degrade)
    degrade.add_argument(
        "--over",
        action="append",
        metavar=say("NAME=LOW:HIGH[:POINTS]", "NAAM=LAAG:HOOG[:PUNTEN]"),
        help=say(
            "the axis, or twice for a map (students_per_cluster=6:40, 18 points); also NAME=A,B,C,D",
            "de as, of tweemaal voor een kaart (students_per_cluster=6:40, 18 punten); ook NAAM=A,B,C,D",
        ),
    )
    folder(degrade, "the folder of the analysis", "de map van de analyse")
    degrade.add_argument(
        "--compare",
        default="",
        metavar=say("NAME", "NAAM"),
        help="cross-year, mbo, mbo-equal-total, facilitation, growth, staff, split",
    )
    changes(degrade)
    numbers(
        degrade,
        REPLICATIONS,
        YEARS,
        ("worlds", "20", "sampled worlds for the safe scale (20); 0: none",
         "getrokken werelden voor de veilige schaal (20); 0: geen"),
        ("loss", "0.05", "loss that is borne against the scenario's own size (0.05)",
         "verlies dat gedragen wordt tegenover de eigen grootte van het scenario (0.05)"),
        SEED,
        WORKERS,
    )  # fmt: skip
    degrade.add_argument(
        "--structure",
        action="store_true",
        help=say(
            "repeat all under each rival form and without each mechanism (minutes)",
            "herhaal alles met elke rivaliserende vorm en zonder elk mechanisme (minuten)",
        ),
    )
    degrade.add_argument(
        "--back",
        action="store_true",
        help=say("also grow and shrink again", "groei en krimp ook weer terug"),
    )
    as_json(degrade)

    bottleneck = command(
        "bottleneck",
        _bottleneck,
        "show which constraint holds supervision back first, for the whole and by cluster",
        "toon welk knelpunt de begeleiding het eerst ophoudt, voor het geheel en per cluster",
    )
    a_scenario(bottleneck)
    folder(bottleneck, "the folder of the analysis", "de map van de analyse")
    numbers(
        bottleneck,
        ("years", "5", "school years up to the present state (5)", "schooljaren tot de huidige toestand (5)"),
        ("horizon", "1", "school years from there; the last is measured (1)",
         "schooljaren daarna; het laatste wordt gemeten (1)"),
        ("replications", "10", "replications (10)", "herhalingen (10)"),
        SEED,
        WORKERS,
    )  # fmt: skip
    changes(bottleneck)
    as_json(bottleneck)

    validate = command(
        "validate",
        _validate,
        "hold the model against the patterns it must reproduce: target, figure and verdict of each",
        "houd het model tegen de patronen die het moet laten zien: doel, gevonden waarde en oordeel van elk",
    )
    folder(
        validate,
        "keep the runs and write the tables into this folder",
        "bewaar de runs en de tabellen in deze map",
        needed=False,
    )
    numbers(
        validate,
        REPLICATIONS,
        SEED,
        WORKERS,
    )  # fmt: skip
    as_json(validate)

    pilots = command(
        "pilots",
        _pilots,
        "compare designs of an mbo pilot in many worlds, and write a report",
        "vergelijk ontwerpen van een mbo-pilot in veel werelden, en schrijf een rapport",
    )
    pilots.add_argument(
        "pilots",
        metavar="PILOTS",
        help=say("built-in pilots (mbo), or a .toml file", "ingebouwde pilots (mbo), of een .toml-bestand"),
    )
    folder(pilots, "the folder of the comparison", "de map van de vergelijking")
    numbers(pilots, WORKERS)
    pilots.add_argument(
        "--observed",
        type=Path,
        metavar=say("FILE.toml", "BESTAND.toml"),
        help=say("what a real pilot measured", "wat een echte pilot gemeten heeft"),
    )
    as_json(pilots)

    as_json(command("scenarios", _scenarios, "list the built-in scenarios", "toon de ingebouwde scenario’s"))
    as_json(
        command(
            "parameters",
            _parameters,
            "list every parameter with unit, default, range, source and meaning",
            "toon elke parameter met eenheid, standaardwaarde, bereik, bron en betekenis",
        )
    )
    template = command(
        "template",
        _template,
        "write an empty workbook for a partnership of your own, in counts",
        "maak een lege werkmap voor een eigen partnerschap, in aantallen",
    )
    template.add_argument("file", type=Path, metavar=say("FILE.xlsx", "BESTAND.xlsx"))
    template.add_argument(
        "--force", action="store_true", help=say("replace an existing file", "vervang een bestaand bestand")
    )
    check = command(
        "check",
        _check,
        "check scenario files, workbooks, study files and pilots files, and list every fault with its place",
        "controleer scenariobestanden, werkmappen, studie- en pilotsbestanden, en toon elke fout met de plaats",
    )
    check.add_argument("files", nargs="+", metavar=say("FILE", "BESTAND"))
    bench = command(
        "bench",
        _bench,
        "measure the speed of this machine's core against the textbook implementation",
        "meet de snelheid van de kern op deze computer, naast de leerboekversie",
    )
    bench.add_argument("--quick", action="store_true", help=say("small sizes only", "alleen kleine aantallen"))
    as_json(bench)
    show = command(
        "show",
        _show,
        "open the live view: the partnership on a map, for a room",
        "open het levende beeld: het partnerschap op een kaart, voor een zaal",
    )
    a_scenario(show)
    numbers(show, ("port", "8765", "port (8765)", "poort (8765)"))
    show.add_argument(
        "--host",
        default="127.0.0.1",
        metavar=say("ADDRESS", "ADRES"),
        help=say(
            "where to listen; 0.0.0.0 opens it to the room (127.0.0.1: this computer only)",
            "waar te luisteren; met 0.0.0.0 kan de zaal meekijken (127.0.0.1: alleen deze computer)",
        ),
    )
    show.add_argument("--no-browser", action="store_true", help=say("open no browser here", "open hier geen browser"))
    show.add_argument(
        "--new-key",
        action="store_true",
        help=say(
            "give the view that runs on this port another host's key, and stop",
            "geef het beeld dat op deze poort draait een andere sleutel voor de begeleider, en stop",
        ),
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
