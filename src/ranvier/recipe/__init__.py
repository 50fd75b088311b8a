"""recipe: loss, optimizer, epochs, batch size, seed, stopping → Recipe"""

from ranvier.recipe.files import RecipeFile, named_recipes, read_recipe
from ranvier.recipe.losses import LOSSES, Loss
from ranvier.recipe.optimizers import (
    NAG,
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    Momentum,
    RMSprop,
)
from ranvier.recipe.recipe import Recipe
from ranvier.recipe.stopping import EarlyStopping

__all__ = [
    "LOSSES",
    "NAG",
    "OPTIMIZERS",
    "SGD",
    "Adagrad",
    "Adam",
    "EarlyStopping",
    "Loss",
    "Momentum",
    "RMSprop",
    "Recipe",
    "RecipeFile",
    "named_recipes",
    "read_recipe",
]
