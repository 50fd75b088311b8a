"""recipe: loss, optimizer, rates, epochs, batch size, seed, stopping → Recipe"""

from ranvier.recipe.files import RecipeFile, named_recipes, read_recipe
from ranvier.recipe.losses import LOSSES, Loss
from ranvier.recipe.optimizers import (
    NAG,
    OPTIMIZERS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    NAdamW,
    RMSprop,
)
from ranvier.recipe.recipe import Recipe
from ranvier.recipe.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    Step,
)
from ranvier.recipe.stopping import EarlyStopping

__all__ = [
    "LOSSES",
    "NAG",
    "OPTIMIZERS",
    "SCHEDULES",
    "SGD",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "EarlyStopping",
    "Exponential",
    "Lion",
    "Loss",
    "Momentum",
    "NAdamW",
    "OneCycle",
    "RMSprop",
    "Recipe",
    "RecipeFile",
    "ReduceOnPlateau",
    "Step",
    "named_recipes",
    "read_recipe",
]
