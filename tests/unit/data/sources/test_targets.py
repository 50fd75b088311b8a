import numpy as np
import pytest

from ranvier.data.sources.targets import read_targets
from ranvier.errors import DataError


@pytest.mark.parametrize(
    ("targets", "classes", "numbers"),
    [
        ([3, 1, 3], ("1", "3"), [1, 0, 1]),
        ([10, 9, -1], ("-1", "9", "10"), [2, 1, 0]),
        (np.array([200, 7], "u1"), ("7", "200"), [1, 0]),
        ([True, False], ("False", "True"), [1, 0]),
        (["no", "yes", "no"], ("no", "yes"), [0, 1, 0]),
        (np.array(["b", "ä"], object), ("b", "ä"), [0, 1]),
        (np.array(["b", "a"], np.dtypes.StringDType()), ("a", "b"), [1, 0]),
        ([[4], [2]], ("2", "4"), [1, 0]),
    ],
)
def test_names_become_class_numbers_in_sorted_order(targets, classes, numbers):
    answers = read_targets(targets)
    assert answers.task == "classification"
    assert answers.classes == classes
    assert answers.values.dtype == np.int32
    assert answers.values.tolist() == numbers


@pytest.mark.parametrize(
    ("targets", "shape"), [([0.5, 1], (2, 1)), ([[0.5, 1]], (1, 2)), ([[1.0]], (1, 1))]
)
def test_floats_become_values_in_columns(targets, shape):
    answers = read_targets(targets)
    assert (answers.task, answers.classes) == ("regression", ())
    assert answers.values.shape == shape


@pytest.mark.parametrize("targets", [[3, 1], [True, False], [[3, 1], [2, 2]]])
def test_the_task_overrules_whole_numbers(targets):
    answers = read_targets(targets, "regression")
    assert answers.task == "regression"
    np.testing.assert_array_equal(
        answers.values, np.reshape(targets, (len(targets), -1))
    )


def test_the_task_overrules_floats():
    answers = read_targets([2.0, 0.0, 2.0], "classification")
    assert (answers.classes, answers.values.tolist()) == (("0", "2"), [1, 0, 1])


@pytest.mark.parametrize("targets", [[[1, 0], [1, 1]], [[True, False], [1.0, True]]])
def test_labels_are_columns_that_may_have_names(targets):
    answers = read_targets(targets, "labels", ["sad", "long"])
    assert (answers.task, answers.classes) == ("labels", ())
    assert answers.names == ("sad", "long")
    assert answers.values.tolist() == [[1, 0], [1, 1]]
    assert read_targets(targets, "labels").names == ()


@pytest.mark.parametrize(
    ("targets", "numbers"),
    [
        ([1, 0, 1], [1, 0, 1]),
        ([2.0, 0.0], [2, 0]),
        ([True, False], [1, 0]),
        (["no", "maybe"], [1, 2]),
        (np.array(["no", "yes"], object), [1, 0]),
    ],
)
def test_given_classes_keep_their_order_and_may_have_no_rows(targets, numbers):
    answers = read_targets(targets, classes=["yes", "no", "maybe"])
    assert answers.classes == ("yes", "no", "maybe")
    assert answers.values.tolist() == numbers


@pytest.mark.parametrize(
    ("targets", "options", "message"),
    [
        (3, {}, r"targets have the shape \(\); give one target for each row"),
        ([], {}, r"targets have the shape \(0,\)"),
        (np.zeros((2, 2, 2)), {}, r"targets have the shape \(2, 2, 2\)"),
        ([1j, 2], {}, "targets are of type complex128; give whole numbers"),
        ([b"a", b"b"], {}, r"targets are of type \|S1; give whole"),
        (["a", None], {}, "targets are Python objects, such as None; give all as"),
        (np.array([1, "a"], object), {}, "targets are Python objects, such as 1"),
        ([[1], [2, 3]], {}, "targets cannot be one array"),
        ([7, 7, 7], {}, "all 3 targets are 7; give rows of two classes or more"),
        ([[0, 1], [1, 0]], {}, r"for one-hot rows give np.argmax\(targets, axis=1\)"),
        ([0, 1], {"task": "ranking"}, "task='ranking': expected classification, reg"),
        ([0, 1], {"task": "labels"}, r"of shape \(2,\), labels are two columns or mor"),
        ([["a", "b"]], {"task": "labels"}, "are <U1 of shape .* or more of 1 and 0"),
        (
            [[0, 1]],
            {"task": "labels", "classes": ["a", "a"]},
            r"classes=\['a', 'a'\]: there are 2 labels; give each of them its own name",
        ),
        (["a", "b"], {"task": "regression"}, "targets are texts, regression needs"),
        (
            [0.5, 1],
            {"task": "regression", "classes": ["a", "b"]},
            r"classes=\['a', 'b'\]: regression has no classes; leave classes out",
        ),
        (
            [1, 0.5],
            {"task": "classification"},
            "targets hold 0.5 in row 1, classes are",
        ),
        ([0, np.nan], {"task": "classification"}, "targets hold nan in row 1"),
        ([1e300, 0], {"task": "classification"}, r"targets hold 1e\+300 in row 0"),
        (
            [0, 2],
            {"classes": ["a", "b"]},
            "hold 2 in row 1, classes names 2: .* 0 to 1",
        ),
        ([0, -1], {"classes": ["a", "b"]}, "targets hold -1 in row 1"),
        (["a", "c"], {"classes": ["a", "b"]}, "hold 'c', classes names a, b; name it"),
        ([0, 0], {"classes": "ab"}, r"classes='ab' is one text; give a list of names"),
        ([0, 0], {"classes": ["a"]}, r"classes=\['a'\]: give two names or more"),
        ([0, 0], {"classes": ["a", "a"]}, "give two names or more, each of them once"),
    ],
)
def test_targets_that_are_none_are_refused(targets, options, message):
    with pytest.raises(DataError, match=message):
        read_targets(targets, **options)
