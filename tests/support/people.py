"""people: a small table of every kind of column, with missing cells and two targets."""

from typing import Any

import numpy as np
import polars as pl

from ranvier.data import Dataset, from_frame
from ranvier.network import Dense, Network
from ranvier.recipe import EarlyStopping, Recipe

NETWORK = Network([Dense(8, "silu"), Dense(2, "softmax")])
VALUES = Network([Dense(8, "silu"), Dense(1)])
RECIPE = Recipe(
    epochs=4,
    batch_size=16,
    optimizer="adam",
    seed=3,
    stopping=EarlyStopping(patience=4),
)


def people(rows: int = 200, seed: int = 0) -> pl.DataFrame:
    """Return people with an age, a town of twelve, a day, and whether they bought."""
    random = np.random.default_rng(seed)
    ages = random.integers(18, 80, rows).astype(float)
    towns = random.integers(0, 12, rows)
    bought = (ages / 80 + towns / 12 + random.normal(0, 0.2, rows)) > 1.1
    days = np.datetime64("2024-01-01") + random.integers(0, 700, rows)
    return pl.DataFrame(
        {
            "age": np.where(random.random(rows) < 0.1, None, ages).tolist(),
            "town": [f"town {number}" for number in towns],
            "member": random.random(rows) < 0.5,
            "day": pl.Series(days.astype("datetime64[us]")).cast(pl.Date),
            "spent": np.round(np.exp(ages / 20) * (1 + bought), 2),
            "bought": np.where(bought, "yes", "no"),
        },
        strict=False,
    )


def habits(rows: int = 200, seed: int = 0) -> pl.DataFrame:
    """Return people with three labels: who bought, is over fifty, lives far down."""
    frame = people(rows, seed).drop("spent")
    town = pl.col("town").str.slice(5).cast(pl.Int32)
    senior = pl.col("age").fill_null(0) > 50
    return frame.with_columns(senior=senior, far=(town > 7).cast(pl.Int8))


HABITS = ["bought", "senior", "far"]


def shoppers(**options: Any) -> Dataset:
    """Return the people, and whether they bought as the target."""
    return from_frame(people().drop("spent"), "bought", name="shoppers", **options)


def spenders(**options: Any) -> Dataset:
    """Return the people with what they spent as the target."""
    return from_frame(people().drop("bought"), "spent", name="spenders", **options)
