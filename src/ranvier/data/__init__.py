"""data: names, files, arrays → Dataset"""

from ranvier.data.batches import epoch_order
from ranvier.data.column import Column
from ranvier.data.dataset import Dataset, Parts
from ranvier.data.encode import Encoder
from ranvier.data.images import read_image
from ranvier.data.schema import ImageForm, Schema, SoundForm
from ranvier.data.sounds import read_sound
from ranvier.data.sources import (
    CATALOGUE,
    from_arrays,
    from_frame,
    is_tabular,
    list_files,
    load,
    load_pictures,
    load_ratings,
    load_sounds,
    read_frame,
    scan_frame,
)
from ranvier.data.split import (
    SPLITS,
    ColumnSplit,
    GroupSplit,
    RandomSplit,
    Split,
    StratifiedSplit,
    TimeSplit,
)

__all__ = [
    "CATALOGUE",
    "SPLITS",
    "Column",
    "ColumnSplit",
    "Dataset",
    "Encoder",
    "GroupSplit",
    "ImageForm",
    "Parts",
    "RandomSplit",
    "Schema",
    "SoundForm",
    "Split",
    "StratifiedSplit",
    "TimeSplit",
    "epoch_order",
    "from_arrays",
    "from_frame",
    "is_tabular",
    "list_files",
    "load",
    "load_pictures",
    "load_ratings",
    "load_sounds",
    "read_frame",
    "read_image",
    "read_sound",
    "scan_frame",
]
