from xml.etree import ElementTree

import numpy as np
import pytest

from ranvier.chart import SHADE
from ranvier.engine.reference.activations import ACTIVATIONS as COMPUTED
from ranvier.errors import DescriptionError
from ranvier.figure import Area
from ranvier.network import ACTIVATIONS
from ranvier.report.plots import (
    POINTS,
    REACH,
    curves,
    plot_activations,
    plot_sweep,
    saturated,
)
from ranvier.training import RateSweep

SVG = "{http://www.w3.org/2000/svg}"
SUMS = np.linspace(-REACH, REACH, POINTS)
RATES = np.geomspace(1e-3, 2, 60)
SWEEP = RateSweep(RATES, 2 / (1 + RATES) + (RATES > 1.9) * 5, 0.12, "it is well below")


def drawn(svg: str, name: str) -> np.ndarray:
    """Return the points of the curve called `name` in an SVG file."""
    lines = ElementTree.fromstring(svg).iter(f"{SVG}polyline")
    (line,) = (one for one in lines if one.get("data-name") == name)
    return np.array([p.split(",") for p in line.get("points").split()], float)


def scaled(points: np.ndarray, svg: str) -> np.ndarray:
    """Return drawn points as numbers, by the places of the numbers at the axes."""
    words = [
        (float(one.get("x")), float(one.get("y")), one.text, one.get("text-anchor"))
        for one in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]
    result = []
    for axis, anchor, shift in ((0, "middle", 0), (1, "end", 4)):
        ticks = [
            (word[axis] - shift, float(word[2]))
            for word in words
            if word[3] == anchor and word[2].lstrip("-").replace(".", "").isdigit()
        ]
        places, values = np.array(ticks).T
        slope, start = np.polyfit(places, values, 1)
        result.append(points[:, axis] * slope + start)
    return np.stack(result, axis=1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_both_curves_are_those_of_the_reference_engine(name):
    svg = plot_activations(name).svg()
    values, slopes = curves(name, SUMS)
    # a pixel's hundredth is what the file's numbers are rounded to
    for label, expected in (("activation", values), ("derivative", slopes)):
        points = scaled(drawn(svg, label), svg)
        np.testing.assert_allclose(points[:, 0], SUMS, atol=1e-3)
        np.testing.assert_allclose(points[:, 1], expected, atol=1e-3)


@pytest.mark.parametrize("name", sorted(set(COMPUTED) - {"softmax"}))
def test_a_curve_is_the_activation_and_its_central_difference(name):
    values, slopes = curves(name, SUMS)
    column = SUMS[:, None]
    np.testing.assert_array_equal(values, COMPUTED[name].forward(column)[:, 0])
    steps = (curves(name, SUMS + 1e-6)[0] - curves(name, SUMS - 1e-6)[0]) / 2e-6
    is_smooth = np.abs(np.gradient(slopes)) < 0.06
    assert is_smooth.mean() > 0.8
    np.testing.assert_allclose(slopes[is_smooth], steps[is_smooth], atol=1e-5)


def test_softmax_is_drawn_for_one_of_three_nodes():
    values, slopes = curves("softmax", SUMS)
    np.testing.assert_allclose(values, np.exp(SUMS) / (np.exp(SUMS) + 2))
    np.testing.assert_allclose(slopes, values * (1 - values))


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("identity", []),
        ("relu", [(-5, 0)]),
        ("tanh", [(-5, -2.2), (2.2, 5)]),
        ("hard_sigmoid", [(-5, -2.95), (2.95, 5)]),
    ],
)
def test_the_ground_is_darker_where_an_activation_is_saturated(name, pieces):
    found = saturated(SUMS, curves(name, SUMS)[1])
    assert np.ravel(found) == pytest.approx(np.ravel(pieces), abs=0.06)
    marks = plot_activations(name).marks
    shades = [one for one in marks if isinstance(one, Area) and one.colour == SHADE]
    assert len(shades) == len(pieces) + 1  # one in the legend


def test_all_that_are_known_are_in_one_picture():
    svg = plot_activations().svg()
    texts = [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert set(ACTIVATIONS) <= set(texts)
    assert {entry.formula for entry in map(ACTIVATIONS.__getitem__, ACTIVATIONS)} <= {
        *texts
    }
    assert {"activation", "derivative", "saturated", "z"} <= set(texts)


def test_an_unknown_activation_is_refused():
    with pytest.raises(DescriptionError, match="no activation 'rulu'; did you mean \""):
        plot_activations("tanh", "rulu")


def test_a_sweep_is_drawn_with_its_suggestion():
    figure = plot_sweep(SWEEP)
    (low, high) = drawn(figure.svg(), "suggestion")
    assert low[0] == high[0]
    curve = drawn(figure.svg(), "loss")
    # rates are even in their logarithms, and so are their places
    nearest = np.abs(RATES - 0.12).argmin()
    assert abs(curve[nearest, 0] - low[0]) <= np.diff(curve[:, 0]).max()
    assert np.ptp(np.diff(curve[:, 0])) < 0.03
    assert "it is well below" in figure.svg()


def test_a_sweep_of_too_few_rows_is_told():
    empty = np.empty(0)
    figure = plot_sweep(RateSweep(empty, empty, 0.1, "12 rows are too few"))
    assert "12 rows are too few" in figure.svg()
    assert figure.png().startswith(b"\x89PNG")
