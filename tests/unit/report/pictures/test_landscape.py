import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.errors import DataError, DescriptionError
from ranvier.figure import Words
from ranvier.model import Model
from ranvier.network import Dense, Network
from ranvier.recipe import Adam, Recipe
from ranvier.report.pictures import (
    loss_surface,
    plot_race,
    plot_surface,
    points,
)
from ranvier.report.pictures.landscape import directions
from ranvier.training import train

DATA = points("moons", rows=80)
NETWORK = Network([Dense(5, "tanh"), Dense(2, "softmax")])
RUN = train(
    NETWORK,
    DATA,
    Recipe(optimizer=Adam(0.05), epochs=30, test=0, stopping=None),
    folder=None,
    threads=1,
)
MODEL = Model.from_run(RUN, threads=1)
FOUND = loss_surface(MODEL, DATA, points=9, threads=1)


def test_units_of_a_direction_are_as_long_as_those_of_the_weights():
    for direction in directions(RUN.parameters, 3):
        for name, weights in RUN.parameters.items():
            if name.endswith("bias"):
                assert not direction[name].any()
                continue
            lengths = np.linalg.norm(weights, axis=0)
            np.testing.assert_allclose(
                np.linalg.norm(direction[name], axis=0), lengths, rtol=1e-5
            )


def test_filters_of_a_kernel_count_as_units():
    kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 4)).astype(np.float32)
    first, second = directions({"conv_1.weight": kernel}, 0)
    for one in (first["conv_1.weight"], second["conv_1.weight"]):
        lengths = np.sqrt((one**2).sum(axis=(0, 1, 2)))
        np.testing.assert_allclose(
            lengths, np.sqrt((kernel**2).sum(axis=(0, 1, 2))), rtol=1e-5
        )
    assert abs(np.sum(first["conv_1.weight"] * second["conv_1.weight"])) < 20


def test_a_unit_without_weights_stays_where_it_is():
    weights = np.zeros((3, 2), np.float32)
    first, _ = directions({"dense_1.weight": weights}, 0)
    assert not first["dense_1.weight"].any()


def test_the_loss_in_the_middle_is_that_of_the_model():
    expected = MODEL.evaluate(DATA).loss
    assert FOUND.trained == pytest.approx(expected, rel=1e-5)
    assert FOUND.losses[4, 4] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 7), (8, 3)])
def test_every_loss_is_that_of_the_network_moved_there(row, column):
    first, second = directions(MODEL.parameters, 0)
    moved = {
        name: (
            weights
            + FOUND.along[column] * first[name]
            + FOUND.along[row] * second[name]
        ).astype(np.float32)
        for name, weights in MODEL.parameters.items()
    }
    contents = MODEL._contents._replace(parameters=moved)
    expected = Model(contents, threads=1).evaluate(DATA).loss
    assert FOUND.losses[row, column] == pytest.approx(expected, rel=1e-5)


def test_of_a_run_its_training_part_is_taken():
    found = loss_surface(RUN, DATA, points=5, threads=1)
    assert found.rows == len(RUN.parts(DATA).train) < 80
    assert found.trained == pytest.approx(
        MODEL.evaluate(RUN.parts(DATA).train).loss, rel=1e-5
    )


def test_some_rows_are_enough():
    assert loss_surface(MODEL, DATA, points=5, rows=20, threads=1).rows == 20


def test_the_seed_draws_the_directions():
    same = loss_surface(MODEL, DATA, points=9, threads=1)
    other = loss_surface(MODEL, DATA, points=9, seed=1, threads=1)
    np.testing.assert_array_equal(same.losses, FOUND.losses)
    assert (other.losses != FOUND.losses).mean() > 0.9


def test_between_what_was_computed_the_surface_is_smooth():
    surface = FOUND.surface()
    for row, column in ((0, 0), (4, 4), (7, 2)):
        place = (FOUND.along[column], FOUND.along[row])
        value = float(surface.value(*map(np.float64, place)))
        assert value == pytest.approx(FOUND.losses[row, column], rel=1e-6)
    x, y, step = 0.13, -0.42, 1e-5
    slopes = [
        float(surface.value(x + step, y) - surface.value(x - step, y)) / (2 * step),
        float(surface.value(x, y + step) - surface.value(x, y - step)) / (2 * step),
    ]
    assert surface.gradient(x, y) == pytest.approx(slopes, rel=1e-4)


def test_the_trained_network_is_marked_with_its_loss():
    picture = plot_surface(FOUND)
    words = [one for one in picture.marks if isinstance(one, Words)]
    assert f"trained: {FOUND.trained:.3g}" in [one.text for one in words]
    assert {"direction 1", "direction 2"} <= {one.text for one in words}
    assert "over 80 rows" in picture.described


def test_optimizers_race_on_it():
    race = plot_race(FOUND.surface(), ["sgd"], steps=20, frames=3)
    assert race.title == "sgd on loss on moons"


def moved(model, **arrays):
    """Return a model with other weights."""
    return Model(model._contents._replace(parameters=arrays), threads=1)


LINE = from_arrays(np.linspace(-1, 1, 20)[:, None], np.linspace(0, 1, 20))
STRAIGHT = train(
    Network([Dense(1)]),
    LINE,
    Recipe(epochs=1, test=0, validation=0),
    folder=None,
    threads=1,
)


def test_losses_that_are_no_numbers_count_as_the_highest():
    steep = {"dense_1.weight": np.full((1, 1), 1e18, np.float32)}
    steep["dense_1.bias"] = np.zeros(1, np.float32)
    model = moved(Model.from_run(STRAIGHT, threads=1), **steep)
    found = loss_surface(model, LINE, points=5, reach=100.0, threads=1)
    assert np.isfinite(found.losses).all()
    assert (found.losses == found.losses.max()).sum() > 1


def test_where_no_loss_is_a_number_it_is_said():
    steep = {"dense_1.weight": np.full((1, 1), 1e30, np.float32)}
    steep["dense_1.bias"] = np.full(1, 3e38, np.float32)
    model = moved(Model.from_run(STRAIGHT, threads=1), **steep)
    with pytest.raises(DataError, match="is a finite number nowhere around the netw"):
        loss_surface(model, LINE, points=5, threads=1)


def test_of_several_members_the_first_is_taken_and_said():
    run = train(
        NETWORK,
        DATA,
        Recipe(epochs=1, test=0, members=2),
        folder=None,
        threads=1,
    )
    found = loss_surface(Model.from_run(run, threads=1), DATA, points=5, threads=1)
    assert found.members == 2
    assert "Of 2 networks that answer together" in plot_surface(found).described
    assert "Of 2 networks" not in plot_surface(FOUND).described


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"points": 4}, "points=4: expected an integer from 5 to 101"),
        ({"reach": 0}, "reach=0: expected a number above 0"),
        ({"reach": float("nan")}, "reach=nan: expected a number"),
        ({"rows": 0}, "rows=0: expected an integer"),
    ],
)
def test_numbers_out_of_range_are_refused(given, message):
    with pytest.raises(DescriptionError, match=message):
        loss_surface(MODEL, DATA, **given)


def test_data_of_another_kind_are_refused():
    with pytest.raises(DataError):
        loss_surface(MODEL, points("clouds"), points=5)
