import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from ranvier.diagnosis import CHECKS, RULES

DOCS = Path(__file__).parents[3] / "docs"
CODES = list(dict.fromkeys([*RULES, *CHECKS]))


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tables", DOCS / "tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_a_rule_says_its_own_words(tables, code):
    page = (DOCS / "rules" / f"{code}.md").read_text("utf-8")
    assert page == tables.rule_pages()[code], "run python docs/tables.py"


def test_there_is_no_page_of_a_rule_that_is_gone():
    assert {path.stem for path in (DOCS / "rules").glob("*.md")} == set(CODES)


def test_a_page_says_when_a_rule_is_asked(tables):
    pages = tables.rule_pages()
    assert "Asked before and after a training;" in pages["leaked-column"]
    assert "Asked after a training;" in pages["overfitting"]
    assert "Asked before a training;" in pages["one-batch"]
