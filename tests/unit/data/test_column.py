import pytest

from ranvier.data.table import KINDS, Column
from ranvier.errors import DescriptionError


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_comes_back_from_json(kind):
    column = Column("age", kind, "%d/%m/%Y" if kind == "date" else None)
    assert Column.from_json(column.to_json()) == column


def test_only_dates_have_a_format():
    with pytest.raises(DescriptionError, match="only dates have a format; leave it"):
        Column("age", "count", "%d/%m/%Y")


@pytest.mark.parametrize("kind", ["identifier", "constant", "ignored"])
def test_some_kinds_are_left_out(kind):
    assert not Column("age", kind).is_learnt


@pytest.mark.parametrize(("kind", "of"), [("number", ["a", "b"]), ("category", ["a"])])
def test_a_cross_is_a_category_of_several_columns(kind, of):
    with pytest.raises(DescriptionError, match="a cross is a category of two columns"):
        Column("a × b", kind, of=of)


def test_rows_need_not_hold_a_cross():
    cross = Column("a × b", "category", of=["a", "b"])
    assert (cross.is_learnt, cross.is_given) == (True, False)
    assert Column.from_json(cross.to_json()) == cross
