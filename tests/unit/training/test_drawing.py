import dataclasses
from xml.etree import ElementTree

import pytest

from ranvier.chart import Curve
from ranvier.figure import Line, Words
from ranvier.training import Epoch, Run
from ranvier.training.drawing import over_epochs, panels, thinned
from tests.support.learning import RECIPE, network, slopes, trained


@pytest.fixture(scope="module")
def run() -> Run:
    return trained()


def names(run: Run) -> list[list[str]]:
    return [[curve.name for curve in panel.curves] for panel in panels(run)]


def test_losses_and_accuracies_of_both_parts_are_drawn_side_by_side(run):
    figure = run.plot()
    ElementTree.fromstring(figure.svg())
    drawn = [one.name for one in figure.marks if isinstance(one, Line)]
    assert drawn.count("training") == drawn.count("validation") == 2
    assert run.stopped in figure.described


def test_a_curve_has_the_value_of_each_epoch(run):
    loss, accuracy = panels(run)
    assert loss.curves[0].x == [1, 2, 3, 4, 5, 6]
    assert loss.curves[1].y == [epoch.val_loss for epoch in run.history]
    assert accuracy.curves[1].y == [epoch.val_accuracy for epoch in run.history]


def test_numbers_have_no_accuracies():
    run = trained(network=network(2, "identity"), data=slopes())
    assert names(run) == [["training", "validation"]]


def test_without_validation_rows_the_training_rows_are_drawn_alone():
    recipe = dataclasses.replace(RECIPE, validation=0.0, epochs=1)
    assert names(trained(recipe=recipe)) == [["training"], ["training"]]


def test_the_best_epoch_is_marked(run):
    words = [one.text for one in run.plot().marks if isinstance(one, Words)]
    assert words.count(f"best: {run.best_epoch}") == 2


def test_a_run_of_one_epoch_is_drawn():
    run = trained(recipe=dataclasses.replace(RECIPE, epochs=1))
    texts = [one.text for one in run.plot().marks if isinstance(one, Words)]
    assert "1" in texts
    assert "0.6" not in texts


def test_a_run_before_its_first_epoch_is_drawn(run):
    figure = dataclasses.replace(run, history=[]).plot()
    assert "not finished: 0 of 6 epochs done" in figure.described


def test_a_long_history_is_thinned_to_some_hundred_epochs_with_the_best():
    history = [
        Epoch(number, 1.0, None, None, None, 0.1, {}, 0.0) for number in range(1, 2001)
    ]
    kept = [epoch.epoch for epoch in thinned(history, best=777)]
    assert len(kept) <= 402
    assert {1, 777, 2000} <= set(kept)


def test_curves_that_are_nowhere_have_axes_all_the_same():
    panel = over_epochs("nothing", "", [])
    assert (panel.x.ticks(), panel.marked) == ([(1.0, "1")], [])


def test_a_notebook_shows_how_a_run_ended_and_its_curves(run):
    shown = run._repr_html_()
    assert run.stopped in shown
    assert "<svg" in shown


def test_hostile_words_are_shown_and_not_run(run):
    shown = dataclasses.replace(run, failure="<b>&amp;")._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;&amp;amp;" in shown


@pytest.mark.parametrize(("count", "has_dots"), [(1, True), (24, True), (25, False)])
def test_points_are_seen_where_there_are_few(count, has_dots):
    curve = Curve("", list(range(count)), [0.5] * count, "#000000")
    assert over_epochs("", "", [curve]).curves[0].has_dots == has_dots
