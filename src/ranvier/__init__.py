"""ranvier: design, train, diagnose, tune and ship neural networks of everyday size.

What is slow to import is imported when it is first used.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ranvier import data
    from ranvier.data import Dataset
    from ranvier.errors import RanvierError
    from ranvier.model import Model
    from ranvier.network import Dense, Network
    from ranvier.recipe import (
        NAG,
        SGD,
        Adagrad,
        Adam,
        EarlyStopping,
        Momentum,
        Recipe,
        RMSprop,
        read_recipe,
    )
    from ranvier.training import Run, resume, train

__version__ = "0.1.0"

_HOME = {
    "Adagrad": "recipe",
    "Adam": "recipe",
    "Dataset": "data",
    "Dense": "network",
    "EarlyStopping": "recipe",
    "Model": "model",
    "Momentum": "recipe",
    "NAG": "recipe",
    "Network": "network",
    "RMSprop": "recipe",
    "RanvierError": "errors",
    "Recipe": "recipe",
    "Run": "training",
    "SGD": "recipe",
    "read_recipe": "recipe",
    "resume": "training",
    "train": "training",
}

__all__ = [
    "NAG",
    "SGD",
    "Adagrad",
    "Adam",
    "Dataset",
    "Dense",
    "EarlyStopping",
    "Model",
    "Momentum",
    "Network",
    "RMSprop",
    "RanvierError",
    "Recipe",
    "Run",
    "data",
    "read_recipe",
    "resume",
    "train",
]


def __getattr__(name: str) -> object:
    if name == "data":
        return importlib.import_module("ranvier.data")
    if name not in _HOME:
        raise AttributeError(f"module 'ranvier' has no attribute {name!r}")
    return getattr(importlib.import_module(f"ranvier.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
