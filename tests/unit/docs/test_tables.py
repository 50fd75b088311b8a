import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from ranvier.data.encoders import ENCODERS
from ranvier.diagnosis import CHECKS, RULES
from ranvier.network import ACTIVATIONS, INITIALIZERS, LAYERS
from ranvier.recipe import LOSSES, OPTIMIZERS, SCHEDULES

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(DOCS.glob("*.md"))


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tables", DOCS / "tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tables_of_a_page_are_those_of_the_registries(tables, page):
    text = page.read_text("utf-8")
    assert text == tables.filled(text), "run python docs/tables.py"


def test_every_table_stands_on_a_page(tables):
    texts = "".join(page.read_text("utf-8") for page in PAGES)
    for name in tables.tables():
        assert f"<!-- {name} -->\n|" in texts


def test_every_entry_has_a_row(tables):
    made = tables.tables()
    for name, registry in (
        ("layers", LAYERS),
        ("activations", ACTIVATIONS),
        ("initializers", INITIALIZERS),
        ("losses", LOSSES),
        ("optimizers", OPTIMIZERS),
        ("schedules", SCHEDULES),
        ("encoders", ENCODERS),
        ("rules", RULES),
        ("checks", CHECKS),
    ):
        assert len(made[name]) == 2 + len(registry)


def test_a_row_says_how_it_is_written_and_what_it_does(tables):
    (row,) = (row for row in tables.tables()["layers"] if "`Dropout" in row)
    assert row.startswith("| `Dropout(rate=0.5)` | Set a share `rate` of the inputs")
