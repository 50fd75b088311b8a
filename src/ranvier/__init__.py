"""ranvier: design, train, diagnose, tune and ship neural networks of everyday size.

What is slow to import is imported when it is first used.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ranvier import data
    from ranvier.data import Dataset
    from ranvier.diagnosis import check
    from ranvier.diagnosis.diagnose import diagnose
    from ranvier.errors import RanvierError
    from ranvier.model import Model
    from ranvier.network import (
        AveragePool2D,
        BatchNorm,
        Conv1D,
        Conv2D,
        Dense,
        Dropout,
        Embedding,
        Flatten,
        GaussianNoise,
        GlobalAveragePool,
        GlorotNormal,
        GlorotUniform,
        HeNormal,
        HeUniform,
        LayerNorm,
        LeakyReLU,
        LeCunNormal,
        LeCunUniform,
        MaxPool2D,
        Network,
        Normal,
        Orthogonal,
        Reshape,
        Residual,
        Uniform,
        Zeros,
    )
    from ranvier.recipe import (
        LBFGS,
        MAE,
        MSE,
        NAG,
        SGD,
        Adadelta,
        Adagrad,
        Adam,
        AdamW,
        AMSGrad,
        Augmentation,
        BinaryCrossEntropy,
        Clip,
        Cosine,
        CrossEntropy,
        EarlyStopping,
        Exponential,
        Focal,
        Hinge,
        Huber,
        Lion,
        LogCosh,
        Momentum,
        Muon,
        NAdamW,
        OneCycle,
        Penalty,
        Poisson,
        Quantile,
        Recipe,
        ReduceOnPlateau,
        RMSprop,
        ScheduleFree,
        Step,
        named_recipes,
        read_recipe,
    )
    from ranvier.report import write_report
    from ranvier.training import (
        Epoch,
        EpochEnded,
        Finished,
        RateFound,
        RateSweep,
        Run,
        Started,
        find_learning_rate,
        resume,
        train,
        write_events,
    )

__version__ = "0.1.0"

_WORDS = {
    "data": "Dataset",
    "diagnosis": "check diagnose",
    "errors": "RanvierError",
    "model": "Model",
    "network": (
        "AveragePool2D BatchNorm Conv1D Conv2D Dense Dropout Embedding Flatten "
        "GaussianNoise GlobalAveragePool GlorotNormal GlorotUniform HeNormal HeUniform "
        "LayerNorm LeCunNormal LeCunUniform LeakyReLU MaxPool2D Network Normal "
        "Orthogonal Reshape Residual Uniform Zeros"
    ),
    "recipe": (
        "LBFGS MAE MSE NAG SGD AMSGrad Adadelta Adagrad Adam AdamW Augmentation "
        "BinaryCrossEntropy Clip Cosine CrossEntropy EarlyStopping Exponential Focal "
        "Hinge Huber Lion LogCosh Momentum Muon NAdamW OneCycle Penalty Poisson "
        "Quantile RMSprop Recipe ReduceOnPlateau ScheduleFree Step named_recipes "
        "read_recipe"
    ),
    "report": "write_report",
    "training": (
        "Epoch EpochEnded Finished RateFound RateSweep Run Started find_learning_rate "
        "resume train write_events"
    ),
}
"""Where each name lives. Two things are called Constant: they stay where they are."""

_HOME = {name: home for home, names in _WORDS.items() for name in names.split()}

__all__ = [
    "LBFGS",
    "MAE",
    "MSE",
    "NAG",
    "SGD",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Augmentation",
    "AveragePool2D",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Clip",
    "Conv1D",
    "Conv2D",
    "Cosine",
    "CrossEntropy",
    "Dataset",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "Epoch",
    "EpochEnded",
    "Exponential",
    "Finished",
    "Flatten",
    "Focal",
    "GaussianNoise",
    "GlobalAveragePool",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Hinge",
    "Huber",
    "LayerNorm",
    "LeCunNormal",
    "LeCunUniform",
    "LeakyReLU",
    "Lion",
    "LogCosh",
    "MaxPool2D",
    "Model",
    "Momentum",
    "Muon",
    "NAdamW",
    "Network",
    "Normal",
    "OneCycle",
    "Orthogonal",
    "Penalty",
    "Poisson",
    "Quantile",
    "RMSprop",
    "RanvierError",
    "RateFound",
    "RateSweep",
    "Recipe",
    "ReduceOnPlateau",
    "Reshape",
    "Residual",
    "Run",
    "ScheduleFree",
    "Started",
    "Step",
    "Uniform",
    "Zeros",
    "check",
    "data",
    "diagnose",
    "find_learning_rate",
    "named_recipes",
    "read_recipe",
    "resume",
    "train",
    "write_events",
    "write_report",
]


def __getattr__(name: str) -> object:
    if name == "data":
        return importlib.import_module("ranvier.data")
    if name not in _HOME:
        known = (
            () if name[0] == "_" else importlib.import_module("ranvier.data").__all__
        )
        hint = f"; there is ranvier.data.{name}" if name in known else ""
        raise AttributeError(f"module 'ranvier' has no attribute {name!r}{hint}")
    return getattr(importlib.import_module(f"ranvier.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
