"""Privacy: nobody is asked for, nothing goes out, and the view says where it listens."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from openpyxl import Workbook, load_workbook

from samenspel.model import Scenario
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES
from samenspel.model.input.faults import Language
from samenspel.model.input.template import PARAMETER_HEADINGS
from samenspel.model.input.workbook import write_template
from tests.fuzz.toml_kinds import PARTNERSHIP, PILOTS
from tests.fuzz.toml_text import toml
from tests.fuzz.workbook_kind import as_cell
from tests.places import ROOT

ORGANISATIONS = {
    "name",
    "partnership",
    "board",
    "boards",
    "cluster",
    "town",
    "concept",
}  # the only texts that are asked for
OF_A_PERSON = re.compile(
    r"surname|first name|last name|birth|gender|e-?mail|phone|address|student number|staff number|"
    r"achternaam|voornaam|geboorte|geslacht|telefoon|adres|studentnummer|personeelsnummer|\bbsn\b|nationalit",
    re.IGNORECASE,
)


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_every_column_is_a_count_a_choice_or_the_name_of_an_organisation_or_place() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert column.kind in ("whole", "real", "switch", "choice") or column.name in ORGANISATIONS
            words = f"{column.name} {column.heading_en} {column.heading_nl} {column.en} {column.nl}"
            assert not OF_A_PERSON.search(words), words
    of_no_person = ("towns", "partnerships", "boards", "clusters", "sites", "schedules", "mergers")
    assert [table for table in TABLES if table not in of_no_person] == ["students"]
    assert "name" not in [column.name for column in TABLES["students"].columns]
    assert all(parameter.kind != "text" for parameter in PARAMETERS.values())


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_workbook_asks_for_nothing_else(tmp_path: Path, lang: Language) -> None:
    write_template(tmp_path / "own.xlsx", lang)
    book = load_workbook(tmp_path / "own.xlsx")
    declared = {word for table in TABLES.values() for c in table.columns for word in (c.heading_en, c.heading_nl)}
    declared |= {word for words in PARAMETER_HEADINGS.values() for word in words}
    for sheet in book.worksheets[1:]:
        asked = {str(cell.value).rstrip(" *") for cell in sheet[1] if cell.value}
        assert asked <= declared, asked - declared
    texts = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [text for text in texts if OF_A_PERSON.search(text)]


@pytest.mark.parametrize("column", ["geboortedatum", "email", "student", "naam mentor", "bsn"])
def test_a_column_about_a_person_is_refused_unread(tmp_path: Path, column: str) -> None:
    book = Workbook()
    for name, rows in PARTNERSHIP.items():
        if name in TABLES:
            sheet = book.create_sheet(name)
            heads = [c.name for c in TABLES[name].columns]
            sheet.append([*heads, column])
            for row in rows:
                sheet.append([*(as_cell(row.get(head)) for head in heads), "Jan Jansen"])
    book.save(tmp_path / "own.xlsx")
    told = [fault.text("nl") for fault in Scenario.check(tmp_path / "own.xlsx")]
    assert (
        len([line for line in told if f'"{column}"' in line]) == len(book.sheetnames) - 1
    )  # but for the sheet that a new book has
    assert not [line for line in told if "Jan Jansen" in line]
    rows = [{**PARTNERSHIP["sites"][0], column: "Jan Jansen"}]
    (tmp_path / "own.toml").write_text(toml({**PARTNERSHIP, "sites": rows}), encoding="utf-8")
    told = [fault.text("nl") for fault in Scenario.check(tmp_path / "own.toml")]
    assert [line for line in told if f'"{column}"' in line]
    assert not [line for line in told if "Jan Jansen" in line]


# --- what goes out ---------------------------------------------------------------------------------------------------

CUT = """
import os, sys

def watch(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1] if len(given) > 1 else None
        host = address[0] if isinstance(address, tuple) else "unix"
        inside = host == "unix" or str(host).startswith("127.") or host in ("::1", "localhost", "")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = given[0]
        inside = host is None or str(host) in ("localhost", "127.0.0.1", "::1", "")
    else:
        return
    if not inside:
        with open(os.environ["REACHED"], "a") as file:
            file.write(f"{event} {host!r} {sys.argv}\\n")
        raise OSError("the network is cut")

