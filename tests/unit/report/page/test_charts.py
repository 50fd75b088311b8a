import json

import numpy as np
import pytest

from ranvier.chart import BLUE, Axis, Curve, Panel
from ranvier.figure import Dots
from ranvier.report.page.charts import (
    SMALL,
    card,
    count_axis,
    diagonal,
    histogram,
    plain_card,
    resized,
    stairs,
)
from tests.support.reports import HOSTILE, Page

FIRST = Curve("first", [1, 2, 3], [0.5, 0.25, 0.125], BLUE)
SECOND = Curve(HOSTILE, [2, 3], [1.0, float("nan")], BLUE)


def panel(*curves: Curve) -> Panel:
    x, y = Axis("epoch", 1, 3), Axis("", 0, 1)
    return resized(Panel("title", "below", x, y, curves, [], (0, 0), (9, 9)), SMALL)


def points(*curves: Curve) -> list[list]:
    (figure,) = Page(card(panel(*curves), "it")).all("figure")
    return json.loads(figure["data-points"])


def test_a_card_tells_the_values_at_each_place():
    said = points(FIRST, SECOND)
    assert [words for _, words in said] == [
        "epoch 1: first 0.5",
        f"epoch 2: first 0.25, {HOSTILE} 1",
        "epoch 3: first 0.125",
    ]
    places = [panel(FIRST).place(x, 0)[0] for x in (1, 2, 3)]
    assert [x for x, _ in said] == pytest.approx(places, abs=0.05)


def test_of_many_curves_the_first_eight_are_told():
    curves = [FIRST._replace(name=f"layer_{place}") for place in range(20)]
    (_, words), *_ = points(*curves)
    assert words.count("layer_") == 8


def test_several_curves_have_a_legend_and_one_has_none():
    assert len(Page(card(panel(FIRST, SECOND), "it")).all("li")) == 2
    assert Page(card(panel(FIRST), "it")).all("ul") == []


def test_a_card_can_be_reached_by_keys_and_is_named():
    page = Page(card(panel(FIRST), "what it shows"))
    (figure,) = page.all("figure")
    assert figure["tabindex"] == "0"
    assert figure["aria-label"] == "title; the arrow keys read its values"
    assert page.all("svg", role="img")[0]["aria-label"] == "title: what it shows"
    assert len(page.all("output")) == 1
    assert page.all("line", class_="cursor")[0]["visibility"] == "hidden"


def test_hostile_names_are_shown_and_not_run():
    page = Page(card(panel(FIRST, SECOND), HOSTILE))
    assert HOSTILE in page.words
    assert page.all("img") == []


def test_a_plain_card_has_nothing_to_be_read():
    page = Page(plain_card(panel(), "it", more=[Dots([(1, 1)], BLUE, 4)]))
    (figure,) = page.all("figure")
    assert "data-points" not in figure
    assert len(page.all("path")) == 1


def test_stairs_go_along_the_bins():
    curve = stairs("rows", np.array([3, 1]), np.array([0.0, 1.0, 2.0]), BLUE)
    assert curve.x == [0, 1, 1, 2]
    assert curve.y == [3, 3, 1, 1]
    assert count_axis(curve).high == pytest.approx(3.15)


@pytest.mark.parametrize(("count", "bins"), [(1, 2), (27, 6), (1000, 20), (10**6, 41)])
def test_more_values_have_more_bins(count, bins):
    curve = histogram("rows", np.linspace(0, 1, count, dtype=np.float32), BLUE)
    assert len(curve.x) == 2 * bins
    assert all(type(value) is float for value in curve.x)


def test_the_diagonal_joins_places_where_both_axes_agree():
    shown = panel()._replace(x=Axis("", 0, 2), y=Axis("", 1, 3))
    assert diagonal(shown).points == [shown.place(1, 1), shown.place(2, 2)]
