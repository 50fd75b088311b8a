import dataclasses

import pytest

from ranvier.errors import DataError
from ranvier.model import Model
from ranvier.model.part import part_of_run
from ranvier.training import Run
from tests.support.learning import RECIPE, blobs, trained


def without(*parts: str) -> Run:
    recipe = dataclasses.replace(RECIPE, epochs=1, **dict.fromkeys(parts, 0.0))
    return trained(recipe=recipe)


def test_a_run_is_judged_on_its_test_part():
    run = without()
    part = part_of_run(run, blobs())
    assert part.name == "test"
    assert part.data.rows.tolist() == run.rows.test.tolist()


def test_without_a_test_part_a_run_is_judged_on_its_validation():
    assert part_of_run(without("test"), blobs()).name == "validation"


def test_rows_for_validation_are_judged_by_members_that_have_not_learnt_from_them():
    recipe = dataclasses.replace(RECIPE, epochs=1, test=0, members=3)
    run = trained(recipe=recipe)
    part = part_of_run(run, blobs())
    scores = Model.from_run(run).evaluate(part.data, part.outputs)
    assert scores.rows == len(part.data) > len(run.rows.validation)
    right = part.outputs.argmax(axis=1) == part.data.targets
    assert scores.accuracy == pytest.approx(right.mean())


def test_without_both_a_run_is_not_judged():
    assert part_of_run(without("test", "validation"), blobs()) is None


def test_other_data_are_refused(tmp_path):
    with pytest.raises(DataError, match="part is not of the data that the run"):
        part_of_run(trained(tmp_path), blobs(seed=1))
