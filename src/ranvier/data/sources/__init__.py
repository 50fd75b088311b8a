"""sources: names, files, arrays → Dataset"""

from ranvier.data.sources.arrays import from_arrays
from ranvier.data.sources.builtin import CATALOGUE
from ranvier.data.sources.classified import list_files
from ranvier.data.sources.load import load
from ranvier.data.sources.pictures import load_pictures
from ranvier.data.sources.sounds import load_sounds

__all__ = [
    "CATALOGUE",
    "from_arrays",
    "list_files",
    "load",
    "load_pictures",
    "load_sounds",
]
