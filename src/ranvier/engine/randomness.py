"""randomness: what is drawn inside an epoch, the same in every engine.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, section 3.3): a word depends on its
place alone, so that no order of work changes it.
"""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
Counters = list[NDArray[np.uint64]]

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
BLOCK, LANES = 64, 16


def words(
    seed: int, stream: int, step: int, rows: int, columns: int, twist: int = 0
) -> Words:
    """Return the words (rows, columns) of a stream at a step.

    Column c takes word c % 64 // 16 of the counter (c // 64 * 16 + c % 16, row,
    stream * 2^16 ^ step's high half ^ twist, step's low half), under the seed as key.
    stream: 0 is augmentation; from 1 the network's layers, counted depth first.
    step: how many steps were taken before this one.
    twist: another 32 bits, for a second word at the same place.

    >>> words(seed=0, stream=1, step=0, rows=2, columns=3).shape
    (2, 3)
    """
    place = np.arange(columns, dtype=np.uint64)
    block, word, lane = place // BLOCK, place % BLOCK // LANES, place % LANES
    row = np.arange(rows, dtype=np.uint64)[:, None]
    third, fourth = (stream << 16) ^ (step >> 32) ^ twist, step & 0xFFFFFFFF
    counters = [
        np.broadcast_to(part, (rows, columns)).astype(np.uint64)
        for part in (block * LANES + lane, row, np.uint64(third), np.uint64(fourth))
    ]
    drawn = np.stack(philox(counters, (seed & 0xFFFFFFFF, seed >> 32)))
    chosen = np.broadcast_to(word.astype(np.intp), (1, rows, columns))
    found: Words = np.take_along_axis(drawn, chosen, axis=0)[0].astype(np.uint32)
    return found


def philox(counters: Counters, key: tuple[int, int]) -> Counters:
    """Return the four words of each counter, given as four words of 32 bits."""
    a, b, c, d = counters
    for number in range(ROUNDS):
        low, high = (
            np.uint64((start + number * step) & 0xFFFFFFFF)
            for start, step in zip(key, WEYL, strict=True)
        )
        even, odd = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b = (odd >> HALF) ^ b ^ low, odd & LOW
        c, d = (even >> HALF) ^ d ^ high, even & LOW
    return [a, b, c, d]
