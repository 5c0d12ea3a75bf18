"""The command line through real processes: exit statuses, what goes where, both languages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import samenspel
import samenspel.experiments.runs.run
from samenspel.commands import load, names
from samenspel.experiments.output.version import version
from samenspel.experiments.runs.run import Outcome
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.schedules import SCHEDULES
from tests.places import ROOT

SMALL = ("run", "--replications", "2", "--years", "1")


def environment(**variables: str) -> dict[str, str]:
    """Of this process, without the settings that a command looks at."""
    unset = ("LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS", "PYTHONHASHSEED", "FORCE_COLOR", "TTY_COMPATIBLE")
    return {name: value for name, value in os.environ.items() if name not in unset} | {"LANG": "C.UTF-8"} | variables


def samenspel_(*arguments: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "samenspel", *arguments]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    env = environment(PYTHONPATH=path, **variables)
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", timeout=300)


def parsed(text: str) -> Any:
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def json_of(*arguments: str, **variables: str) -> Any:
    done = samenspel_(*arguments, "--json", **variables)
    assert done.returncode == 0, done.stderr
    return parsed(done.stdout)


class Here:
    """Runs commands in this process, where the rules are compiled once."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        status = samenspel.main(arguments)
        said = self.capture.readouterr()
        return subprocess.CompletedProcess(arguments, status, said.out, said.err)

    def json(self, *arguments: str) -> Any:
        return parsed(self(*arguments, "--json").stdout)


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Here:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return Here(capsys)


# --- run -------------------------------------------------------------------------------------------------------------


def test_json_is_one_document_and_the_same_every_time() -> None:
    first = json_of(*SMALL, PYTHONHASHSEED="1")
    again = json_of(*SMALL, "--lang", "nl", PYTHONHASHSEED="2")
    assert first == again
    assert re.fullmatch("[0-9a-f]{64}", first["fingerprint"])
    assert list(first["parameters"]) == list(PARAMETERS)
    assert list(first["indicators"]) == list(INDICATORS)
    assert first["indicators"]["students_inside"]["unit"] == "students"
    assert (first["scenario"], first["seed"], first["years"], first["replications"]) == ("baseline", 1, 1, 2)


def test_another_seed_or_setting_gives_another_fingerprint(here: Here) -> None:
    documents = [here.json(*SMALL), here.json(*SMALL, "--seed", "2"), here.json(*SMALL, "--set", "mentor_hours=1.5")]
    assert len({document["fingerprint"] for document in documents}) == 3
    assert documents[2]["parameters"]["mentor_hours"] == 1.5


def test_one_replication_has_null_intervals(here: Here) -> None:
    document = here.json("run", "--replications", "1", "--years", "1")
    coverage = document["indicators"]["coverage"]
    assert coverage["mean"] is not None
    assert (coverage["low"], coverage["high"]) == (None, None)


@pytest.mark.parametrize(
    ("lang", "heading", "sentence", "message"),
    [
        ("en", "Supervision", "not a forecast", "add --out DIR"),
        ("nl", "Begeleiding", "geen voorspelling", "dat kan met --out MAP"),
    ],
)
def test_a_run_for_people(here: Here, lang: str, heading: str, sentence: str, message: str) -> None:
    done = here(*SMALL, "--lang", lang)
    assert done.returncode == 0
    assert heading in done.stdout
    assert "supervision_adequate_share" in done.stdout
    assert sentence in " ".join(done.stdout.split())
    assert message in done.stderr
    assert re.search(r"2 (of|van) 2", done.stderr), "progress goes to standard error"


