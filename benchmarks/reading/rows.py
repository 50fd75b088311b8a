"""rows: python -m benchmarks.reading.rows FILE BYTES writes a table of that size.

Numbers, counts, categories of few and of many names, a boolean, a date, a short text
and a number for each row, with missing cells; `bought` is to be told from the others.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 200_000  # that are made at a time
WORDS = np.array(
    [
        *("red", "green", "blue", "small", "large", "old", "new", "round", "flat"),
        *("heavy", "light", "soft", "hard", "cheap", "rare", "plain", "bright"),
        *("box", "chair", "lamp", "table", "bottle", "clock", "shelf", "coat"),
    ]
)


def made(number: int, rows: int = ROWS) -> pl.DataFrame:
    """Return the rows of one part of the table, drawn from its number."""
    random = np.random.default_rng(number)
    age, town = random.integers(18, 90, rows), random.integers(0, 40, rows)
    price = np.exp(random.normal(3, 1, rows))
    weight, length = random.normal(70, 12, rows), random.random(rows)
    score = (
        age / 30 + town / 20 + np.log(price) - length * 3 + random.normal(0, 1, rows)
    )
    days = np.datetime64("2020-01-01") + random.integers(0, 1500, rows)
    words = WORDS[random.integers(0, len(WORDS), (rows, 5))]
    gone = random.random((3, rows)) < 0.03
    return pl.DataFrame(
        {
            "row": np.arange(rows) + number * ROWS,
            "age": age,
            "visits": random.poisson(4, rows),
            "price": price.round(2),
            "weight": pl.Series(weight.round(1)).set(pl.Series(gone[0]), None),
            "length": length.round(6),
            "width": random.normal(size=rows).round(5),
            "depth": pl.Series(random.normal(size=rows).round(4)).set(
                pl.Series(gone[1]), None
            ),
            "town": pl.Series([f"town {one}" for one in range(40)]).gather(town),
            "colour": pl.Series(WORDS[random.integers(0, 5, rows)]).set(
                pl.Series(gone[2]), None
            ),
            "shop": random.integers(0, 3000, rows).astype(str),
            "member": random.random(rows) < 0.4,
            "day": pl.Series(days).cast(pl.Date),
            "note": [" ".join(one) for one in words],
            "bought": np.where(score > np.median(score), "yes", "no"),
        }
    )


def write(path: Path, size: int) -> None:
    """Write rows until the file holds `size` bytes."""
    with path.open("wb") as file:
        number = 0
        while file.tell() < size:
            rows = min(ROWS, (size - file.tell()) // 100 + 1)
            made(number, rows).write_csv(file, include_header=not number)
            number += 1


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
