"""Documents that cannot rot: tables equal what the code makes, links lead somewhere, provenance keeps its promise."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from samenspel.agents.students import Student
from samenspel.experiments.validation.patterns import CRITERIA, SCENARIO_DATA
from samenspel.model.declared.constants import CONSTANTS
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.schedules import SCHEDULES
from samenspel.model.input.scenario import Scenario
from tests.places import ROOT
from tools import campaigns, documents, odd, worlds
from tools.answers import __main__ as answers
from tools.documents import DOCS, renewed
from tools.growth import __main__ as growth
from tools.odd import DOCUMENTS, TABLES
from tools.provenance import calibrated_on, cited, data, validated_by

OURS = ("ODD.md", "TRACE.md", "VALIDATION.md", "GLOSSARY.md")
WRITTEN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")), *DOCS.rglob("*.ipynb")]
PATH = re.compile(
    r"(?<![\w./{-])((?:agents|model|experiments|viz|samenspel|tests|tools|benchmarks|locale|docs|\.ci)/[\w./*-]*)"
)
MODULE = re.compile(r"(?<![\w./-])samenspel(?!\.html\b)(?:\.\w+)+")  # and not the page that `samenspel pack` makes
OLD = re.compile(r"(?<![\w./-])(?:agents|model|experiments|viz)\.(?!py\b)[a-z_]\w*")


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


# --- generated tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_tables_are_those_of_the_code(name: str) -> None:
    assert renewed(text_of(name), TABLES) == text_of(name), "run: python -m tools.odd --write"


@pytest.mark.parametrize("name", campaigns.DOCUMENTS)
def test_tables_are_those_that_campaigns_stored(name: str) -> None:
    assert renewed(text_of(name), campaigns.TABLES) == text_of(name), "run: python -m tools.campaigns --write"


@pytest.mark.parametrize("name", growth.DOCUMENTS)
def test_what_is_said_of_growth_is_what_was_stored(name: str) -> None:
    assert renewed(text_of(name), growth.TABLES) == text_of(name), "run: python -m tools.growth --write"


@pytest.mark.parametrize("name", worlds.DOCUMENTS)
def test_tables_of_worlds_are_those_of_the_file_that_ships(name: str) -> None:
    assert renewed(text_of(name), worlds.TABLES) == text_of(name), "run: python -m tools.worlds --write"


@pytest.mark.parametrize("name", answers.DOCUMENTS)
def test_what_the_baseline_answers_is_what_was_stored(name: str) -> None:
    assert renewed(text_of(name), answers.TABLES) == text_of(name), "run: python -m tools.answers --write"


@pytest.mark.parametrize("made", [odd, campaigns, growth, worlds, answers], ids=lambda made: str(made.__name__))
def test_every_table_stands_in_a_document(made: ModuleType) -> None:
    texts = "".join(map(text_of, made.DOCUMENTS))
    assert re.findall(r"<!-- table: (\w+) -->", texts) == list(dict.fromkeys(re.findall(r"table: (\w+) -->", texts)))
    assert set(re.findall(r"<!-- table: (\w+) -->", texts)) == set(made.TABLES)


def test_a_changed_declaration_makes_the_document_out_of_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Student.states()["peer_support"], "meaning", "something else")
    assert renewed(text_of("ODD.md"), TABLES) != text_of("ODD.md")


def test_out_of_date_documents_are_told_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(documents, "DOCS", tmp_path)
    for name in DOCUMENTS:
        (tmp_path / name).write_text("<!-- table: draws -->\nold\n<!-- end of table -->\nkept\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["odd"])
    assert odd.main() == 1
    assert "out of date" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["odd", "--write"])
    assert odd.main() == 0
    after = (tmp_path / "ODD.md").read_text(encoding="utf-8")
    assert "`ATTENDANCE`" in after
    assert "old" not in after
    assert after.endswith("<!-- end of table -->\nkept\n")


def test_a_table_that_nobody_makes_is_refused() -> None:
    with pytest.raises(KeyError):
        renewed("<!-- table: dreams -->\n<!-- end of table -->", TABLES)


def test_tables_hold_everything() -> None:
    odd_text = text_of("ODD.md")
    for name in [*PARAMETERS, *INDICATORS, *Student.states()]:
        assert f"| `{name}` |" in odd_text


def test_the_week_is_told_in_the_order_of_the_rules() -> None:
    steps = re.findall(r"\| \d+ \| `(\w+)`", odd.schedule())
    order = ["attendance", "demand", "mentor_time", "mentor_guidance", "trainer_time", "supervision_quality", "meet"]
    assert [step for step in steps if step in order] == order
    assert steps.index("end_evaluation") < steps.index("assess") < steps.index("intake")


# --- provenance ------------------------------------------------------------------------------------------------------


def test_every_datum_that_is_cited_is_known() -> None:
    declared = (*PARAMETERS.values(), *CONSTANTS.values())
    named = {found for one in declared for found in re.findall(r"\b[DMSW]\d\d\b", one.source)}
    named |= {found for one in CRITERIA.values() for found in one.data} | set(SCENARIO_DATA)
    named |= {step.source for schedule in SCHEDULES.values() for step in schedule.steps} - {"convention"}
    assert named <= set(data())
    assert set(cited()) == named


def test_nothing_calibrated_on_is_claimed_as_validation() -> None:
    assert [name for name in data() if calibrated_on(name) and validated_by(name)] == []


def test_fitted_parameters_are_fitted_to_calibration_patterns_only() -> None:
    may = {one.pattern for one in CRITERIA.values() if one.use == "C"}
    assert {one.fitted_to for one in PARAMETERS.values() if one.fitted_to} == may


def test_data_specify_what_cites_them() -> None:
    line = next(line for line in odd.TABLES["data"]().splitlines() if line.startswith("| D30 |"))
    assert "`exit_fulltime_first`" in line
    assert "P2 →" in line
    assert line.endswith("| – |")


# --- the texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_links_lead_to_files_and_headings(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text_of(name)):
        assert (DOCS / target).exists(), target


def names_in(text: str) -> Iterator[tuple[str, str]]:
    """Every path, module and `python -m` that a text names, with its kind."""
    for code in re.findall(r"`+([^`]+)`+", text):
        yield from (("path", path.rstrip(".")) for path in re.findall(PATH, code))
        yield from (("module", name.rstrip(".")) for name in re.findall(MODULE, code))
        yield from (("run", name) for name in re.findall(r"python3? -m ([\w.]+)", code))
        yield from (("old", name) for name in re.findall(OLD, code))
        yield from (("test", name) for name in re.findall(r"(?<![\w/])test_\w+\.py", code))


def is_there(kind: str, name: str) -> bool:
    """Whether something that a text names exists; an old name, without `samenspel` before it, never does."""
    match kind:
        case "path":  # any VERSION; a test outside `tests/` is named from there
            root = ROOT / "tests" if "/test_" in name and not name.startswith("tests/") else ROOT
            return any(root.glob(name.replace("VERSION", "*").rstrip("/")))
        case "module":
            return found_in_package(name)
        case "run":
            return importlib.util.find_spec(name) is not None
        case "test":
            return any((ROOT / "tests").rglob(name))
    return False


def found_in_package(name: str) -> bool:
    """Whether this is a module, or something in one. Modules are only read: to import Solara settles its settings."""
    parts = name.split(".")
    package = importlib.import_module(parts[0])
    while len(parts) > 1 and hasattr(package, "__path__") and (spec := importlib.util.find_spec(".".join(parts[:2]))):
        parts[:2] = [".".join(parts[:2])]
        if spec.submodule_search_locations is None:
            return len(parts) == 1 or parts[1] in names_of(Path(str(spec.origin)))
        package = importlib.import_module(parts[0])
    return len(parts) == 1 or hasattr(package, parts[1])


def names_of(source: Path) -> set[str]:
    """What a module defines: functions, classes, constants."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    targets = {target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets}
    targets |= {node.target for node in tree.body if isinstance(node, ast.AnnAssign)}
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return defined | {target.id for target in targets if isinstance(target, ast.Name)}


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        text = "".join(f"`{''.join(cell['source'])}`\n" for cell in json.loads(text)["cells"])
    assert sorted({found for found in names_in(text) if not is_there(*found)}) == []


