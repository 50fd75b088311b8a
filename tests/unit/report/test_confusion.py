import numpy as np

from ranvier.report import confusion_table
from tests.support.screens import lines, shown

COUNTS = np.array([[50, 2, 0], [0, 40, 0], [7, 1, 1200]])
NAMES = ("cat", "dog", "[bold]")


def test_the_truth_is_down_and_the_answer_across():
    head, *rows = (line.split() for line in lines(confusion_table(COUNTS, NAMES)))
    assert head == ["is", "↓", "said", "→", "cat", "dog", "[bold]", "right"]
    assert rows == [
        ["cat", "50", "2", "·", "96.2", "%"],
        ["dog", "·", "40", "·", "100.0", "%"],
        ["[bold]", "7", "1", "1200", "99.3", "%"],
    ]


def test_ten_classes_of_thousands_fit_in_eighty_columns():
    counts = np.full((10, 10), 1000)
    table = lines(confusion_table(counts, [str(n) for n in range(10)]))
    assert len(table) == 11
    assert max(map(len, table)) <= 80


def test_without_room_the_pairs_most_often_confused_are_listed():
    table = lines(confusion_table(COUNTS, NAMES), width=30)
    assert [line.split() for line in table] == [
        ["is", "said", "times"],
        ["[bold]", "cat", "7"],
        ["cat", "dog", "2"],
        ["[bold]", "dog", "1"],
    ]


def test_at_most_ten_pairs_are_listed():
    names = [f"kind {n}" for n in range(40)]
    table = lines(confusion_table(np.ones((40, 40), int), names))
    assert len(table) == 11


def test_no_pair_is_listed_where_all_is_right():
    table = confusion_table(np.diag([3, 4]), ["a" * 60, "b" * 60])
    assert shown(table) == "no class was taken for another\n"


def test_a_class_without_rows_has_no_share():
    table = lines(confusion_table(np.array([[0, 0], [1, 3]]), ["a", "b"]))
    assert table[1].split() == ["a", "0", "·"]
