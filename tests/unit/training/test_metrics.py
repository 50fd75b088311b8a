import numpy as np

from ranvier.training.metrics import Mistake, confusion, mistakes


def test_confusion_has_the_truth_down_and_the_answer_across():
    counts = confusion(np.array([0, 0, 1, 2], np.int32), np.array([0, 1, 1, 0]), 3)
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]


def test_confusion_has_rows_for_classes_that_never_occur():
    assert confusion(np.array([1], np.int32), np.array([1]), 4).shape == (4, 4)


def test_confusion_counts_every_row_of_many_classes():
    truth = np.arange(70_000, dtype=np.int32) % 300
    counts = confusion(truth, truth[::-1], 300)
    assert counts.sum() == 70_000
    assert (counts.sum(axis=1) == np.bincount(truth)).all()


def test_mistakes_begin_with_the_surest():
    sure = np.array([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2], [0.3, 0.7]], np.float32)
    wrong = mistakes(np.array([0, 0, 1, 0], np.int32), np.array([0, 1, 0, 1]), sure)
    assert wrong == [
        Mistake(2, 1, 0, float(np.float32(0.8))),
        Mistake(3, 0, 1, float(np.float32(0.7))),
        Mistake(1, 0, 1, float(np.float32(0.6))),
    ]


def test_where_all_is_right_there_are_no_mistakes():
    one = np.array([0], np.int32)
    assert mistakes(one, one, np.array([[1.0]], np.float32)) == []
