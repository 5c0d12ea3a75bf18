"""The front door of the view, its key, the notebook and the inspector."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import samenspel
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.viz import installed, serve, show
from samenspel.viz.room.cards import facts_of
from samenspel.viz.room.frames import decode
from tests.places import ROOT


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "many"], "--port"),
        (["--port", "70000"], "--port"),
        (["--host", "203.0.113.7", "--port", "18799"], "--host"),
        (["--host", "", "--port", "18799"], "--host"),
        (["--host", "0", "--port", "18799"], "--host"),
        (["--new-key", "--port", "18799"], "--port"),
        (["basline"], "baseline"),
        (["national"], "national"),
    ],
)
@pytest.mark.parametrize(("lang", "word"), [("nl", "toegestaan"), ("en", "allowed")])
def test_what_is_wrong_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str, lang: str, word: str
) -> None:
    assert samenspel.main(["show", *arguments, "--no-browser", "--lang", lang]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert says in told[0]
    assert word in told[0]
    assert ("opdrachtregel, --host" if lang == "nl" else "command line, --host") in told[0] or says != "--host"


def test_a_taken_port_names_a_free_one(capsys: pytest.CaptureFixture[str], busy_port: int) -> None:
    assert samenspel.main(["show", "--port", str(busy_port), "--no-browser", "--lang", "nl"]) == 2
    told = capsys.readouterr().err
    assert "in gebruik" in told
    assert str(busy_port + 1) in told


def test_what_is_not_installed_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert installed.missing() == []
    monkeypatch.setenv("SOLARA_ASSETS_PROXY_CACHE_DIR", str(tmp_path))
    assert "pip install solara-assets==1.58.2" in installed.missing()[0].text("nl")
    monkeypatch.setattr(installed, "version", lambda _: "3.1.0")
    assert "pip install 'ipyvue<2' 'ipyvuetify<2'" in installed.missing()[0].text("en")
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == "segno" else object())
    assert "segno" in installed.missing()[0].text("nl")
    with pytest.raises(InputFaults):
        installed.raise_missing()


def test_the_room_is_told_who_can_reach_it() -> None:
    assert not serve.Reach("127.0.0.1", 1, "127.0.0.1").room
    assert not serve.Reach("localhost", 1, "localhost").room
    room = serve.Reach("0.0.0.0", 8765, "192.0.2.1")
    assert room.room
    assert room.guest() == "http://192.0.2.1:8765/"
    assert "key" not in room.guest()
    assert serve.qr_code(room.guest()).startswith("data:image/svg+xml")


@pytest.mark.slow
def test_the_command_serves_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"} | {
        "XDG_DATA_HOME": str(tmp_path)
    }
    command = [sys.executable, "-m", "samenspel", "show", "--port", str(port), "--no-browser", "--lang", "nl"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith(f"Samenspel staat op http://127.0.0.1:{port}/?key=")
        assert "Alleen deze computer" in process.stderr.readline()
        assert "Samenspel" in _fetch(f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    assert "Traceback" not in rest


def _fetch(address: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return str(answer.read().decode())
        except OSError:
            import time

            time.sleep(0.1)
    raise AssertionError(f"nothing at {address}")


# --- notebook ---


def test_the_view_stands_in_a_notebook_and_obeys_it() -> None:
    stage = show("growth-mbo", seed=5, lang="nl")
    try:
        assert stage.setup["host"]
        stage._handle_custom_msg({"ask": "step"}, [])
        stage._handle_custom_msg({"ask": "change", "lane": 0, "name": "mentor_hours", "value": 1.0}, [])
        stage._handle_custom_msg({"ask": "step"}, [])
        stage.tell(stage.session.history())
        frame = decode(bytes(stage.frame[4:]))
        partnership = Partnership(Scenario.load("growth-mbo"), rng=5)
        partnership.run(weeks=1)
        partnership.change(mentor_hours=1.0)
        partnership.run(weeks=1)
        assert frame.week == 2
        assert frame.series[0] == np.float32(partnership.indicators()["supervision_adequate_share"].iloc[-1])
    finally:
        stage.close()
    with pytest.raises(InputFaults):
        show("growth-mboo")


# --- inspector ---


def test_the_inspector_has_every_parameter_and_steps_as_the_model_does() -> None:
    serve.prepare()  # before Solara is imported
    from samenspel.viz.inspect import Inspected, controls

    assert set(PARAMETERS) <= set(controls("nl"))
    defaults: dict[str, Any] = {name: control["value"] for name, control in controls("en").items()}
    model = Inspected(**{**defaults, "mentor_hours": 1.0})
    model.step()
    usual = Scenario.load("baseline")
    partnership = Partnership(usual.with_values(mentor_hours=1.0), rng=1, past=usual)
    partnership.run(weeks=1)
    np.testing.assert_array_equal(model.lane.partnership.weekly_record, partnership.weekly_record)
    refused = Inspected("baseline", luck="x", mbo_mix="sideways")
    assert refused.refused is not None
    assert "mbo_mix" in refused.refused.text("nl")
    assert refused.lane.course.text() == "baseline"


@pytest.mark.slow
def test_the_inspector_draws_the_stage_and_tells_of_what_is_clicked(monkeypatch: pytest.MonkeyPatch) -> None:
    serve.prepare()
    import solara

    from samenspel.viz.inspect import Inspected, Scene
    from samenspel.viz.stage import Stage

    model = Inspected()
    model.step()
    _, made = solara.render(Scene(model), handle_error=False)
    stage = made.find(Stage).widget
    assert decode(bytes(stage.frame[4:])).week == 1
    assert stage.state["lanes"][0]["scenario"] == "baseline"
    said: list[Any] = []
    monkeypatch.setattr(stage, "send", said.append)
    stage._handle_custom_msg({"ask": "card", "kind": "site", "which": 0}, [])
    assert said == [{"say": "card", "card": facts_of(model.lane, "site", 0)}]
    made.close()


def test_what_stands_beside_the_stage_speaks_the_language_that_is_chosen_on_it() -> None:
    serve.prepare()
    import ipyvuetify as v
    import solara

    from samenspel.viz.inspect import Page
    from samenspel.viz.stage import Stage

    _, page = solara.render(solara.AppLayout(children=[Page()]), handle_error=False)

    def slider(text: str) -> Any:
        return page.find(v.Slider, label=f"students_per_cluster: {text} ({'plaatsen' if 'Hbo-' in text else 'places'})")

    def press(button: str) -> None:
        page.find(v.Btn, children=[button]).widget.click()

    english, dutch = PARAMETERS["students_per_cluster"].en, PARAMETERS["students_per_cluster"].nl
    slider(english).widget.v_model = 20
    stage = page.find(Stage).widget
    stage._handle_custom_msg({"ask": "language", "lang": "nl"}, [])
    assert slider(dutch).widget.v_model == 20, "what was set stays"
    assert page.find(v.Select, label="Uitgangspunt").widget.v_model == "baseline"
    assert "aanname" in page.find(v.Slider).widgets[4].label
    press("Reset")
    press("Step")
    shown = page.find(Stage).widget
    assert shown.state["lanes"][0]["values"]["students_per_cluster"] == 20
    assert decode(bytes(shown.frame[4:])).week == 1
    stage._handle_custom_msg({"ask": "language", "lang": "en"}, [])
    assert slider(english).widget.v_model == 20
    page.close()
