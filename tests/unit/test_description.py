import copy
import dataclasses
import pickle
from typing import Annotated, ClassVar

import numpy as np
import pytest
from pydantic import Field

from ranvier.description import Document, Must, description, one_of, read_toml
from ranvier.errors import DescriptionError
from ranvier.registry import Registry


@description
class Lid:
    type: ClassVar[str] = "lid"
    tight: Annotated[bool, Must("True or False", "True is usual")] = True


@description
class Pot(Document):
    size: Annotated[int, Field(ge=1, le=9), Must("a positive integer", "3 is usual")]
    heat: Annotated[float, Must("a number", "leave it out")] = 0.5
    lid: Annotated[
        object, one_of(Registry("lid", {"lid": Lid})), Must("a lid", "leave it out")
    ] = Lid()
    label: Annotated[str | None, Must("some text", "leave it out")] = None


POTS = [Pot(3), Pot(3, label="stew"), Pot(4, 2.0, Lid(False))]
every_pot = pytest.mark.parametrize("pot", POTS, ids=str)


@every_pot
def test_json_gives_back_what_was_written(pot):
    assert Pot.from_json(pot.to_json()) == pot


@every_pot
def test_toml_gives_back_what_was_written(pot):
    assert Pot.from_toml(pot.to_toml()) == pot


@every_pot
def test_descriptions_are_equal_and_hashed_by_value(pot):
    assert pot == copy.deepcopy(pot)
    assert hash(pot) == hash(copy.deepcopy(pot))
    assert len(set(POTS)) == len(POTS)


@every_pot
def test_descriptions_survive_pickling(pot):
    assert pickle.loads(pickle.dumps(pot)) == pot


def test_descriptions_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="size"):
        Pot(3).size = 4


def test_a_changed_copy_is_checked():
    with pytest.raises(DescriptionError, match="size must be a positive integer"):
        dataclasses.replace(Pot(3), size=0)


@pytest.mark.parametrize("number", [np.int64(3), np.uint8(3), np.array(3)])
def test_numpy_numbers_are_taken_as_python_ones(number):
    assert type(Pot(number).size) is int


def test_a_table_names_the_type_of_what_it_describes():
    assert Pot(3).to_dict() == {
        "size": 3,
        "heat": 0.5,
        "lid": {"type": "lid", "tight": True},
    }


def test_a_name_stands_for_a_thing_with_its_defaults():
    assert Pot(3, lid="lid") == Pot(3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"Pot\(\): size is missing; give it, as in Pot\(size=…\)\."),
        (
            {"size": 0},
            r"Pot\(size=0\): size must be a positive integer, got 0; 3 is usual\.",
        ),
        ({"size": 10}, r"Pot\(size=10\): size must be at most 9, got 10; 3 is usual\."),
        ({"size": "3"}, r"Pot\(size='3'\): size must be a positive integer, got '3';"),
        ({"size": True}, r"size must be a positive integer, got True"),
        ({"size": 3.0}, r"size must be a positive integer, got 3\.0"),
        ({"size": 3, "heat": float("nan")}, r"heat must be a number, got nan"),
        ({"size": 3, "heat": float("inf")}, r"heat must be a number, got inf"),
        (
            {"size": 3, "heet": 1},
            r"Pot\(heet=1\): there is no option 'heet'; did you mean \"heat\"\? "
            r"known: size, heat, lid, label\.",
        ),
        ({"size": 3, "lid": 5}, r"5 is no lid; known: lid\."),
        ({"size": 3, "lid": Lid}, r"<class .*Lid'> is no lid; known: lid\."),
        ({"size": 3, "lid": "lit"}, r"there is no lid 'lit'; did you mean \"lid\"\?"),
        ({"size": 3, "lid": {}}, r"\{\} names no lid: its type is missing; give type"),
        ({"size": 3, "lid": {"type": ["lid"]}}, r"there is no lid \['lid'\]"),
        ({"size": 3, "lid": {"type": "lid", "x": 1}}, r"Lid\(x=1\): there is no opti"),
        ({"size": 3, "lid": {"type": "lid", "tight": 1}}, r"tight must be True or Fal"),
    ],
)
def test_a_mistake_is_named_with_what_was_expected(options, message):
    with pytest.raises(DescriptionError, match=message):
        Pot(**options)


def test_too_many_values_are_refused():
    with pytest.raises(
        DescriptionError, match="Pot takes size, heat, lid, label; got 5 values"
    ):
        Pot(1, 0.5, Lid(), "stew", 4)


def test_a_value_given_twice_is_refused():
    with pytest.raises(
        DescriptionError, match=r"Pot\(size=4\): size was given before, by its place"
    ):
        Pot(3, size=4)


def test_a_huge_value_makes_a_short_message():
    with pytest.raises(DescriptionError) as caught:
        Pot(["x" * 10**5] * 10**5)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("text", ["{", "", "[" * 10**5, "9" * 5000, "\x00"])
def test_text_that_is_no_json_is_refused(text):
    with pytest.raises(DescriptionError, match=r"this Pot is no JSON: .*\.to_json"):
        Pot.from_json(text)


@pytest.mark.parametrize("text", ["[]", "3", "null", '"pot"', "[{}]"])
def test_json_that_is_no_table_is_refused(text):
    with pytest.raises(DescriptionError, match="a Pot is written as a table of option"):
        Pot.from_json(text)


@pytest.mark.parametrize("text", ["size", "size =", "a = " + "[" * 10**5, "\x00"])
def test_text_that_is_no_toml_is_refused(text):
    with pytest.raises(
        DescriptionError, match=r"this Pot is no TOML: .*mend that line"
    ):
        Pot.from_toml(text)


def test_read_toml_names_what_it_reads():
    with pytest.raises(DescriptionError, match="this shopping list is no TOML"):
        read_toml("=", "shopping list")
