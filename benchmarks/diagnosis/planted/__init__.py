"""planted: trainings that are ill by design, and healthy ones beside them"""

from benchmarks.diagnosis.planted import data, dynamics, fit, layers
from benchmarks.diagnosis.planted.sick import Planted, Sick

PLANTED: tuple[Planted, ...] = (
    *data.PLANTED,
    *fit.PLANTED,
    *dynamics.PLANTED,
    *layers.PLANTED,
)
"""Every planted fault; a rule has some for each degree and in several sets of data."""

__all__ = ["PLANTED", "Planted", "Sick"]
