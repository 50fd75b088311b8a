"""streamed: inputs that are made when they are asked for, as all have no room."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data.stored import Rows

if TYPE_CHECKING:
    from ranvier.data.encoders import TableEncoder


class StreamedInputs:
    """Stand for the numbers of all rows of a table, float32 (N, K).

    table: a Polars frame, or a StoredTable. room: bytes that those of some rows may
        take.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, encoder: "TableEncoder", table: Any, room: int) -> None:
        self._encoder, self._table, self.room = encoder, table, room
        self.shape = (len(table), encoder.size)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Rows) -> NDArray[np.float32]:
        """Return the numbers of some rows, a slice or their numbers."""
        return self._encoder.apply(self._table[rows])

    def shared(self, count: int) -> "StreamedInputs":
        """Return the same for one of `count` who share the room."""
        return StreamedInputs(self._encoder, self._table, self.room // count)
