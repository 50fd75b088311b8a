"""sources: names, files, arrays → Dataset"""

from ranvier.data.sources.arrays import from_arrays
from ranvier.data.sources.builtin import CATALOGUE
from ranvier.data.sources.classified import list_files
from ranvier.data.sources.load import load
from ranvier.data.sources.pictures import load_pictures
from ranvier.data.sources.ratings import load_ratings
from ranvier.data.sources.sounds import load_sounds
from ranvier.data.sources.table import from_frame
from ranvier.data.sources.tables import is_tabular, read_frame, scan_frame

__all__ = [
    "CATALOGUE",
    "from_arrays",
    "from_frame",
    "is_tabular",
    "list_files",
    "load",
    "load_pictures",
    "load_ratings",
    "load_sounds",
    "read_frame",
    "scan_frame",
]
