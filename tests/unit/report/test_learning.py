import dataclasses

import pytest

from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Augmentation, Clip, Penalty, Recipe
from ranvier.report.learning import (
    design,
    epoch_line,
    learning,
    network_line,
    percent,
    recipe_line,
)
from ranvier.training import Epoch, Run
from tests.support.learning import RECIPE, slopes, trained
from tests.support.screens import lines


@pytest.fixture(scope="module")
def run() -> Run:
    return trained()


def epochs(losses: list[float], val_loss: float | None = None) -> list[Epoch]:
    return [
        Epoch(number, loss, None, val_loss, None, 0.1, {}, 0.25)
        for number, loss in enumerate(losses, 1)
    ]


def with_history(run: Run, history: list[Epoch]) -> Run:
    return dataclasses.replace(run, history=history)


def fact(run: Run, name: str) -> str:
    (line,) = (line for line in lines(learning(run)) if line.split()[0] == name)
    return line.removeprefix(name).strip()


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0.00 %"), (0.97724, "97.72 %"), (1, "100.00 %")]
)
def test_a_share_is_said_in_percent(share, said):
    assert percent(share) == said


def test_a_network_is_said_with_shapes_and_size():
    network = Network([Dense(15, "sigmoid"), Dense(10, "softmax")], (28, 28))
    assert network_line(network) == (
        "28 × 28 → 15 sigmoid → 10 softmax: 11,935 weights and biases"
    )


def test_a_recipe_is_said_with_the_loss_that_auto_means():
    network = Network([Dense(10, "softmax")])
    assert recipe_line(Recipe(epochs=1, seed=4), network) == (
        "cross_entropy, adam at 0.001, batches of 32, at most 1 epoch, seed 4"
    )
    assert "32, 20 epochs" in recipe_line(Recipe(stopping=None), network)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"optimizer": SGD(learning_rate="auto")}, "sgd at auto, batches"),
        (
            {"schedule": "cosine", "warmup": 0.05},
            "at 0.001, warm-up over 0.05 of the steps, cosine schedule, batches",
        ),
        ({"penalty": Penalty(l1=1e-5, max_norm=3)}, "0.001, l1 1e-05, max-norm 3, bat"),
        ({"clip": Clip(value=0.5)}, ", gradients within 0.5, batches"),
        (
            {"clip": Clip(norm=2, global_norm=3)},
            "each gradient within 2, all gradients",
        ),
        ({"average": 0.999}, "at 0.001, weights averaged by 0.999, batches"),
        (
            {"augmentation": Augmentation(shift=2, flip="both")},
            "at 0.001, pictures changed by shift 2 and flip both, batches",
        ),
        ({"optimizer": "lbfgs"}, "lbfgs at 1, all rows at once"),
        ({"class_weight": "balanced"}, "classes balanced, batches"),
        ({"class_weight": {"a": 2.0}}, "classes weighted, batches"),
    ],
    ids=str,
)
def test_what_else_a_recipe_holds_is_said_where_it_is_set(said, words):
    network = Network([Dense(10, "softmax")])
    assert words in recipe_line(Recipe(**said), network)


def test_the_design_of_a_run_says_data_network_recipe_and_engine(run):
    assert lines(design(run)) == [
        "data     data: 72 rows to learn from, 9 to validate, 9 to test",
        "network  2 → 5 tanh → 3 softmax: 33 weights and biases",
        "recipe   cross_entropy, adam at 0.001, batches of 8, 6 epochs, seed 3",
        "engine   reference, as asked for",
    ]


def test_parts_that_a_run_lacks_are_not_said():
    recipe = dataclasses.replace(RECIPE, validation=0.0, test=0.0, epochs=1)
    assert lines(design(trained(recipe=recipe)))[0] == (
        "data     data: 90 rows to learn from"
    )


def test_learning_says_why_a_run_stopped_and_how_long_it_took(run):
    assert fact(run, "stopped") == run.stopped
    assert fact(with_history(run, epochs([1.0] * 4)), "took") == "1.0 s for 4 epochs"


def test_learning_says_how_long_it_waited_for_rows(run):
    waited = [epoch._replace(waited=0.02) for epoch in epochs([1.0] * 4)]
    said = "1.0 s for 4 epochs, 8.0 % of it waiting for rows"
    assert fact(with_history(run, waited), "took") == said


def test_losses_are_drawn_as_bars_of_their_logarithms(run):
    halves = with_history(run, epochs([1.0, 0.1, 0.01]))
    assert fact(halves, "loss") == "1.0000 → 0.0100  █▅▁"


def test_both_losses_are_drawn(run):
    both = with_history(run, epochs([0.5, 0.4], val_loss=0.6))
    assert fact(both, "val_loss") == "0.6000 → 0.6000  ▁▁"


def test_long_histories_are_thinned_to_at_most_forty_bars(run):
    long = with_history(run, epochs([1 / n for n in range(1, 1001)]))
    assert len(fact(long, "loss").split()[-1]) == 40


def test_a_loss_of_zero_is_drawn(run):
    assert fact(with_history(run, epochs([1.0, 0.0])), "loss").endswith("█▁")


def test_a_run_without_epochs_has_no_losses(run):
    names = [line.split()[0] for line in lines(learning(with_history(run, [])))]
    assert names == ["stopped", "took"]


@pytest.mark.parametrize(
    ("epoch", "said"),
    [
        (
            Epoch(1, 0.5, 0.75, 0.6, 0.7, 0.1, {}, 1.0),
            "loss 0.5000  val_loss 0.6000  val_accuracy 70.00 %",
        ),
        (
            Epoch(1, 0.5, 0.75, None, None, 0.1, {}, 1.0),
            "loss 0.5000  accuracy 75.00 %",
        ),
        (Epoch(1, 0.5, None, 0.6, None, 0.1, {}, 1.0), "loss 0.5000  val_loss 0.6000"),
    ],
)
def test_an_epoch_is_said_in_a_line(epoch, said):
    assert epoch_line(epoch) == said


def test_a_run_of_values_is_said_too():
    network = Network([Dense(2)])
    run = trained(network=network, data=slopes())
    assert "mse" in lines(design(run))[2]
