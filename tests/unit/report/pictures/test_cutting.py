import math

import pytest

from ranvier.chart import Axis, Panel
from ranvier.report.pictures.cutting import within

PANEL = Panel("", "", Axis("", 0, 1), Axis("", 0, 1), [], [], (-46, -52), (160, 192))
"""Its plot reaches from 0 to 100 each way."""


@pytest.mark.parametrize(
    ("points", "pieces"),
    [
        ([(10, 10), (20, 30), (40, 40)], [[(10, 10), (20, 30), (40, 40)]]),
        ([(50, 50), (150, 50)], [[(50, 50), (100, 50)]]),
        ([(-50, 50), (150, 50)], [[(0, 50), (100, 50)]]),
        ([(50, -10), (50, 50), (50, 110)], [[(50, 0), (50, 50), (50, 100)]]),
        (
            [(10, 10), (10, -10), (20, -10), (20, 10)],
            [[(10, 10), (10, 0)], [(20, 0), (20, 10)]],
        ),
        ([(-10, -10), (-10, 110)], []),
        ([(-60, 50), (50, 150)], []),
        ([(10, 10), (math.nan, 10), (30, 30), (40, 40)], [[(30, 30), (40, 40)]]),
        ([(10, 10), (math.inf, 10)], []),
        ([(10, 10)], []),
    ],
)
def test_only_what_is_in_the_plot_is_left(points, pieces):
    assert list(within(points, PANEL)) == pieces
