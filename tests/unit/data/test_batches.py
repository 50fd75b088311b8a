import numpy as np
import pytest

from ranvier.data import epoch_order

ROWS = np.arange(100, 160, dtype=np.uint32)


def test_an_epoch_sees_every_row_once():
    order = epoch_order(ROWS, seed=3, epoch=1)
    assert order.dtype == np.uint32
    np.testing.assert_array_equal(np.sort(order), ROWS)


def test_the_order_is_the_same_for_ever():
    order = epoch_order(np.arange(8, dtype=np.uint32), seed=0, epoch=1)
    assert order.tolist() == [3, 0, 1, 6, 7, 2, 5, 4]


@pytest.mark.parametrize("seed_epoch", [(0, 2), (1, 1), (2**63 - 1, 1)])
def test_each_seed_and_each_epoch_has_its_own_order(seed_epoch):
    assert (epoch_order(ROWS, *seed_epoch) != epoch_order(ROWS, 0, 1)).any()


def test_the_rows_given_are_left_alone():
    rows = ROWS.copy()
    epoch_order(rows, seed=0, epoch=1)
    np.testing.assert_array_equal(rows, ROWS)
