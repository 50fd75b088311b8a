import re

import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import clouds, real
from ranvier.diagnosis.rules.mislabelled_rows import suspects
from tests.support.illnesses import found, of, trained, usual

CODE = "mislabelled-rows"


@pytest.mark.parametrize("planted", of(CODE))
def test_wrong_labels_are_found_with_their_share(planted):
    (finding,) = found(CODE, planted.make(1))
    share = float(re.search(r"([\d.]+)% have", finding.evidence)[1])
    low, high = {"severe": (10, 30), "mild": (3, 12)}[planted.degree]
    assert low < share < high


def test_most_rows_that_are_named_first_are_wrong():
    rows = real("digits", 0)
    wrong = np.random.default_rng(0).choice(len(rows.targets), 180, replace=False)
    targets = rows.targets.copy()
    targets[wrong] = (targets[wrong] + 5) % 10
    named = suspects(trained(usual(rows._replace(targets=targets)))).rows
    assert np.isin(named[:50], wrong).mean() > 0.9


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_right_labels_are_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


@pytest.mark.parametrize("apart", [1.5, 2.0])
def test_classes_that_overlap_are_no_finding(apart):
    assert found(CODE, usual(clouds(0, 800, columns=6, apart=apart))) == []


def test_values_have_no_labels():
    assert found(CODE, usual(real("diabetes", 0))) == []
