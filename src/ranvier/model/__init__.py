"""model: Run → what is shipped: raw rows in, answers out, one safe file"""

from ranvier.model.model import Model
from ranvier.model.scores import Scores

__all__ = ["Model", "Scores"]