@pytest.mark.parametrize(
    "text",
    [
        "`model/choices.py`",
        "see `experiments/engine.py`, please",
        "`samenspel.model.draws`",
        "`samenspel.Partnershp`",
        "`experiments.load`",
        "```python\nfrom model.scenario import Scenario\n```",
        "`python -m experiments.odd --write`",
        "`test_nothing_of_this.py`",
        "`model/week/test_nothing_of_this.py::test_a`",
    ],
)
def test_a_dead_name_is_seen(text: str) -> None:
    assert [found for found in names_in(text) if not is_there(*found)]


@pytest.mark.parametrize(
    "text",
    [
        "`model/declared/choices.py` and `tests/model/`",
        "`samenspel.model.luck.draws.Stream`, `samenspel.load`",
        "`python -m tools.odd --write`",
        "your own `model.py`, `agents.py`",
    ],
)
def test_a_living_name_is_let_through(text: str) -> None:
    assert [found for found in names_in(text) if not is_there(*found)] == []


def test_odd_has_its_seven_elements_purpose_and_patterns_first() -> None:
    headings = re.findall(r"^## (\d) (.+)$", text_of("ODD.md"), re.MULTILINE)
    assert [int(number) for number, _ in headings] == [1, 2, 3, 4, 5, 6, 7]
    assert headings[0][1] == "Purpose and patterns"


def test_odd_names_every_pattern() -> None:
    purpose = text_of("ODD.md").split("## 2 ")[0]
    named = set(re.findall(r"P\d+", purpose))
    assert {one.pattern for one in CRITERIA.values()} <= named


def test_trace_has_its_eight_parts() -> None:
    assert re.findall(r"^## (\d) ", text_of("TRACE.md"), re.MULTILINE) == [str(part) for part in range(1, 9)]


def test_what_odd_says_of_the_baseline_is_so() -> None:
    baseline = Scenario.load("baseline")
    members = [board for board in baseline.world.boards if board.member]
    assert len(members) == 8
    assert len(baseline.world.clusters) == 15
    text = text_of("ODD.md")
    assert "8 member boards, 15 clusters" in text
    assert "vier van de zes" in text


def test_glossary_has_the_terms_of_the_interface() -> None:
    text = text_of("GLOSSARY.md")
    for english, dutch in {
        "learning community": "leergemeenschap", "training cluster": "opleidingscluster",
        "school trainer": "schoolopleider", "institute trainer": "instituutsopleider",
        "practice trainer": "praktijkopleider", "mbo trainer": "bpv-begeleider", "care mentor": "werkbegeleider",
        "programme leadership": "programmaleiding", "supervision quality": "begeleidingskwaliteit",
        "coverage": "aandeel Samen Opleiden",
    }.items():  # fmt: skip
        assert re.search(rf"^\| {english} \| {dutch}", text, re.MULTILINE), english
