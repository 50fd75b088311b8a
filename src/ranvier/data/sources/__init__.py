"""sources: names, files, arrays → Dataset"""

from ranvier.data.sources.arrays import from_arrays
from ranvier.data.sources.builtin import CATALOGUE
from ranvier.data.sources.load import load

__all__ = ["CATALOGUE", "from_arrays", "load"]
