"""training: Program × Dataset → Run"""

from ranvier.training.events import EpochEnded, Event, Finished, Started
from ranvier.training.history import Epoch
from ranvier.training.resuming import resume
from ranvier.training.run import Run
from ranvier.training.trainer import train

__all__ = [
    "Epoch",
    "EpochEnded",
    "Event",
    "Finished",
    "Run",
    "Started",
    "resume",
    "train",
]
