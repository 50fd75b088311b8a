from ranvier.report import each
from tests.support.screens import lines


def test_each_target_has_a_line_with_its_figures():
    figures = {"sad": {"f1": 0.5, "roc_auc": 0.75}, "long": {"f1": 0.123456}}
    assert lines(each(figures)) == [
        "target      f1  roc auc",
        "sad        0.5     0.75",
        "long    0.1235",
    ]


def test_of_very_many_targets_some_are_shown():
    shown = lines(each({f"t{n}": {"f1": 1.0} for n in range(53)}))
    assert len(shown) == 1 + 50 + 1
    assert shown[-1].startswith("3 more")
