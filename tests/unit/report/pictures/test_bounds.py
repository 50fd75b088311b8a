import pytest

from ranvier.errors import DescriptionError
from ranvier.report.pictures.bounds import check_number


@pytest.mark.parametrize("value", [0, 11, 2.5, "3", True, None])
def test_what_is_no_integer_in_range_is_refused(value):
    with pytest.raises(DescriptionError, match=r"steps=.*integer from 1 to 10; 5 is"):
        check_number("steps", value, 1, 10, "5 is usual")


@pytest.mark.parametrize("value", [1, 10])
def test_the_ends_of_the_range_are_taken(value):
    assert check_number("steps", value, 1, 10, "5 is usual") is None
