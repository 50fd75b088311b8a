import pytest

from ranvier.data.blocks import blocks
from tests.support.people import shoppers


@pytest.mark.parametrize(
    ("rows", "sizes"), [(150, [150, 50]), (100, [100, 100]), (200, [200]), (999, [200])]
)
def test_blocks_hold_all_rows_in_their_order(rows, sizes):
    data = shoppers()
    found = list(blocks(data, rows))
    assert [len(one) for one in found] == sizes
    assert [row for one in found for row in one.rows] == data.rows.tolist()
