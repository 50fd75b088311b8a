import polars as pl
import pytest

from ranvier.data.table import describe
from ranvier.report.columns import balance, bars, described
from tests.support.screens import lines

TABLE = pl.DataFrame(
    {
        "size": [0.5 * n for n in range(40)],
        "coin": (["head"] * 3 + [None]) * 10,
        "same": [1] * 40,
        "y": ["yes", "no", "yes", "yes"] * 10,
    }
)


def test_each_column_is_a_line_with_its_bars():
    seen = lines(described(describe(TABLE, "y", name="coins")), 120)
    assert seen[0] == "coins: 40 rows, 4 columns; classification of y"
    assert seen[2].split() == ["column", "kind", "missing", "distinct", "values"]
    words = [" ".join(line.split()) for line in seen]
    assert words[3] == "size number 40 ██████████ 0 to 19.5, mean 9.75"
    assert words[4] == "coin category 25 % 1 █ head 100 %"
    assert words[6] == "y target 2 █▃ yes 75 %, no 25 %"


def test_classes_uses_and_warnings_follow():
    seen = lines(described(describe(TABLE, "y")), 200)
    assert "yes  ████████████████ 30 (75 %)" in seen
    assert "target    one of 2 classes" in seen
    assert "constant  one value in all rows; left out" in seen
    assert seen[-1].split(maxsplit=2)[:2] == ["constant", "same"]


def test_dates_are_shown_as_dates():
    frame = pl.DataFrame({"day": ["2024-01-31", "2024-02-01"]})
    assert "2024-01-31 to 2024-02-01" in lines(described(describe(frame)), 120)[3]


def test_many_classes_are_cut_short():
    seen = lines(balance([(f"c{n}", 1) for n in range(25)]))
    assert len(seen) == 21
    assert seen[-1].split() == ["…", "5", "more"]


@pytest.mark.parametrize(
    ("counts", "drawn"), [([], ""), ([0, 0], "  "), ([1, 100], "▁█"), ([3], "█")]
)
def test_bars_are_as_high_as_their_counts(counts, drawn):
    assert bars(counts) == drawn
