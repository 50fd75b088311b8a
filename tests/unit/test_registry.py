import pytest

from ranvier.errors import DescriptionError
from ranvier.registry import Registry


@pytest.fixture
def fruits():
    return Registry("fruit", {"pear": 1, "apple": 2})


def test_a_thing_is_found_by_its_name(fruits):
    assert fruits["apple"] == 2


def test_names_keep_their_order(fruits):
    assert list(fruits) == ["pear", "apple"]
    assert len(fruits) == 2


@pytest.mark.parametrize(("name", "known"), [("pear", True), ("plum", False)])
def test_a_registry_knows_which_names_it_holds(fruits, name, known):
    assert (name in fruits) is known


def test_an_unknown_name_is_answered_with_the_nearest(fruits):
    message = "there is no fruit 'appel'; did you mean \"apple\"? known: pear, apple."
    with pytest.raises(DescriptionError, match=message.replace("?", r"\?")):
        fruits["appel"]


@pytest.mark.parametrize("name", [None, 3, ["pear"], {}])
def test_what_is_no_name_is_refused(fruits, name):
    with pytest.raises(
        DescriptionError, match=r"there is no fruit .*; known: pear, ap"
    ):
        fruits[name]


def test_a_thing_can_be_added(fruits):
    fruits.add("plum", 3)
    assert list(fruits) == ["pear", "apple", "plum"]
    assert fruits["plum"] == 3
