from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ranvier import data
from ranvier.data import Dataset, from_arrays
from ranvier.errors import DataError, DescriptionError
from ranvier.network import Dense, Network
from ranvier.recipe import OPTIMIZERS, SGD, Adam, Recipe, own_rate
from ranvier.recipe.rates import rates
from ranvier.training import (
    EpochEnded,
    RateFound,
    RateSweep,
    Run,
    Started,
    find_learning_rate,
    resume,
    train,
)
from tests.support.learning import RECIPE, blobs, network, slopes, trained

AUTO = replace(RECIPE, optimizer=Adam(learning_rate="auto"))


def swept(points: Dataset | None = None, recipe: Recipe = RECIPE) -> RateSweep:
    given = blobs() if points is None else points
    return find_learning_rate(network(), given, recipe, engine="reference")


def test_rates_grow_and_the_last_loss_is_where_it_broke():
    sweep = swept(recipe=replace(RECIPE, optimizer="sgd"))
    assert len(sweep.rates) == len(sweep.losses) > 100
    assert (np.diff(np.log(sweep.rates)) > 0).all()
    assert sweep.losses[-1] > 1.5 * sweep.losses.min()
    assert np.isfinite(sweep.losses).all()
    assert f"{float(f'{sweep.rates[-1]:.2g}'):g}, where it broke" in sweep.reason


@pytest.mark.parametrize("seed", range(3))
def test_single_rows_do_not_say_that_the_loss_broke(seed):
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(2000, 4))
    points = from_arrays(inputs, (inputs[:, 0] > 0).astype(int))
    design = Network([Dense(8, "relu"), Dense(2, "softmax")])
    one, many = (
        find_learning_rate(design, points, Recipe(batch_size=size, seed=seed))
        for size in (1, 32)
    )
    assert many.suggestion / 30 < one.suggestion < many.suggestion


def test_the_suggestion_is_well_below_where_the_loss_broke():
    for optimizer in OPTIMIZERS:
        if optimizer == "lbfgs":
            continue
        sweep = swept(recipe=replace(RECIPE, optimizer=optimizer))
        last = sweep.rates[-1]
        assert 0.99 * last / 50 <= sweep.suggestion <= 1.01 * last / 10, optimizer


@pytest.mark.parametrize(
    ("fastest", "taken", "words"),
    [
        (0.9, 0.1, "a tenth of 1, where it broke"),
        (0.05, 0.05, "well below 1, where it broke"),
        (0.001, 0.02, "a fiftieth of 1, where it broke"),
    ],
)
def test_the_fastest_fall_is_taken_within_bounds(monkeypatch, fastest, taken, words):
    tried = np.geomspace(1e-4, 1, 200)
    fall = 1 / (1 + np.exp(-8 * np.log10(tried / fastest)))
    losses = np.exp(-fall) + np.where(tried == 1, 2, 0)
    from ranvier.training import sweep

    found = sweep._judged(RECIPE, tried, losses, is_broken=True)
    assert found.suggestion == pytest.approx(taken, rel=0.05)
    assert words in found.reason
    assert str(found) == f"{found.suggestion:g}: {found.reason}"


def test_losses_below_zero_are_judged_alike():
    from ranvier.training import sweep

    tried = np.geomspace(1e-4, 1, 200)
    fall = 1 / (1 + np.exp(-8 * np.log10(tried / 0.05)))
    below = sweep._judged(RECIPE, tried, -1 - fall, is_broken=False)
    assert 0.02 <= below.suggestion <= 0.1
    assert "1, the highest tried" in below.reason


def test_a_sweep_is_the_same_for_the_same_seed_alone():
    first, second = swept(), swept()
    assert first.losses.tobytes() == second.losses.tobytes()
    assert first.suggestion == second.suggestion
    other = swept(recipe=replace(RECIPE, seed=4))
    assert other.losses[0] != first.losses[0]


def test_any_number_of_threads_gives_the_same_sweep():
    one, two = (
        find_learning_rate(network(), blobs(), RECIPE, threads=count)
        for count in (1, 2)
    )
    assert one.losses.tobytes() == two.losses.tobytes()


def test_the_engines_agree():
    native = find_learning_rate(network(), blobs(), RECIPE, engine="native")
    assert native.suggestion == pytest.approx(swept().suggestion, rel=0.05)


def test_validation_and_test_rows_are_not_touched():
    points = from_arrays(blobs().inputs.copy(), blobs().targets.copy())
    parts = points.split(validation=0.2, test=0.2)
    expected = find_learning_rate(network(), parts, RECIPE, engine="reference")
    inputs = points.memory_inputs.copy()
    for part in (parts.validation, parts.test):
        inputs[part.rows] = np.float32(1e30)
    spoilt = from_arrays(inputs, points.memory_targets)
    again = parts._replace(train=spoilt.take(parts.train.rows))
    found = find_learning_rate(network(), again, RECIPE, engine="reference")
    assert found.losses.tobytes() == expected.losses.tobytes()


def test_auto_trains_to_the_bits_of_the_number_that_it_finds():
    found = swept().suggestion
    auto = trained(recipe=AUTO)
    given = trained(recipe=replace(RECIPE, optimizer=Adam(learning_rate=found)))
    assert auto.recipe == given.recipe
    assert [epoch.loss for epoch in auto.history] == [
        epoch.loss for epoch in given.history
    ]


