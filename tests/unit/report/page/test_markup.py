import json

import pytest

from ranvier.figure import Figure, Words
from ranvier.report.page.markup import Html, drawing, joined, script_data, tag
from tests.support.reports import HOSTILE, Page


def test_texts_and_attributes_are_escaped():
    shown = tag("p", HOSTILE, title=HOSTILE)
    page = Page(shown)
    assert page.elements == [("p", {"title": HOSTILE})]
    assert page.words == HOSTILE


def test_elements_within_are_not_escaped_again():
    assert tag("p", tag("b", "a & b")) == "<p><b>a &amp; b</b></p>"


@pytest.mark.parametrize(
    ("attributes", "written"),
    [
        ({"class_": "note"}, '<p class="note"></p>'),
        ({"aria_label": "a"}, '<p aria-label="a"></p>'),
        ({"hidden": True}, "<p hidden></p>"),
        ({"hidden": False, "title": None}, "<p></p>"),
        ({"tabindex": 0}, '<p tabindex="0"></p>'),
    ],
)
def test_attributes_are_written_by_their_kind(attributes, written):
    assert tag("p", **attributes) == written


def test_void_elements_have_no_end():
    assert tag("img", src="data:,", alt="") == '<img src="data:," alt="">'


def test_nothing_is_left_out():
    assert joined("a", None, Html("<br>")) == "a<br>"


@pytest.mark.parametrize("text", [HOSTILE, "<!--", "]]>", "a & b", "\u2028", "é"])
def test_data_in_a_script_come_back_and_cannot_end_it(text):
    shown = script_data("data", {"name": text})
    assert shown.count("<") == 2
    inner = shown.removeprefix('<script type="application/json" id="data">')
    assert json.loads(inner.removesuffix("</script>")) == {"name": text}


def test_a_drawing_has_a_label_and_neither_addresses_nor_names_of_its_own():
    svg = Figure((10, 10), HOSTILE, "it", [Words(HOSTILE, (1, 1))]).svg()
    page = Page(drawing(svg, HOSTILE, "<line/>"))
    ((_, opening), *others) = page.elements
    assert opening["aria-label"] == HOSTILE
    assert {"id", "xmlns", "aria-labelledby"}.isdisjoint(opening)
    assert [name for name, _ in others] == ["rect", "text", "line"]
    assert "//" not in drawing(svg, "").replace("</", "")
