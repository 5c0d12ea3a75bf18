"""The house as a drawing: `python -m tools.structure FILE.svg` draws which rooms import from which.

A room is a folder; a module that stands beside rooms in its folder is drawn by itself. Who imports nothing of ours
stands on the lowest floor, everyone else one floor above the highest that it imports from. An arrow that a way of
others says already is left out. Arrows of a circle are red.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("agents", "model", "experiments", "viz", "samenspel")
PACKAGE = "samenspel"
ARROW = {"arrowstyle": "-|>", "shrinkA": 9, "shrinkB": 9}
COLOURS = dict(zip(FOLDERS, ("#d9ead3", "#d0e0f0", "#fff2cc", "#ead1dc", "#eeeeee"), strict=True))


def modules(root: Path) -> dict[str, Path]:
    """Every module that is installed, by its full name; a package is called as its folder."""
    found = {}
    for folder in FOLDERS:
        for path in [*sorted((root / folder).rglob("*.py")), *root.glob(f"{folder}.py")]:
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            found[name if folder == PACKAGE else f"{PACKAGE}.{name}"] = path
    return found


def imported(source: str) -> Iterator[str]:
    """The full names of all that a source imports, also within functions and for types only."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{name.name}" for name in names)


def arrows(root: Path) -> nx.DiGraph[str]:
    """Which module imports from which; a lazy public face (`__init__`) is on nobody's way."""
    known = modules(root)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(known)
    for name, path in known.items():
        for one in imported(path.read_text(encoding="utf-8")):
            full = one if one.split(".")[0] == PACKAGE else f"{PACKAGE}.{one}"
            to = full if full in known else full.rpartition(".")[0]
            if to in known and to not in {name, PACKAGE}:
                graph.add_edge(name, to)
    graph.remove_nodes_from([name for name, path in known.items() if path.name == "__init__.py"])
    return graph


def room(name: str, known: Iterable[str]) -> str:
    """The folder of a module; the module itself where there are rooms beside it."""
    folder = name.rpartition(".")[0]
    beside = any(other.startswith(f"{folder}.") and "." in other[len(folder) + 1 :] for other in known)
    return name if beside else folder


def rooms(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """The same between rooms; `modules` says how many a room has."""
    at = {name: room(name, graph) for name in graph}
    drawn: nx.DiGraph[str] = nx.DiGraph()
    for name in graph:
        drawn.add_node(at[name])
        drawn.nodes[at[name]]["modules"] = drawn.nodes[at[name]].get("modules", 0) + 1
    drawn.add_edges_from((at[a], at[b]) for a, b in graph.edges if at[a] != at[b])
    return drawn


def circles(graph: nx.DiGraph[str]) -> list[list[str]]:
    """Modules or rooms that import each other, each circle in order of name."""
    return sorted(sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1)


def floors(graph: nx.DiGraph[str]) -> dict[str, int]:
    """The floor of each node, 0 the lowest; who stands in one circle stands on one floor."""
    whole = nx.condensation(graph)
    high: dict[int, int] = {}
    for one in reversed(list(nx.topological_sort(whole))):
        high[one] = 1 + max((high[below] for below in whole.successors(one)), default=-1)
    return {name: high[one] for one in whole for name in whole.nodes[one]["members"]}


def telling(graph: nx.DiGraph[str]) -> list[tuple[str, str]]:
    """The arrows without those that follow from others; all of them where there are circles."""
    return list(graph.edges if circles(graph) else nx.transitive_reduction(graph).edges)


def colour(name: str) -> str:
    """The colour of the folder in which a module stands."""
    return COLOURS.get(name.removeprefix(f"{PACKAGE}.").split(".")[0], COLOURS[PACKAGE])


def draw(graph: nx.DiGraph[str], file: Path) -> None:
    """Draw rooms on their floors."""
    import matplotlib.pyplot as plt

    at = floors(graph)
    in_circle = {name: number for number, circle in enumerate(circles(graph)) for name in circle}
    place = {}
    for floor, names in groupby(sorted(at, key=lambda name: (at[name], name)), at.__getitem__):
        row = list(names)
        place |= {name: (number - (len(row) - 1) / 2, float(floor)) for number, name in enumerate(row)}
    wide = max(abs(x) for x, _ in place.values()) + 1
    figure, axes = plt.subplots(figsize=(5.2 * wide, 1.0 * (max(at.values()) + 1)))
    for a, b in telling(graph):
        red = a in in_circle and in_circle.get(a) == in_circle.get(b)
        style = ARROW | {"color": "firebrick" if red else "0.55", "linewidth": 1.6 if red else 0.8}
        axes.annotate("", place[b], place[a], arrowprops=style, zorder=2 if red else 1)
    for name, (x, y) in place.items():
        count = graph.nodes[name].get("modules", 1)
        text = name.removeprefix(f"{PACKAGE}.") + (f"\n{count} modules" if count > 1 else "")
        box = {"boxstyle": "round", "facecolor": colour(name)}
        axes.text(x, y, text, ha="center", va="center", fontsize=9, bbox=box, zorder=3)
    axes.set(xlim=(-wide, wide), ylim=(-0.6, max(at.values()) + 0.6))
    axes.axis("off")
    plt.rcParams["svg.hashsalt"] = PACKAGE  # the same drawing every time
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None} if file.suffix == ".svg" else None)


def main() -> None:
    """Draw, and say what the drawing shows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="an .svg or .png")
    parser.add_argument("--modules", action="store_true", help="draw every module")
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout of the repository")
    given = parser.parse_args()
    graph = arrows(given.root)
    drawn = rooms(graph)
    draw(graph if given.modules else drawn, given.file)
    high = 1 + max(floors(graph).values())
    print(f"{len(graph)} modules in {len(drawn)} rooms on {high} floors of modules; circles: {circles(graph)}")


if __name__ == "__main__":
    main()
