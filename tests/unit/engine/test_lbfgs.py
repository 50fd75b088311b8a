import numpy as np
import pytest

from ranvier.engine.lbfgs import Pair, at, descend, downhill, remembered


def bowl(w):
    """Return (w - c)²/2 with curvatures 1 and 10, c = (1, -2), and its gradient."""
    away, curvature = w - np.array([1.0, -2.0]), np.array([1.0, 10.0])
    return float(curvature @ away**2) / 2, curvature * away


def valley(w):
    """Return Rosenbrock's (1 - x)² + 100 (y - x²)², and its gradient."""
    x, y = w
    value = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    slopes = [-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)]
    return float(value), np.array(slopes)


def walked(objective, start, steps, memory=10):
    here, pairs = at(objective, np.array(start)), []
    for _ in range(steps):
        end = descend(objective, here, pairs)
        pairs, here = remembered(pairs, here, end, memory), end
    return here


@pytest.mark.parametrize("memory", [1, 2, 10])
def test_the_bottom_of_a_bowl_is_reached(memory):
    end = walked(bowl, [0.0, 0.0], 20, memory)
    np.testing.assert_allclose(end.place, [1, -2], rtol=0, atol=1e-8)


def test_the_end_of_the_valley_of_rosenbrock_is_reached():
    end = walked(valley, [-1.2, 1.0], 40)
    np.testing.assert_allclose(end.place, [1, 1], rtol=0, atol=1e-8)


def test_no_step_goes_up():
    here, pairs = at(valley, np.array([-1.2, 1.0])), []
    for _ in range(30):
        end = descend(valley, here, pairs)
        assert end.value <= here.value
        pairs, here = remembered(pairs, here, end, 5), end


def test_at_the_bottom_it_stays_there():
    bottom = at(bowl, np.array([1.0, -2.0]))
    assert descend(bowl, bottom, []).step == 0


def test_a_place_is_rounded_to_its_type():
    start = at(bowl, np.array([0.1, 0.2], np.float32).astype(np.float64))
    place = descend(bowl, start, [], dtype=np.float32).place
    np.testing.assert_array_equal(place, place.astype(np.float32))


def test_with_as_many_pairs_as_numbers_the_way_is_that_of_newton():
    curvature = np.array([[4.0, 1.0], [1.0, 3.0]])
    # two moves that do not bend into each other: conjugate ones
    moves = [np.array([1.0, 0.0]), np.array([-0.25, 1.0])]
    pairs = [Pair(move, curvature @ move) for move in moves]
    gradient = np.array([0.3, -0.7])
    np.testing.assert_allclose(
        downhill(pairs, gradient), -np.linalg.solve(curvature, gradient), rtol=1e-14
    )


def test_the_newest_pair_sets_the_scale():
    pair = Pair(np.array([2.0, 0.0]), np.array([8.0, 0.0]))
    way = downhill([pair], np.array([0.0, 1.0]))
    np.testing.assert_array_equal(way, [0, -1 / 4])


def test_the_oldest_pair_is_forgotten_and_one_without_curvature_not_kept():
    origin = at(bowl, np.zeros(2))
    others = [at(bowl, np.array([step, 0.0])) for step in (1.0, 2.0)]
    pairs = []
    for end in others:
        pairs = remembered(pairs, origin, end, most=1)
    assert [pair.move.tolist() for pair in pairs] == [[2.0, 0.0]]
    assert remembered(pairs, origin, origin, most=1) == pairs