def test_the_run_holds_the_number_and_resumes_with_it(tmp_path):
    whole = trained(tmp_path / "whole", recipe=AUTO)
    half = trained(tmp_path / "half", recipe=replace(AUTO, epochs=3))
    assert Run.load(half.folder).recipe.optimizer.learning_rate == swept().suggestion
    assert "auto" not in (half.folder / "recipe.toml").read_text().split("optimizer")[1]
    resumed = resume(half.folder, blobs(), epochs=6)
    assert [one.loss for one in resumed.history] == [one.loss for one in whole.history]


def test_what_was_found_is_told_before_the_training_starts():
    events = []
    run = trained(recipe=replace(AUTO, epochs=1), on_event=events.append)
    kinds = [type(event) for event in events]
    assert kinds[:3] == [RateFound, Started, EpochEnded]
    assert events[0].run is run
    assert events[0].sweep.suggestion == run.recipe.optimizer.learning_rate


def test_a_number_is_told_of_by_no_event():
    events = []
    trained(recipe=replace(RECIPE, epochs=1), on_event=events.append)
    assert not any(isinstance(event, RateFound) for event in events)


def test_too_few_rows_leave_the_usual_rate():
    sweep = swept(blobs(30), replace(AUTO, optimizer=SGD(learning_rate="auto")))
    assert sweep.suggestion == 0.1
    assert sweep.rates.size == sweep.losses.size == 0
    assert sweep.reason == (
        "the usual rate of sgd: 24 rows to learn from are too few to try others"
    )


def test_rows_of_weight_0_take_no_part():
    weights = {"a": 1.0, "b": 1.0, "c": 0.0}
    sweep = swept(blobs(300), replace(RECIPE, class_weight=weights))
    assert len(sweep.losses) > 100
    only_c = {"a": 0.0, "b": 0.0, "c": 1.0}
    sweep = swept(blobs(90), replace(RECIPE, class_weight=only_c))
    assert "24 rows to learn from are too few" in sweep.reason


def test_a_loss_that_never_falls_leaves_the_usual_rate():
    points = from_arrays(np.ones((90, 2), np.float32), np.zeros((90, 3)) + 1e30)
    sweep = find_learning_rate(
        network(activation="identity"), points, replace(RECIPE, loss="mse")
    )
    assert sweep.suggestion == 0.001
    assert "the usual rate of adam: no other made the loss fall" in sweep.reason


def test_values_are_swept_too():
    sweep = find_learning_rate(network(2, "identity"), slopes(), RECIPE)
    assert sweep.losses.min() < 0.5 * sweep.losses[0]


def test_what_does_not_fit_is_refused():
    with pytest.raises(DescriptionError, match="the network's last layer has the size"):
        find_learning_rate(network(4), blobs(), RECIPE)
    with pytest.raises(DataError, match="was given list as data"):
        find_learning_rate(network(), [], RECIPE)


def test_lbfgs_has_no_rate_to_be_found():
    with pytest.raises(DescriptionError, match="lbfgs searches for the length of each"):
        swept(recipe=replace(RECIPE, optimizer="lbfgs"))
    with pytest.raises(DescriptionError, match="each step's length is searched for"):
        OPTIMIZERS["lbfgs"](learning_rate="auto")


def test_steps_cannot_be_made_at_auto():
    with pytest.raises(DescriptionError, match=r'is "auto", which only ranvier\.train'):
        rates(AUTO, 1, 10, [])


@pytest.mark.parametrize("optimizer", [one for one in OPTIMIZERS if one != "lbfgs"])
def test_every_optimizer_can_say_auto(optimizer):
    made = OPTIMIZERS[optimizer](learning_rate="auto")
    recipe = Recipe(optimizer=made)
    assert Recipe.from_toml(recipe.to_toml()) == recipe
    assert own_rate(made) == OPTIMIZERS[optimizer]().learning_rate


def test_other_words_than_auto_are_no_rate():
    with pytest.raises(
        DescriptionError,
        match=r'must be a positive number or "auto", got .fast.; 0',
    ):
        SGD(learning_rate="fast")


def small_digits() -> Dataset:
    bunch = load_digits()
    return from_arrays(bunch.images.astype(np.float32), bunch.target)


MARGIN = 1.1
"""How much worse a mean of three seeds may be by chance: seeds differ by as much."""


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("name", ["digits", "small digits"])
def test_auto_learns_at_least_as_well_as_the_usual_rate(name, optimizer):
    pictures = data.load("digits").train.take(range(12_000))
    if name == "small digits":
        pictures = small_digits()
    design = Network([Dense(32, "relu"), Dense(10, "softmax")])

    def loss(rate: float | str) -> float:
        costs = []
        for seed in range(3):
            recipe = Recipe(
                optimizer=OPTIMIZERS[optimizer](learning_rate=rate),
                epochs=8,
                seed=seed,
                stopping=None,
            )
            run = train(design, pictures, recipe, folder=None)
            costs.append(min(epoch.val_loss for epoch in run.history))
        return float(np.mean(costs))

    assert loss("auto") <= MARGIN * loss(own_rate(OPTIMIZERS[optimizer]()))
