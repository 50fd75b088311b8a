import pytest

from ranvier import errors
from ranvier.errors import RanvierError, shown, suggest


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("DescriptionError", ValueError),
        ("DataError", ValueError),
        ("FileError", OSError),
        ("DivergedError", ArithmeticError),
        ("MissingPackageError", ImportError),
    ],
)
def test_every_error_is_a_ranvier_error_and_a_builtin_one(name, builtin):
    assert issubclass(getattr(errors, name), (RanvierError, builtin))
    assert issubclass(getattr(errors, name), RanvierError)
    assert issubclass(getattr(errors, name), builtin)


def test_suggest_names_the_nearest():
    assert suggest("Sigmoyd", ["relu", "sigmoid"]) == 'did you mean "sigmoid"? '


def test_suggest_says_nothing_when_nothing_is_near():
    assert suggest("zzz", ["relu", "sigmoid"]) == ""


def test_shown_keeps_short_values_whole():
    assert (
        shown({"units": 3, "names": ("a", "b")}) == "{'names': ('a', 'b'), 'units': 3}"
    )


@pytest.mark.parametrize(
    "value", ["x" * 10**6, list(range(10**6)), ["x" * 10**6] * 10**6]
)
def test_shown_cuts_what_is_too_long_for_a_message(value):
    assert len(shown(value)) <= 120


def test_shown_cuts_what_is_too_deep_for_a_message():
    deep: list[object] = []
    for _ in range(10**5):
        deep = [deep]
    assert len(shown(deep)) <= 120
