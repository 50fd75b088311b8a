import datetime as dt
import math

import numpy as np
import polars as pl
import pytest

from ranvier.data.table import (
    Caution,
    class_cautions,
    describe,
    duplicate_rows,
)

N = 200
RANDOM = np.random.default_rng(0)
SIZE = RANDOM.normal(size=N).round(6)


def warnings(target: str | None = None, **columns: object) -> dict[str, Caution]:
    """Return the warnings of a table with these columns, by code and column."""
    frame = pl.DataFrame({"size": SIZE} | columns)
    found = describe(frame, target).warnings
    return {f"{one.code} {one.column}": one for one in found}


def test_a_quiet_table_gets_no_warnings():
    assert warnings("y", y=RANDOM.permutation(["a", "b"] * (N // 2))) == {}


@pytest.mark.parametrize(
    ("code", "cells", "text"),
    [
        ("identifier", [f"u{n}" for n in range(N)], "200 different values in 200 rows"),
        ("constant", ["x"] * N, "it is 'x' in all rows and is left out"),
        ("constant", [None] * N, "it is missing in all rows and is left out"),
        ("missing", [None] * 190 + ["a", "b"] * 5, "missing in 95 % of the rows; leav"),
        ("stray", ["1.5"] * 199 + ["oops"], "1 of 200 cells .* 'oops' in row 200: tra"),
        (
            "infinite",
            [1.5] * 199 + [math.inf],
            "in 1 of 200 rows, first in row 200",
        ),
        (
            "infinite",
            [0.5, -math.inf] * 100,
            "in 100 of 200 rows, first in row 2:",
        ),
        ("ambiguous-dates", ["01/02/2024", "03/04/2024"] * 100, "as %m/%d/%Y, and eve"),
        (
            "date-order",
            [dt.date(2024, 1, 1) + dt.timedelta(n) for n in (0, *range(5, 0, -1))]
            + [dt.date(2025, 1, 1) + dt.timedelta(n) for n in range(N - 6)],
            "goes back in time at 4 of 199 steps, first at row 3",
        ),
    ],
)
def test_a_column_to_mind_is_warned_of(code, cells, text):
    found = warnings(it=cells)
    assert f"{code} it" in found
    assert pl.Series([found[f"{code} it"].text]).str.contains(text).all()


def test_dates_in_any_order_or_in_full_order_are_fine():
    days = [dt.date(2024, 1, 1) + dt.timedelta(n) for n in range(N)]
    assert warnings(it=days) == {}
    assert warnings(it=list(RANDOM.permutation(days))) == {}


CLASSES = RANDOM.permutation(["a", "b", "c", "d"] * (N // 4))
ODD = np.where(np.isin(CLASSES, ["a", "c"]), 1.0, 0.0)


@pytest.mark.parametrize(
    ("cells", "target"),
    [
        ([f"is {name}" for name in CLASSES], CLASSES),
        ([ord(name) + 0.25 for name in CLASSES], CLASSES),
        (
            [float(n) if name == "a" else None for n, name in enumerate(CLASSES)],
            ODD * 0,
        ),
        (SIZE * 3 + 1, SIZE),
        (np.exp(-SIZE), SIZE),
        (ODD.astype(bool), ODD + 0.5),
    ],
)
def test_a_column_that_gives_the_target_away_is_found(cells, target):
    if not np.ptp(np.unique(target, return_inverse=True)[1]):
        target = ["a" if cell is not None else "b" for cell in cells]
    frame = pl.DataFrame({"noise": RANDOM.normal(size=N), "it": cells, "y": target})
    found = describe(frame, "y").warnings
    assert [(one.code, one.column) for one in found] == [("giveaway", "it")]
    assert "it alone tells y: " in found[0].text
    assert "--column it=ignored" in found[0].text


def test_a_column_that_nearly_tells_the_target_does_not_give_it_away():
    wrong = CLASSES.copy()
    wrong[::20] = "a"
    near = SIZE + RANDOM.normal(size=N) * 0.1
    frame = pl.DataFrame({"it": wrong, "near": near, "y": CLASSES, "z": SIZE})
    assert describe(frame.drop("z"), "y").warnings == ()
    assert describe(frame.drop("y"), "z").warnings == ()


@pytest.mark.filterwarnings("error")
def test_a_target_of_large_numbers_is_given_away_as_one_of_small():
    cells = np.digitize(SIZE, [-1, 0, 1])
    odd = np.array([2e200, -1e200, 3e200, 0.0])[cells]
    frame = pl.DataFrame({"it": cells.astype(str), "y": odd})
    (found,) = describe(frame, "y").warnings
    assert (found.code, found.column) == ("giveaway", "it")


def test_a_constant_answer_gives_nothing_away():
    target = ["a"] * 195 + ["b"] * 5
    assert "giveaway size" not in warnings("y", y=target)


def test_classes_with_few_rows_are_warned_of():
    (few,) = class_cautions("y", [("a", 4), ("b", 100)], least=5, why=" in all")
    assert (few.code, few.column) == ("few-rows", "y")
    assert few.text.startswith("1 of 2 classes have fewer than 5 rows in all: a (4); ")
    assert list(class_cautions("y", [("a", 4), ("b", 10)], least=3)) == []


def test_classes_that_differ_in_capitals_alone_are_warned_of():
    counts = [("Yes", 400), ("no", 300), ("yes", 1_000)]
    (found,) = class_cautions("y", counts)
    assert (found.code, found.column) == ("spelling", "y")
    assert found.text.startswith("Yes (400) and yes (1,000) are classes of their own")


def test_rare_classes_are_warned_of():
    (rare,) = class_cautions("y", [("a", 40), ("b", 960)])
    assert rare.code == "imbalance"
    assert "a (4 %) of the rows: classes are far from even" in rare.text
    assert list(class_cautions("y", [("a", 60), ("b", 940)])) == []


def test_rows_of_several_parts_are_warned_of():
    train = pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})
    test = pl.DataFrame({"a": [3, 3, 1], "b": [None, None, "y"]})
    (found,) = duplicate_rows({"training": train, "test": test})
    assert found.code == "duplicates"
    assert "2 of 3 rows of the test part are in the training part too" in found.text
    assert duplicate_rows({"training": train, "test": test[2:]}) == ()
