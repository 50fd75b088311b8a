import importlib.util
import io
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from ranvier.report import Picture, plot_activations

DOCS = Path(__file__).parents[3] / "docs"
IMAGE = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def svg() -> str:
    console = Console(
        record=True, file=io.StringIO(), width=20, color_system="truecolor"
    )
    console.print(Picture(IMAGE))
    return console.export_svg(title="four by six")


def test_half_blocks_become_rectangles(pictures, svg):
    solid = pictures.solid_blocks(svg)
    assert svg.count("▀") == IMAGE.size // 2
    assert "▀" not in solid
    assert solid.count('shape-rendering="crispEdges"/>') >= svg.count("▀")
    ElementTree.fromstring(solid)


def test_nothing_is_fetched_from_elsewhere(pictures, svg):
    assert "cdnjs" in svg
    assert "url(" not in pictures.without_fonts(svg).replace("url(#", "")


def test_the_picture_in_the_docs_stands_alone():
    text = (DOCS / "training.svg").read_text("utf-8")
    ElementTree.fromstring(text)
    assert "98." in text or "97." in text
    assert "@font-face" not in text
    assert "▀" not in text


def test_the_activations_in_the_docs_are_all_that_are_known():
    text = (DOCS / "activations.svg").read_text("utf-8")
    assert text == plot_activations().svg(), "run draw_activations of docs/pictures.py"


@pytest.mark.parametrize("name", ["race", "fits", "surface", "boundary"])
def test_a_picture_that_teaches_is_small_and_stands_alone(name):
    text = (DOCS / f"{name}.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)
    assert root.find("{http://www.w3.org/2000/svg}desc").text
    assert len(text) < 150_000
    assert "<script" not in text
    assert f"({name}.svg)" in (DOCS / "pictures.md").read_text("utf-8")
