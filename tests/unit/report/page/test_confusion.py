import numpy as np
import pytest

from ranvier.report.page import confusion as module
from ranvier.report.page.confusion import Confusion
from ranvier.training.metrics import confusion
from tests.support.reports import Page, Trained, subject


def of(trained: Trained) -> Confusion:
    return Confusion(subject(trained), subject(trained).answers)


def shown(trained: Trained) -> Page:
    return Page(of(trained).section().content)


def counts(trained: Trained) -> np.ndarray:
    answers = subject(trained).answers
    classes = len(trained.run.schema.classes)
    return confusion(answers.targets, answers.given, classes)


def test_every_pair_of_classes_that_occurs_is_a_button(pictures):
    buttons = {one["data-cell"] for one in shown(pictures).all("button")}
    places = zip(*np.nonzero(counts(pictures)), strict=True)
    assert buttons == {f"{truth}-{given}" for truth, given in places}
    assert len(buttons) > 2


def test_a_button_says_in_words_what_it_counts(pictures):
    wrong = counts(pictures)[0, 1]
    labels = [one["aria-label"] for one in shown(pictures).all("button")]
    assert f"{wrong} rows that are flat, said to be tall" in labels


def test_the_largest_counts_have_the_strongest_colour(pictures):
    kinds = [one["class"] for one in shown(pictures).all("td") if one.get("class")]
    assert "right heat-9" in kinds
    assert "wrong heat-9" in kinds


def test_cells_hold_the_surest_of_the_wrong_rows_first(pictures):
    cell = of(pictures).cells(1.0)["cells"]["0-1"]
    assert len(cell) == min(counts(pictures)[0, 1], 12)
    sure = [float(caption.split("(")[1][:4]) for caption, _ in cell]
    assert sure == sorted(sure, reverse=True)
    assert all("said tall" in caption and "is flat" in caption for caption, _ in cell)


def test_cells_hold_the_least_sure_of_the_right_rows_first(pictures):
    cell = of(pictures).cells(1.0)["cells"]["1-1"]
    sure = [float(caption.split("(")[1][:4]) for caption, _ in cell]
    assert sure == sorted(sure)
    assert len(cell) <= 6


def test_rows_of_pictures_are_addresses_and_those_of_tables_are_values(pictures, table):
    (_, picture), *_ = of(pictures).cells(1.0)["cells"]["1-1"]
    assert picture.startswith("data:image/png;base64,")
    cells = of(table).cells(1.0)
    assert sorted(cells["columns"]) == ["age", "day", "member", "town"]
    for rows in cells["cells"].values():
        assert {len(values) for _, values in rows} == {4}


def test_the_row_that_is_named_is_that_of_the_data(points):
    cells = of(points).cells(1.0)["cells"]
    captions = [caption for rows in cells.values() for caption, _ in rows]
    rows = {int(caption.split(":")[0].removeprefix("row ")) for caption in captions}
    assert rows <= set(points.run.rows.test.tolist())


@pytest.mark.parametrize("room", [0.01, 0.0])
def test_with_less_room_there_are_fewer_rows(pictures, room):
    few = of(pictures).cells(room)["cells"]
    assert len(few) < len(of(pictures).cells(1.0)["cells"])


def test_of_many_classes_the_pairs_are_listed(pictures, monkeypatch):
    monkeypatch.setattr(module, "MOST_CLASSES", 1)
    page = shown(pictures)
    wrong = counts(pictures) * (1 - np.eye(2, dtype=int))
    assert len(page.all("button")) == np.count_nonzero(wrong)
    assert len(page.all("details")) == 1


def test_it_is_said_how_well_each_class_is_known(pictures):
    words = shown(pictures).words
    found = counts(pictures)[0, 0] / counts(pictures)[0].sum()
    assert f"{found * 100:.2f} %" in words
