"""files: recipe files, the user's own and the named ones in the package.

A file holds a table `[recipe]` and, if it likes, a table `[network]`. A network alone
may also stand in a file without a table, as in a run's network.toml.
"""

from importlib import resources
from pathlib import Path
from typing import NamedTuple

import tomli_w

from ranvier.description import read_toml
from ranvier.errors import DescriptionError, FileError, suggest
from ranvier.network import Network
from ranvier.recipe.recipe import Recipe

_NAMED = resources.files("ranvier.recipe") / "named"


class RecipeFile(NamedTuple):
    """Hold what a recipe file says."""

    recipe: Recipe
    network: Network | None


def named_recipes() -> list[str]:
    """Return the names of the recipes in the package."""
    return sorted(entry.name.removesuffix(".toml") for entry in _NAMED.iterdir())


def read_recipe(name_or_path: str | Path) -> RecipeFile:
    """Read a named recipe, such as "crash-course", or a TOML file.

    Raises:
        FileError: there is neither such a recipe nor such a file.
        DescriptionError: the file describes no recipe.
    """
    name, known = str(name_or_path), named_recipes()
    source = _NAMED / f"{name}.toml" if name in known else Path(name)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise FileError(
            f"there is no recipe {name!r} that can be read ({error}); "
            f"{suggest(name, known)}give a TOML file or one of {', '.join(known)}."
        ) from None
    tables = read_toml(text, f"recipe {name}")
    unknown = set(tables) - {"recipe", "network"}
    if unknown or not tables:
        raise DescriptionError(
            f"the recipe {name} has the tables {sorted(tables)}; expected [recipe] "
            "and, if it likes, [network]."
        )
    network = tables.get("network")
    return RecipeFile(
        Recipe.from_dict(tables.get("recipe", {})),
        None if network is None else Network.from_dict(network),
    )


def recipe_text(recipe: Recipe, network: Network) -> str:
    """Return the text of a file that `read_recipe` reads.

    >>> from ranvier.network import Dense
    >>> recipe_text(Recipe(), Network([Dense(2)])).startswith("[recipe]")
    True
    """
    return tomli_w.dumps({"recipe": recipe.to_dict(), "network": network.to_dict()})


def read_network(path: str | Path) -> Network:
    """Read the network in a TOML file.

    Raises:
        FileError: there is no such file.
        DescriptionError: the file describes no network.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise FileError(
            f"there is no network {str(path)!r} that can be read ({error}); give a "
            "TOML file with its layers, as network.toml in the folder of a run."
        ) from None
    tables = read_toml(text, f"network {path}")
    return Network.from_dict(tables.get("network", tables))
