import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.errors import DataError
from ranvier.model import Model
from ranvier.recipe import Recipe
from tests.support.learning import blobs, network, slopes, trained


@pytest.fixture(scope="module")
def model():
    recipe = Recipe(epochs=3, batch_size=8, stopping=None)
    return Model.from_run(trained(recipe=recipe), engine="reference")


@pytest.fixture(scope="module")
def line():
    run = trained(network=network(2, "identity"), data=slopes())
    return Model.from_run(run, engine="reference")


def test_scores_agree_with_the_answers(model):
    scores, data = model.evaluate(blobs()), blobs()
    right = model.predict(data.inputs) == np.array(list("abc"))[data.targets]
    assert scores.rows == 90
    assert scores.accuracy == pytest.approx(right.mean())
    assert np.trace(scores.confusion) == right.sum()
    assert scores.confusion.sum() == 90
    assert sorted(one.row for one in scores.mistakes) == np.flatnonzero(~right).tolist()


def test_the_loss_is_that_of_the_validation(model):
    run = trained(recipe=model.recipe)
    ours = Model.from_run(run, engine="reference")
    validation = run.parts(blobs()).validation
    assert ours.evaluate(validation).loss == pytest.approx(
        run.history[run.best_epoch - 1].val_loss, rel=1e-6
    )


def test_mistakes_are_places_in_the_view_and_the_surest_first(model):
    data = blobs().take(np.arange(89, -1, -1))
    scores = model.evaluate(data)
    confidences = [one.confidence for one in scores.mistakes]
    assert confidences == sorted(confidences, reverse=True)
    row, truth, answer, _ = scores.mistakes[0]
    assert data.targets[row] == truth
    assert model.predict(data.inputs[row])[0] == "abc"[answer]


def test_numbers_have_a_loss_and_no_confusion(line):
    scores = line.evaluate(slopes())
    assert scores.loss > 0
    assert scores[2:5] == (None, None, [])


def test_numbers_are_judged_in_their_units(line):
    data = slopes()
    inputs, targets = data.inputs, data.targets
    errors = line.predict(inputs) - targets
    found = line.evaluate(slopes()).metrics
    assert found["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-5)
    of_targets = (errors**2).mean(axis=0) ** 0.5
    assert found["rmse"] == pytest.approx(of_targets.mean(), rel=1e-5)


def test_the_loss_of_numbers_is_their_mean_squared_error(line):
    data = slopes()
    inputs, targets = data.inputs, data.targets
    expected = ((line.predict(inputs) - targets) ** 2).mean()
    assert line.evaluate(slopes()).loss == pytest.approx(expected, rel=1e-5)


def test_data_that_lack_a_class_are_judged_by_the_names_of_theirs(model):
    data = blobs()
    inputs, targets = data.inputs, data.targets
    some = targets > 0
    part = from_arrays(inputs[some], np.array(list("abc"))[targets[some]])
    right = model.predict(inputs[some]) == np.array(list("abc"))[targets[some]]
    scores = model.evaluate(part)
    assert scores.accuracy == pytest.approx(right.mean())
    assert scores.confusion.shape == (3, 3)
    assert scores.confusion[0].sum() == 0


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, r"data=None: give a Dataset"),
        (blobs().take([]), r"data=Dataset\(.*at least one row"),
        (blobs(names="abz"), "has the class 'z', the model knows a, b, c"),
        (slopes(), r"rows of \(3,\) with 2 numbers .*rows of \(2,\) with classes"),
    ],
    ids=str,
)
def test_data_of_another_kind_are_refused(model, data, expected):
    with pytest.raises(DataError, match=expected):
        model.evaluate(data)


def test_classes_are_refused_by_a_model_of_numbers(line):
    with pytest.raises(DataError, match="with classes, the model was trained on rows"):
        line.evaluate(blobs())


@pytest.mark.parametrize("outputs", ["f1", np.zeros((3, 3), np.float32)])
def test_what_was_said_of_other_rows_is_refused(model, outputs):
    with pytest.raises(DataError, match=r"give what the model says of each of the 90"):
        model.evaluate(blobs(), outputs)
    with pytest.raises(DataError, match=r"give what the model says of each of the 90"):
        model.calibrated(blobs(), outputs)
