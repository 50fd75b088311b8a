import dataclasses
from typing import get_type_hints

import pytest

from ranvier.cli.app import COMMANDS
from ranvier.cli.command import as_command
from ranvier.cli.options import Machine, NetworkOptions, RecipeOptions
from ranvier.engine.choose import ENGINES
from ranvier.network import ACTIVATIONS
from ranvier.recipe import LOSSES, OPTIMIZERS, Recipe, named_recipes


def said_of(group: type, name: str) -> str:
    annotation = get_type_hints(group, include_extras=True)[name]
    return annotation.__metadata__[0].help


@pytest.mark.parametrize(
    ("group", "option", "names"),
    [
        (NetworkOptions, "activation", ACTIVATIONS),
        (RecipeOptions, "loss", ["auto", *LOSSES]),
        (RecipeOptions, "optimizer", OPTIMIZERS),
        (RecipeOptions, "recipe", named_recipes()),
        (Machine, "engine", ["auto", *ENGINES]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_help_names_all_that_is_known(group, option, names):
    words = said_of(group, option).replace(",", " ").replace(".", " ").split()
    assert set(names) <= set(words)


def test_each_field_of_a_recipe_has_its_option():
    options = {field.name for field in dataclasses.fields(RecipeOptions)}
    fields = {field.name for field in dataclasses.fields(Recipe)}
    assert fields - options == {"stopping"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.__name__)
def test_each_command_has_json_and_debug_and_a_help_line(command):
    made = as_command(command)
    assert {"as_json", "debug"} <= set(made.__annotations__)
    assert made.__doc__
