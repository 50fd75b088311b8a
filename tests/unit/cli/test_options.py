import dataclasses
from typing import Any, get_type_hints

import pytest

from ranvier.cli.app import COMMANDS, PLOTS
from ranvier.cli.command import as_command
from ranvier.cli.options import Machine, NetworkOptions, RecipeOptions
from ranvier.engine.choose import ENGINES
from ranvier.network import ACTIVATIONS
from ranvier.recipe import (
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    Clip,
    Penalty,
    Recipe,
    named_recipes,
)

GROUPS = (NetworkOptions, RecipeOptions, Machine)
KNOWN = {
    "activation": ACTIVATIONS,
    "loss": ["auto", *LOSSES],
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "recipe": named_recipes(),
    "engine": ["auto", *ENGINES],
}


def option(name: str) -> Any:
    hints = [get_type_hints(group, include_extras=True) for group in GROUPS]
    (annotation,) = (hint[name] for hint in hints if name in hint)
    return annotation.__metadata__[0]


@pytest.mark.parametrize("name", [name for name in KNOWN if name != "recipe"])
def test_help_names_some_that_are_known(name):
    words = option(name).help.rpartition(":")[2].removesuffix(", …").split(", ")
    assert {word.strip() for word in words} <= set(KNOWN[name])


def test_help_names_every_recipe():
    assert set(KNOWN["recipe"]) <= set(option("recipe").help.split(", "))


@pytest.mark.parametrize("name", KNOWN)
def test_the_shell_completes_all_that_is_known(name):
    assert set(option(name).autocompletion()) == set(KNOWN[name]) - {"auto"}


def test_options_speak_of_fields_that_a_recipe_has():
    own = {"recipe", "learning_rate", "augment", "patience", "no_stopping"}
    options = {field.name for field in dataclasses.fields(RecipeOptions)}
    known = {
        prefix + field.name
        for prefix, kind in (("", Recipe), ("", Penalty), ("clip_", Clip))
        for field in dataclasses.fields(kind)
    }
    assert options - own <= known


@pytest.mark.parametrize(("prefix", "kind"), [("", Penalty), ("clip_", Clip)])
def test_every_penalty_and_bound_has_its_option(prefix, kind):
    options = {field.name for field in dataclasses.fields(RecipeOptions)}
    assert {prefix + field.name for field in dataclasses.fields(kind)} <= options


@pytest.mark.parametrize("command", [*COMMANDS, *PLOTS], ids=lambda one: one.__name__)
def test_each_command_has_json_and_debug_and_a_help_line(command):
    made = as_command(command)
    assert {"as_json", "debug"} <= set(made.__annotations__)
    assert made.__doc__
