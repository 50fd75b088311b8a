"""planted: trainings that are ill by design, and healthy ones beside them"""

from benchmarks.diagnosis.planted.sick import Planted, Sick

__all__ = ["Planted", "Sick"]
