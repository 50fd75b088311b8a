import numpy as np
import pytest

from ranvier.report.pictures import SURFACES

STEP = 1e-6


@pytest.mark.parametrize("name", SURFACES)
def test_a_gradient_is_that_of_the_heights(name):
    surface = SURFACES[name]
    random = np.random.default_rng(0)
    places = random.uniform(*zip(surface.x, surface.y, strict=True), (5, 2))
    for x, y in places:
        slopes = (
            surface.value(x + STEP, y) - surface.value(x - STEP, y),
            surface.value(x, y + STEP) - surface.value(x, y - STEP),
        )
        expected = np.array(slopes) / (2 * STEP)
        np.testing.assert_allclose(
            surface.gradient(x, y), expected, rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("name", SURFACES)
def test_the_deepest_places_of_the_picture_are_the_bottoms(name):
    surface = SURFACES[name]
    depths = [float(surface.value(*bottom)) for bottom in surface.bottoms]
    assert np.ptp(depths) < 1e-6
    assert min(depths) <= surface.grid(101)[2].min()
    for bottom in surface.bottoms:
        np.testing.assert_allclose(surface.gradient(*bottom), 0, atol=1e-4)


@pytest.mark.parametrize("name", SURFACES)
def test_a_race_begins_in_the_picture_and_not_at_a_bottom(name):
    surface = SURFACES[name]
    assert surface.holds(*surface.start)
    assert all(np.hypot(*np.subtract(surface.start, b)) > 1 for b in surface.bottoms)


def test_what_is_no_number_is_in_no_picture():
    assert not SURFACES["beale"].holds(float("nan"), 0.0)
