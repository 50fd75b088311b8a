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