@pytest.mark.parametrize("columns", ["60", "80", "120", "200"])
def test_a_run_fits_its_paper(here: Here, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = here(*SMALL, "--lang", "en")
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert ("Share of hosting mentors" in " ".join(done.stdout.split())) == (int(columns) > 100)


def test_results_are_written_where_asked(tmp_path: Path) -> None:
    done = samenspel_(*SMALL, "--out", "new/results", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "new/results" in done.stderr.replace("\\", "/")
    written = json.loads((tmp_path / "new" / "results" / "run.json").read_text(encoding="utf-8"))
    assert written == json.loads(done.stdout)
    assert not [path for path in (tmp_path / "new" / "results").iterdir() if path.name.startswith(".")]


def test_nothing_is_written_unasked(here: Here, tmp_path: Path) -> None:
    here(*SMALL)
    assert list(tmp_path.iterdir()) == []


# --- wrong input -----------------------------------------------------------------------------------------------------


def test_all_faults_come_at_once() -> None:
    settings = ("--set", "mentor_hour=1", "--set", "mbo_mix=mix", "--set", "subgroup_size")
    done = samenspel_("run", "--years", "0", "--replications", "many", "--seed", "-1", "--out", "README.md", *settings)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 7
    for word in ("--years", "--replications", "--seed", "--out", "subgroup_size", "mentor_hours", "mixed"):
        assert any(word in line for line in lines), word


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--years", "1.5"], ["--years", "1.5", "a whole number from 1"]),
        (["run", "--years", "0", "--lang", "nl"], ["--years", "gevonden 0", "een heel getal van 1"]),
        (["run", "basline"], ["basline", "baseline"]),
        (["run", "nowhere.toml"], ["nowhere.toml"]),
        (["run", "nowhere.xlsx"], ["nowhere.xlsx"]),
        (["run", "--speed"], ["command line, run: found --speed", "did you mean --seed?"]),
        (["run", "--spee=3", "--lang=nl"], ["opdrachtregel, run: gevonden --spee", "bedoelde u --seed?"]),
        (["--speed"], ["found --speed"]),
        (["run", "baseline", "growth-mbo"], ["found growth-mbo; allowed: nothing more"]),
        (["run", "--json=yes"], ["--json: found a value; allowed: nothing"]),
        (["sensitivity", "x", "--out", "x", "--method", "sobl"], ["--method: found sobl", "did you mean sobol?"]),
        (["discover", ".", "--below", "1", "--above", "2"], ["--above: found 2; allowed: either"]),
        (["sweep", "scale", "--out", "README.md"], ["--out: found README.md; allowed: a folder"]),
        (["run", "--years"], ["--years: found nothing; allowed: a value"]),
        (["run", "--years", "--lang=nl"], ["--years", "--lang=nl"]),
        (["chekc"], ["found chekc", "did you mean check?"]),
        (["--lang", "nl", "chekc"], ["gevonden chekc", "bedoelde u check?"]),
        (["chekc", "--lang", "nl"], ["gevonden chekc", "bedoelde u check?"]),
        (["sweep", "study.toml"], ["--out: found nothing; allowed: the folder of the sweep"]),
        (["run", "--lang", "de"], ["--lang", "de", "nl, en"]),
        ([], ["COMMAND: found nothing; allowed: bench, bottleneck"]),
        (["check"], ["FILE: found nothing"]),
        (["template", "own.txt"], ["own.txt", ".xlsx"]),
        (["template", "no/such/folder/own.xlsx"], ["own.xlsx", "a folder that exists"]),
    ],
)
def test_wrong_input_is_one_line_and_exit_2(arguments: list[str], words: list[str]) -> None:
    done = samenspel_(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("found", ["few", "1.5", "-1", "99999999999999999999"])
@pytest.mark.parametrize(
    ("command", "option", "low", "high"),
    [
        ("run", "seed", 0, 2**63 - 1),
        ("sensitivity x --out x --workers 0", "keep", 1, 1000),
        ("pilots x --out x --workers 0", "workers", 0, 1024),
        ("bottleneck --out x --workers 0", "horizon", 1, 50),
        ("validate --workers 0", "replications", 2, 10_000),
        ("show", "port", 1, 65_535),
    ],
)
def test_every_command_says_alike_which_whole_numbers_it_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str, option: str, low: int, high: int,
    found: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("samenspel.experiments.engine.processes.warm_up", lambda: None)
    for lang, line in (
        ("en", f"command line, --{option}: found {found}; allowed: a whole number from {low} to {high}\n"),
        (
            "nl",
            f"opdrachtregel, --{option}: gevonden {found}; toegestaan: een heel getal van {low} tot en met {high}\n",
        ),
    ):
        assert samenspel.main([*command.split(), f"--{option}={found}", "--lang", lang]) == 2
        assert capsys.readouterr().err == line


def test_some_numbers_of_points_are_powers_of_two(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["sensitivity", "x", "--out", "x", "--workers", "0", "--lang", "en", "--points", "100", "--keep", "0"]
    assert samenspel.main(asked) == 2
    assert capsys.readouterr().err.splitlines() == [
        "command line, --points: found 100; allowed: a power of two",
        "command line, --keep: found 0; allowed: a whole number from 1 to 1000",
    ]
    assert samenspel.main([*asked, "--method", "pawn"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


# --- interruption, failure, faults of ours ---------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="sends an interrupt as POSIX does")
def test_an_interrupted_run_keeps_what_is_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "samenspel", "run", "--years", "1", "--replications", "10000", "--out", "kept"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(PYTHONPATH=str(ROOT)), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert " of 10,000 replications" in line, line
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 130, rest
    said = re.search(r"Interrupted: (\d+) of 10000 replications were finished; those are kept", rest)
    assert said, rest
    written = json.loads((tmp_path / "kept" / "run.json").read_text(encoding="utf-8"))
    assert written["interrupted"]
    assert written["finished"] == int(said[1])
    assert "Traceback" not in rest


def run_here(monkeypatch: pytest.MonkeyPatch, replicate: Any) -> int:
    monkeypatch.setattr(samenspel.experiments.runs.run, "replicate", replicate)
    return samenspel.main([*SMALL, "--lang", "en"])


def test_a_failed_replication_gives_exit_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> Outcome:
        raise ZeroDivisionError("nobody is left")

    assert run_here(monkeypatch, fail) == 3
    said = capsys.readouterr()
    assert "2 of 2 replications failed. The first error: ZeroDivisionError: nobody is left" in said.err
    assert "there are no findings" in said.out


def test_an_interrupt_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> Outcome:
        raise KeyboardInterrupt

    assert run_here(monkeypatch, stop) == 130
    said = capsys.readouterr()
    assert "Interrupted; nothing is kept." in said.err
    assert said.out == ""


def test_a_fault_of_ours_gives_exit_1_and_asks_to_report_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr("samenspel.experiments.runs.run.run", break_down)
    assert samenspel.main([*SMALL, "--lang", "nl"]) == 1
    said = capsys.readouterr().err
    assert "RuntimeError: a wheel came off" in said
    assert said.splitlines()[-1].startswith("Dit is een fout in Samenspel.")


def test_a_reader_that_stops_early_is_no_fault() -> None:
    command = f"'{sys.executable}' -m samenspel parameters | head -n 1"
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr == ""


# --- lists, templates, checks ----------------------------------------------------------------------------------------


def test_parameters_as_json_hold_everything() -> None:
    listed = json_of("parameters")
    assert [entry["name"] for entry in listed] == list(PARAMETERS)
    fields = {
        "name",
        "kind",
        "default",
        "unit",
        "standing",
        "source",
        "group",
        "en",
        "nl",
        "low",
        "high",
        "choices",
        "assumed",
    }
    assert all(fields <= set(entry) for entry in listed)
    assert listed[0]["high"] == PARAMETERS[listed[0]["name"]].high


@pytest.mark.parametrize("columns", ["80", "140"])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_parameters_for_people(here: Here, monkeypatch: pytest.MonkeyPatch, columns: str, lang: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = here("parameters", "--lang", lang)
    assert done.returncode == 0
    assert all(name in done.stdout for name in PARAMETERS)
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    shown = PARAMETERS["mentor_hours"].nl if lang == "nl" else PARAMETERS["mentor_hours"].en
    assert shown in " ".join(done.stdout.split())
    assert ("* aanname" if lang == "nl" else "* assumption") in done.stdout
    assert re.search(r"^\* mentor_hours ", done.stdout, re.MULTILINE)


def test_schedules_are_listed_with_source_and_until_when_they_are_known(here: Here) -> None:
    listed = {entry["name"]: entry for entry in here.json("schedules")}
    assert list(listed) == list(SCHEDULES)
    assert listed["grant_per_student"]["steps"][-1] == {"year": 2025, "month": 1, "value": 1250.0, "source": "D51"}
    for lang, until, raised in (
        ("en", "Known until March 2027; then it grows by wage_growth", "October 2024"),
        ("nl", "Bekend tot maart 2027; daarna groeit het met wage_growth", "oktober 2024"),
    ):
        shown = here("schedules", "--lang", lang).stdout
        assert until in shown
        assert re.search(rf"{raised} +1[.,]049 +D52", shown)


def test_scenarios_are_listed(here: Here) -> None:
    listed = here.json("scenarios")
    assert listed[0]["name"] == "baseline"
    shown = here("scenarios", "--lang", "nl").stdout
    assert all(entry["name"] in shown and entry["title_nl"] in " ".join(shown.split()) for entry in listed)


def test_a_template_is_written_once(here: Here, tmp_path: Path) -> None:
    first = here("template", "own.xlsx", "--lang", "en")
    assert first.returncode == 0, first.stderr
    assert first.stdout == ""
    before = (tmp_path / "own.xlsx").read_bytes()
    again = here("template", "own.xlsx")
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert (tmp_path / "own.xlsx").read_bytes() == before
    assert here("template", "own.xlsx", "--force", "--lang", "nl").returncode == 0


def test_check_lists_every_fault_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "fine.toml").write_text('extends = "baseline"\nmentor_hours = 1.5\n', encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(
        'extends = "baseline"\nmentor_hours = "many"\nmbo_mixx = "none"\n', encoding="utf-8"
    )
    done = samenspel_("check", "fine.toml", "wrong.toml", "lost.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == "fine.toml: fine\n"
    assert len(done.stderr.splitlines()) == 3
    assert "mbo_mix?" in done.stderr
    assert samenspel_("check", "fine.toml", "--lang", "nl", cwd=tmp_path).stdout == "fine.toml: in orde\n"


# --- help, version, language -----------------------------------------------------------------------------------------

HEAVY = ("numba", "mesa", "pandas", "scipy", "openpyxl")


@pytest.mark.parametrize(
    "command",
    ["--help", "--version", "run --help", "parameters", "parameters --json", "scenarios"],
)
def test_help_and_lists_import_nothing_heavy(command: str) -> None:
    code = (
        "import sys, samenspel\n"
        "try: samenspel.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command.split()], cwd=ROOT, env=environment(), capture_output=True, text=True
    )
    assert done.stderr == "[]\n"


def test_the_version_is_that_of_the_project() -> None:
    declared = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert declared
    assert samenspel_("--version").stdout == f"samenspel {declared[1]}\n"


def test_the_version_is_that_beside_the_sources_else_that_of_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sources may be newer than what was once installed from them; an installed package has no project file."""
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"installed {name}")
    monkeypatch.setattr("samenspel.experiments.output.version._PROJECT", tmp_path / "pyproject.toml")
    assert version.__wrapped__() == "installed samenspel"
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "9.8.7"\n')
    assert version.__wrapped__() == "9.8.7"


@pytest.mark.parametrize(
    ("arguments", "variables", "dutch"),
    [
        ([], {"LANG": "nl_NL.UTF-8"}, True),
        ([], {"LANG": "nl_BE"}, True),
        ([], {"LANG": "de_DE.UTF-8"}, False),
        ([], {"LANG": "nl_NL.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, False),
        ([], {"LANG": "en_GB.UTF-8", "LC_ALL": "nl_NL.UTF-8"}, True),
        ([], {"LANG": "nl_NL.UTF-8", "LC_ALL": ""}, True),
        (["--lang", "en"], {"LANG": "nl_NL.UTF-8"}, False),
        (["--lang=nl"], {"LANG": "C"}, True),
    ],
)
def test_the_language_is_that_asked_for_else_of_the_system(
    arguments: list[str], variables: dict[str, str], dutch: bool
) -> None:
    assert samenspel_(*arguments, "--help", **variables).stdout.startswith("Gebruik:" if dutch else "Usage:")
    assert samenspel_("run", *arguments, "--help", **variables).stdout.startswith("Gebruik:" if dutch else "Usage:")


ENGLISH = r"\b(usage|options|command|arguments|this|message|exit|the|found|allowed|missing|error|invalid|such)\b"


@pytest.mark.parametrize("command", ["", *names()])
def test_every_word_of_help_is_dutch(here: Here, command: str) -> None:
    told = here(*command.split(), "--help", "--lang", "nl").stdout
    assert told.startswith(f"Gebruik: samenspel {command}".rstrip())
    assert not re.search(ENGLISH, told, re.IGNORECASE), told


@pytest.mark.parametrize(
    "wrong",
    [
        "run --speed 1", "run --years", "run --json=1", "run baseline b", "run --lang de", "sweep", "sweep x", "check",
        "chekc", "", "sensitivity x --out x --method y", "discover", "discover . --above x", "template", "run --set x",
    ],
)  # fmt: skip
def test_every_fault_is_told_in_dutch(here: Here, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    done = here(*wrong.split())
    assert done.returncode == 2
    assert done.stdout == ""
    for line in done.stderr.splitlines():
        assert re.fullmatch("opdrachtregel.*: gevonden .+; toegestaan: .+", line), line
        assert not re.search(ENGLISH, re.sub(r"bench, bottleneck.*", "", line)), line


def test_each_command_is_a_file_of_its_name() -> None:
    assert {"run", "sweep", "degrade", "check", "show"} <= set(names())
    assert all(load(name).name == name for name in names())
