"""training: Program × Dataset → Run"""

from ranvier.training.events import EpochEnded, Event, Finished, RateFound, Started
from ranvier.training.history import Epoch
from ranvier.training.resuming import resume
from ranvier.training.run import Run
from ranvier.training.sweep import RateSweep, find_learning_rate
from ranvier.training.tensorboard import write_events
from ranvier.training.trainer import train

__all__ = [
    "Epoch",
    "EpochEnded",
    "Event",
    "Finished",
    "RateFound",
    "RateSweep",
    "Run",
    "Started",
    "find_learning_rate",
    "resume",
    "train",
    "write_events",
]
