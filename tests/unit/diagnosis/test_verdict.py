"""A verdict is no surer than the rows that it rests on allow."""

from types import SimpleNamespace

import numpy as np
import pytest

from ranvier.diagnosis.case import Judged
from ranvier.diagnosis.curves import Curves
from ranvier.diagnosis.verdict import verdict_of_curves
from ranvier.training import Epoch

RISING = [1.0, 0.5, 0.1, *np.linspace(0.1, 0.13, 10)]


def judged(losses):
    nothing = np.zeros((len(losses), 1), np.float32)
    rows = np.arange(len(losses), dtype=np.uint32)
    return Judged(rows, nothing, nothing, np.array(losses), None)


def case_of(val_loss, losses):
    history = [
        Epoch(number, one, None, one, None, 0.1, {}, 0.0)
        for number, one in enumerate(val_loss, start=1)
    ]
    run = SimpleNamespace(failure=None)
    part = judged(losses)
    return SimpleNamespace(run=run, curves=Curves(history), train=part, validation=part)


@pytest.mark.parametrize(("rows", "fit"), [(16, "good fit"), (1600, "overfit")])
def test_the_loss_of_few_rows_may_rise_by_chance(rows, fit):
    case = case_of(RISING, [0.0, 0.2] * (rows // 2))
    assert verdict_of_curves(case).fit == fit
