from xml.etree import ElementTree

import numpy as np
import pytest

from ranvier.data import from_arrays, from_frame
from ranvier.errors import DataError, DescriptionError
from ranvier.figure import Dots, Line, Raster, Words
from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Adam, Recipe
from ranvier.report.pictures import plot_boundary, points
from ranvier.report.pictures.boundary import chosen_epochs

NETWORK = Network([Dense(6, "tanh"), Dense(2, "softmax")])
RECIPE = Recipe(optimizer=Adam(0.05), epochs=12, validation=0.25, test=0, stopping=None)
CIRCLES = points("circles", rows=60)
MOVING = plot_boundary(CIRCLES, NETWORK, RECIPE, frames=4, threads=1)


def marks(frame, kind, picture=MOVING):
    return [one for one in picture.frame(frame).marks if isinstance(one, kind)]


def words(frame, picture=MOVING):
    return [one.text for one in marks(frame, Words, picture)]


def test_a_frame_says_its_epoch_and_how_well_the_network_does():
    assert "before learning" in words(0)
    assert "epoch 12 of 12" in words(3)
    assert any(one.startswith("training: loss") for one in words(3))
    assert any(one.startswith("validation: loss") for one in words(3))


def test_the_ground_is_what_the_network_says_at_the_end():
    from ranvier.model import Model
    from ranvier.training import train

    run = train(NETWORK, CIRCLES, RECIPE, folder=None, threads=1)
    said = Model.from_run(run, threads=1).predict_proba([[0.0, 0.0]])[0]
    pixels = marks(3, Raster)[-1].pixels
    red, _, blue = pixels[30, 30].astype(int)
    # A is blue, B is orange
    assert (blue > red) == (said[0] > said[1])
    assert abs(said[0] - said[1]) > 0.1


def test_the_ground_changes_while_it_learns():
    first, last = (marks(frame, Raster)[-1].pixels for frame in (0, 3))
    assert (first != last).mean() > 0.2


def test_every_row_is_a_dot_and_those_of_validation_are_rings():
    discs = [one for one in marks(3, Dots) if one.size == 7]
    rings = [one for one in marks(3, Dots) if one.size == 3]
    assert sum(len(one.points) for one in discs) == 60
    assert sum(len(one.points) for one in rings) == 15


def test_the_losses_are_drawn_up_to_the_epoch_of_the_frame():
    def reach(frame):
        lines = [one for one in marks(frame, Line) if one.name == "training"]
        return max((x for one in lines for x, _ in one.points), default=0)

    assert reach(0) == 0 < reach(2) < reach(3)


def test_a_table_is_drawn_over_its_own_columns():
    random = np.random.default_rng(0)
    columns = {"age": random.uniform(20, 60, 80), "height": random.normal(170, 9, 80)}
    frame = columns | {"tall": np.where(columns["height"] > 170, "yes", "no")}
    frame["age"][3] = np.nan
    recipe = Recipe(epochs=2, test=0)
    picture = plot_boundary(from_frame(frame, "tall"), NETWORK, recipe, frames=2)
    assert {"age", "height", "yes", "no"} <= set(words(1, picture))


def test_many_classes_have_a_ground_each():
    network = Network([Dense(3, "softmax")])
    picture = plot_boundary("clouds", network, Recipe(epochs=3, test=0), frames=3)
    assert "A, B, C" in picture.described
    assert ElementTree.fromstring(picture.svg()) is not None


def test_a_training_that_diverges_is_drawn_as_far_as_it_went_and_said():
    recipe = Recipe(loss="mse", optimizer=SGD(1e30), epochs=5, test=0, stopping=None)
    network = Network([Dense(6, "relu"), Dense(2)])
    picture = plot_boundary(CIRCLES, network, recipe, frames=3, threads=1)
    assert "is no finite number" in picture.described
    last = words(picture.frames - 1, picture)
    assert "diverged after this epoch" in last
    assert "diverged after this epoch" not in words(0, picture) or picture.frames == 1


def test_long_names_and_many_classes_have_room():
    random = np.random.default_rng(0)
    names = [f"{'a very long name ' * 3}{n}" for n in range(8)]
    data = from_arrays(random.normal(size=(80, 2)), names * 10)
    network = Network([Dense(8, "softmax")])
    picture = plot_boundary(data, network, Recipe(epochs=1, test=0), frames=2)
    shown = [one for one in marks(1, Words, picture) if one.text.startswith("a very")]
    assert len(shown) == 8
    assert all(len(one.text) <= 15 for one in shown)
    assert len({one.at for one in shown}) == 8
    assert all(one.at[1] < picture.size[1] for one in marks(1, Words, picture))


def test_the_same_seed_is_the_same_file():
    again = plot_boundary(CIRCLES, NETWORK, RECIPE, frames=4, threads=2)
    assert again.svg() == MOVING.svg()


@pytest.mark.parametrize(
    ("epochs", "frames", "expected"),
    [
        (3, 10, [0, 1, 2, 3]),
        (10, 2, [0, 10]),
        (10, 3, [0, 1, 10]),
    ],
)
def test_the_epochs_that_are_drawn_begin_before_and_end_with_the_last(
    epochs, frames, expected
):
    assert chosen_epochs(epochs, frames) == expected


@pytest.mark.parametrize("frames", [5, 20, 40, 90])
def test_first_epochs_have_more_frames(frames):
    chosen = chosen_epochs(100, frames)
    gaps = np.diff(chosen)
    assert frames <= len(chosen) <= frames + 1
    assert gaps[0] == 1 <= gaps[-1]


def test_what_cannot_be_drawn_is_refused():
    data = from_arrays(np.ones((8, 3)), [0, 1] * 4)
    with pytest.raises(DataError, match="drawn over two numbers"):
        plot_boundary(data)
    with pytest.raises(DescriptionError, match="frames=1: expected an integer"):
        plot_boundary("moons", frames=1)
    with pytest.raises(DescriptionError, match=r"'spiral5'; did you mean \"spiral\""):
        plot_boundary("spiral5")