sys.addaudithook(watch)
with open(os.environ["REACHED"] + ".on", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""


@pytest.fixture
def cut(tmp_path: Path) -> dict[str, str]:
    """Variables under which every Python process notes, and refuses, what goes beyond this machine."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(CUT, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "LANG", "LC_ALL")}
    path = os.pathsep.join((str(tmp_path / "hook"), str(ROOT)))
    return kept | {"PYTHONPATH": path, "REACHED": str(tmp_path / "reached"), "XDG_DATA_HOME": str(tmp_path / "data")}


def without_network() -> list[str]:
    """What starts a command without any network at all, where the system permits that."""
    tried = ["unshare", "-rn", "true"]
    permitted = shutil.which("unshare") and subprocess.run(tried, capture_output=True, check=False).returncode == 0
    return ["unshare", "-rn"] if permitted else []


def command(cut: dict[str, str], tmp_path: Path, *given: str) -> subprocess.CompletedProcess[str]:
    line = [*without_network(), sys.executable, "-m", "samenspel", *given, "--lang", "en"]
    return subprocess.run(line, cwd=tmp_path, env=cut, capture_output=True, text=True, timeout=600, check=False)


def assert_nothing_went_out(cut: dict[str, str]) -> None:
    reached = Path(cut["REACHED"])
    assert not reached.exists(), reached.read_text(encoding="utf-8")
    assert Path(f"{reached}.on").read_text(encoding="utf-8"), "the hook was not there"


@pytest.mark.slow
def test_commands_need_no_network_and_seek_none(cut: dict[str, str], tmp_path: Path) -> None:
    study = {"replications": 2, "years": 1, "levers": {"cross_year": [True, False]}}
    (tmp_path / "study.toml").write_text(toml(study), encoding="utf-8")
    few = {**PILOTS, "replications": 2, "worlds": 2, "years": 1, "design": PILOTS["design"][::2]}
    (tmp_path / "pilots.toml").write_text(toml(few), encoding="utf-8")
    commands = (
        ("run", "--years", "1", "--replications", "1", "--out", "run"),
        ("template", "own.xlsx"),
        ("check", "study.toml", "pilots.toml", "own.xlsx"),
        ("sweep", "study.toml", "--out", "sweep", "--workers", "2"),
        ("pilots", "pilots.toml", "--out", "pilots", "--workers", "2"),
        ("bench", "--quick"),
    )
    for given in commands:
        done = command(cut, tmp_path, *given)
        expected = 2 if given[0] == "check" else 0  # the workbook is still empty
        assert done.returncode == expected, (given, done.stderr[-1500:])
    assert (tmp_path / "pilots" / "report.html").is_file()
    assert_nothing_went_out(cut)


def test_the_hook_would_see_it(cut: dict[str, str], tmp_path: Path) -> None:
    call = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    done = subprocess.run([sys.executable, "-c", call], env=cut, capture_output=True, text=True, check=False)
    assert "the network is cut" in done.stderr
    assert "192.0.2.1" in Path(cut["REACHED"]).read_text(encoding="utf-8")


# --- where the view listens ------------------------------------------------------------------------------------------


@contextmanager
def shown(cut: dict[str, str], tmp_path: Path, *given: str) -> Iterator[tuple[psutil.Process, int, str]]:
    """The live view in a process of its own, its port, and what it said when it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "samenspel", "show", "--port", str(port), "--no-browser", "--lang", "nl", *given]
    said = tmp_path / "said"
    with (
        said.open("w") as stream,
        subprocess.Popen(line, cwd=tmp_path, env=cut, stdout=stream, stderr=stream) as process,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/")
            yield psutil.Process(process.pid), port, said.read_text(encoding="utf-8")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing at {address}")


def listening(process: psutil.Process) -> set[tuple[str, int]]:
    """Addresses and ports on which a process or its children listen."""
    family = [process, *process.children(recursive=True)]
    return {
        (one.laddr.ip, one.laddr.port)
        for member in family
        for one in member.net_connections("inet")
        if one.status == psutil.CONN_LISTEN
    }


@pytest.mark.slow
def test_the_view_listens_where_it_says_and_nowhere_else(cut: dict[str, str], tmp_path: Path) -> None:
    with shown(cut, tmp_path) as (process, port, said):
        assert f"http://127.0.0.1:{port}/" in said
        assert "Alleen deze computer" in said
        assert listening(process) == {("127.0.0.1", port)}
    assert_nothing_went_out(cut)


@pytest.mark.slow
def test_the_view_opens_to_the_room_only_when_asked_and_says_so(cut: dict[str, str], tmp_path: Path) -> None:
    open_to_all = {name: value for name, value in cut.items() if name != "PYTHONPATH"} | {"PYTHONPATH": str(ROOT)}
    with shown(open_to_all, tmp_path, "--host", "0.0.0.0") as (process, port, said):
        guest = re.search(r"Iedereen op dit netwerk kan meekijken en stemmen op (http://\S+/)", said)
        assert guest
        _wait_for(guest[1])
        assert listening(process) == {("0.0.0.0", port)}
