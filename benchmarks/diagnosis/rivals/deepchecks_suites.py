"""deepchecks_suites: which checks of deepchecks' full suite do not pass.

That is data_integrity, train_test_validation and model_evaluation, with the conditions
that they have by default, and its check of imbalance beside them. What fails or warns
is an alarm.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.diagnosis.rivals.estimator import estimator_of
from benchmarks.diagnosis.rivals.said import Said
from benchmarks.diagnosis.rivals.watched import Watched, arrays_of

_UNLIKE = {"validation-unlike-training"}
_WEAK = {"underfitting", "loss-at-chance"}

POINTS_AT = {
    "Class Imbalance": {"imbalance-ignored"},
    "Conflicting Labels": {"mislabelled-rows"},
    "Data Duplicates": {"duplicates-across-parts"},
    "Datasets Size Comparison": {"noisy-validation"},
    "Feature Drift": _UNLIKE,
    "Feature Label Correlation": {"leaked-column"},
    "Feature Label Correlation Change": {*_UNLIKE, "leaked-column"},
    "Is Single Value": {"dead-inputs"},
    "Label Drift": _UNLIKE,
    "Multivariate Drift": _UNLIKE,
    "New Category Train Test": _UNLIKE,
    "New Label Train Test": _UNLIKE,
    "Prediction Drift": _UNLIKE,
    "Regression Error Distribution": {"wrong-output-activation", "underfitting"},
    "Roc Report": _WEAK,
    "Simple Model Comparison": _WEAK,
    "Train Test Performance": {"overfitting", "overconfidence", "too-many-epochs"},
    "Train Test Samples Mix": {"duplicates-across-parts"},
    "Unused Features": {"dead-inputs"},
    "Weak Segments Performance": {"underfitting"},
}
"""For each check, the illnesses that it is about."""

RARE = 0.1
"""Of the rows of the largest class: with fewer, the smallest is too small."""


def judge(watched: Watched) -> Said:
    """Return the names of the checks that did not pass."""
    from deepchecks.tabular.suites import full_suite

    train, validation = (_table(watched, *arrays_of(one)) for one in watched.parts[:2])
    result = full_suite().run(
        train_dataset=train,
        test_dataset=validation,
        model=estimator_of(watched).fit(*arrays_of(watched.parts.train)),
        with_display=False,
    )
    found = {one.check.name() for one in result.get_not_passed_checks()}
    if watched.run.schema.classes and _is_imbalanced(train):
        found.add("Class Imbalance")
    return Said.loudly(found)


def _is_imbalanced(train: Any) -> bool:
    """Tell what the check of imbalance is meant to.

    Its own condition warns where the share is above the bound, of even classes.
    """
    from deepchecks.tabular.checks import ClassImbalance

    shares = ClassImbalance().run(train).value.values()
    return bool(min(shares) < RARE * max(shares))


def _table(watched: Watched, inputs: NDArray[Any], targets: NDArray[Any]) -> Any:
    """Return rows as deepchecks takes them, all inputs being numbers."""
    import pandas as pd
    from deepchecks.tabular import Dataset

    names = [f"column {number}" for number in range(inputs.shape[1])]
    frame = pd.DataFrame(inputs.astype(np.float64), columns=names)
    classes = len(watched.run.schema.classes)
    kind = {0: "regression", 2: "binary"}.get(classes, "multiclass")
    frame["target"] = targets
    return Dataset(frame, label="target", cat_features=[], label_type=kind)
