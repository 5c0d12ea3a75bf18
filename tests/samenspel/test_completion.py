"""Shells complete commands, options and names; bash for real, zsh and fish by what they ask and are told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from samenspel.commands import names
from samenspel.experiments.study.study import Study
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario
from tests.places import ROOT
from tests.samenspel.test_front_door import HEAVY, environment

needs_bash = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="no bash here")
needs_zsh = pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh here")


@pytest.fixture
def command(tmp_path: Path) -> dict[str, str]:
    """An environment in which `samenspel` is a command."""
    script = tmp_path / "bin" / "samenspel"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\nimport sys\nfrom samenspel import main\nsys.exit(main())\n")
    script.chmod(0o755)
    path = os.pathsep.join([str(script.parent), os.environ["PATH"]])
    return environment(PYTHONPATH=str(ROOT), PATH=path)


def in_bash(command: dict[str, str], *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    line = " ".join(f"'{word}'" for word in words)
    code = (
        'source <(_SAMENSPEL_COMPLETE=bash_source samenspel); compopt() { echo "option $1 $2"; }; '
        f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; "
        "_samenspel_completion samenspel; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "-c", code], env=command, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def asked(command: dict[str, str], shell: str, words: str, at: str) -> str:
    """What a shell is told, by the protocol that its script uses."""
    env = command | {"_SAMENSPEL_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": at}
    done = subprocess.run(["samenspel"], env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@needs_bash
def test_bash_completes_commands_options_and_names(command: dict[str, str]) -> None:
    assert in_bash(command, "samenspel", "") == names()
    assert in_bash(command, "samenspel", "sw") == ["sweep"]
    assert in_bash(command, "samenspel", "run", "--re") == ["--replications"]
    assert in_bash(command, "samenspel", "--lang", "nl", "run", "gr") == [
        name for name in Scenario.names() if name.startswith("gr")
    ]
    assert in_bash(command, "samenspel", "sweep", "") == list(Study.names())
    assert in_bash(command, "samenspel", "pilots", "m") == ["mbo"]
    assert in_bash(command, "samenspel", "sensitivity", "--method", "s") == ["screen", "sobol"]


@needs_bash
def test_bash_completes_parameters_without_a_space_behind(command: dict[str, str]) -> None:
    expected = [f"{name}=" for name in PARAMETERS if name.startswith("mentor_h")]
    told = in_bash(command, "samenspel", "run", "--set", "mentor_h")
    assert [line for line in told if not line.startswith("option")] == expected
    assert told.count("option -o nospace") == len(expected)
    assert "students_per_cluster=" in in_bash(command, "samenspel", "degrade", "--over", "students_per")
    assert not any("mbo_mix" in line for line in in_bash(command, "samenspel", "degrade", "--over", "mbo_m"))


@needs_bash
def test_bash_completes_files_and_folders_itself(command: dict[str, str]) -> None:
    assert "option -o default" in in_bash(command, "samenspel", "check", "own")
    assert "option -o default" in in_bash(command, "samenspel", "run", "own.to")
    assert "option -o dirnames" in in_bash(command, "samenspel", "run", "--out", "re")


@needs_zsh
@pytest.mark.parametrize(("begun", "how"), [("run --set mentor_h", ["-U", "-S", ""]), ("run --repl", ["-U"])])
def test_zsh_puts_no_space_behind_parameters(command: dict[str, str], begun: str, how: list[str]) -> None:
    code = (
        f'compdef() {{}}; _describe() {{ print -rl -- "$@"; print -r -- ${{(P)3}} }}; words=(samenspel {begun}); '
        'CURRENT=$#words; eval "$(_SAMENSPEL_COMPLETE=zsh_source samenspel)"; _samenspel_completion'
    )
    done = subprocess.run(["zsh", "-f", "-c", code], env=command, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    *handed, offered = done.stdout.splitlines()
    assert handed == ["-V", "unsorted", "completions_with_descriptions", *how]
    assert begun.split()[-1] in offered


def test_zsh_and_fish_are_told_the_same_with_the_meaning_in_the_language_of_the_user(command: dict[str, str]) -> None:
    told = asked(command | {"LANG": "nl_NL.UTF-8"}, "zsh", "samenspel run --set mentor_hours", "3")
    assert told.split("\n")[:3] == ["plain", "mentor_hours=", PARAMETERS["mentor_hours"].nl]
    told = asked(command, "fish", "samenspel swe", "swe")
    assert told.startswith("plain,sweep\trun a study: many designs")
    told = asked(command, "zsh", "samenspel run --set mbo_mix=m", "3")
    assert told.split("\n")[1::3] == ["mbo_mix=mixed"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(command: dict[str, str], shell: str) -> None:
    env = command | {"_SAMENSPEL_COMPLETE": f"{shell}_source"}
    done = subprocess.run(["samenspel"], env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_SAMENSPEL_COMPLETE={shell}_complete" in done.stdout


def test_completion_imports_nothing_heavy(command: dict[str, str]) -> None:
    code = (
        "import sys, samenspel\nsamenspel.main([])\n"
        f"print([name for name in (*{HEAVY!r}, 'numpy') if name in sys.modules], file=sys.stderr)"
    )
    env = command | {
        "_SAMENSPEL_COMPLETE": "zsh_complete", "COMP_WORDS": "samenspel degrade --over s", "COMP_CWORD": "3",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)
    assert "students_per_cluster=" in done.stdout
    assert done.stderr.endswith("[]\n")
