import inspect
import json
from dataclasses import dataclass
from typing import Annotated

import pytest
from rich.text import Text
from typer import Argument, Option

from ranvier.cli.command import as_command
from ranvier.cli.failures import StoppedError
from ranvier.cli.screen import Answer


@dataclass(frozen=True)
class Extras:
    sugar: Annotated[int, Option(help="Spoons.")] = 1
    milk: Annotated[bool, Option("--milk")] = False


def brew(
    drink: Annotated[str, Argument()],
    extras: Extras,
    cups: Annotated[int, Option()] = 2,
) -> Answer:
    """Brew a drink."""
    if drink == "interrupted":
        raise KeyboardInterrupt("half a cup")
    document = {"drink": drink, "sugar": extras.sugar, "milk": extras.milk}
    return Answer(document | {"cups": cups}, Text(f"{cups} {drink}"))


COMMAND = as_command(brew)


def call(**given: object) -> None:
    flags = {"as_json": False, "debug": False}
    COMMAND(**({"drink": "tea", "sugar": 3, "milk": True, "cups": 1} | flags | given))


def test_each_field_of_a_group_is_a_parameter():
    parameters = inspect.signature(COMMAND).parameters
    assert list(parameters) == ["drink", "sugar", "milk", "cups", "as_json", "debug"]
    assert parameters["sugar"].default == 1
    assert parameters["drink"].default is inspect.Parameter.empty


def test_name_and_help_are_those_of_the_function():
    assert (COMMAND.__name__, COMMAND.__doc__) == ("brew", "Brew a drink.")


def test_fields_come_back_as_their_group(capsys):
    call(as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "drink": "tea",
        "sugar": 3,
        "milk": True,
        "cups": 1,
    }


def test_the_text_is_shown_to_people(capsys):
    call()
    assert capsys.readouterr() == ("1 tea\n", "")


def test_ctrl_c_is_carried_past_typer_with_its_words():
    with pytest.raises(StoppedError, match="half a cup"):
        call(drink="interrupted")
