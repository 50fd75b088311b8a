import dataclasses

import numpy as np
import pytest

from ranvier.errors import DataError
from ranvier.model import Model
from ranvier.report.page import subject as module
from tests.support import reports
from tests.support.learning import blobs
from tests.support.reports import Trained, subject


@pytest.mark.parametrize("kind", ["pictures", "points", "table", "numbers", "labels"])
def test_figures_are_those_that_the_model_reaches(kind, request):
    one = subject(request.getfixturevalue(kind))
    reached = Model.evaluate(one.model, one.answers.part.data).metrics
    known = {name: reached[name] for name in one.figures}
    assert one.figures == pytest.approx(known)
    assert len(known) >= 3


def test_answers_of_classes_say_how_sure_they_are(points):
    answers = subject(points).answers
    chances = subject(points).model.predict_proba(answers.part.data.inputs)
    np.testing.assert_allclose(answers.sure, chances.max(axis=1), rtol=1e-5)
    assert len(answers.truth) == len(answers.part.data) == 27


def test_numbers_are_in_the_units_of_the_targets(numbers):
    answers = subject(numbers).answers
    said = subject(numbers).model.predict(answers.part.data.frame)
    np.testing.assert_allclose(answers.values[:, 0], said)
    assert answers.truth.size == 0


def test_each_label_is_an_answer(labels):
    answers = subject(labels).answers
    rows = len(answers.part.data)
    assert len(answers.truth) == len(answers.given) == 3 * rows
    np.testing.assert_allclose(answers.chances.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(answers.given.reshape(rows, 3), answers.values > 0.5)
    assert list(subject(labels).by_target) == ["bought", "senior", "far"]


def test_one_target_has_no_figures_of_its_own(numbers, points):
    assert subject(numbers).by_target == subject(points).by_target == {}


def test_answers_weigh_as_their_rows_do():
    trained = reports.points(epochs=1)
    weighed = trained.data.with_weights(np.arange(len(trained.data)))
    answers = subject(Trained(trained.run, weighed)).answers
    assert answers.weights.tolist() == answers.part.data.weights.tolist()


def test_rows_that_weigh_nothing_are_no_answers():
    trained = reports.points(epochs=1)
    weightless = trained.data.with_weights(np.zeros(len(trained.data)))
    one = subject(Trained(trained.run, weightless))
    assert (one.answers, one.figures, one.importances) == (None, {}, [])


def test_without_data_there_are_no_answers(points):
    one = subject(points, with_data=False)
    assert (one.answers, one.figures, one.by_target) == (None, {}, {})
    assert one.diagnosis.verdict.basis == "curves"


def test_without_rows_to_judge_by_there_are_no_answers():
    one = subject(reports.points(epochs=1, test=0.0, validation=0.0))
    assert one.answers is None


def test_of_many_rows_some_are_shown(points, monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    answers = subject(points).answers
    assert len(answers.part.data) == len(answers.given) == 10
    assert set(answers.part.data.rows) <= set(points.run.rows.test)


def test_of_many_validation_rows_the_members_answers_are_kept(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 5)
    one = subject(reports.points(epochs=1, test=0.0, members=2))
    assert one.answers.part.name == "validation"
    assert one.answers.part.outputs.shape == (5, 3)


def test_a_diagnosis_that_is_given_is_not_made_again(points):
    found = subject(points).diagnosis
    one = module.Subject(*points, name="", key="", diagnosis=found)
    assert one.diagnosis is found


def test_other_data_are_refused(tmp_path):
    trained = reports.points(epochs=1)
    source = dataclasses.replace(
        trained.run, source=trained.run.source._replace(fingerprints={"test": "0"})
    )
    with pytest.raises(DataError, match="not of the data that the run was trained on"):
        _ = subject(Trained(source, blobs())).answers
