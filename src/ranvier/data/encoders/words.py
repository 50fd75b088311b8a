"""words: a text → how much of each word is in it, by hashed places."""

import zlib
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ranvier.data.encoders.fitted import (
    FittedColumn,
    Flag,
    Floats,
    Number,
    Row,
    missing,
)
from ranvier.data.encoders.measures import Numbers, moments, scaled
from ranvier.description import Must, description

if TYPE_CHECKING:
    import polars

_CHUNK = 4096  # rows whose counts are held at a time
_MIXER = np.uint64(0x9E3779B97F4A7C15)


@description
class Words:
    """Count words and pairs of neighbouring words, each at a place that its hash gives.

    width: how many places there are. Words that meet at one are counted together.

    The counts c become log(1 + c) times the place's weight, log((1 + n) / (1 + m)) + 1
    where m of the n training texts use it (Manning, Raghavan and Schütze 2008, section
    6.2, smoothed); the whole has length 1. Words are lower-cased runs of letters,
    digits and underscores. The hash is CRC-32, the same everywhere (Weinberger et al.
    2009 on hashed places). One more number is the standardised log(1 + words). A
    missing text is 0 in all; where training rows had some, the last number says so.

    >>> import polars
    >>> texts = Words(width=8).fit(polars.Series(["a red car", "a blue car"]))
    >>> texts.apply(polars.Series(["A red CAR!", "a red car"])).std(axis=0).max()
    np.float32(0.0)
    """

    type: ClassVar[str] = "words"
    kinds: ClassVar[tuple[str, ...]] = ("text",)

    width: Annotated[
        int,
        Field(ge=2, le=2**16),
        Must("an integer from 2 to 65536", "128 is usual, long texts want more"),
    ] = 128

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedWords":
        """Return the encoder as fitted on the training rows of a column."""
        texts = values.drop_nulls()
        used, lengths = np.zeros(self.width), []
        for start in range(0, len(texts), _CHUNK):
            counts, length = _counted(texts[start : start + _CHUNK], self.width)
            used += (counts > 0).sum(axis=0)
            lengths.append(length)
        mean, deviation = moments(np.sort(np.concatenate([*lengths, np.zeros(0)])))
        weights = np.log((1 + len(texts)) / (1 + used)) + 1
        return FittedWords(
            weights=tuple(weights.tolist()),
            mean=mean,
            deviation=deviation,
            has_gaps=len(texts) < len(values),
        )


def _counted(texts: "polars.Series", width: int) -> tuple[Numbers, Numbers]:
    """Return the counts at each place (N, width), and log(1 + words) (N,)."""
    lists = texts.fill_null("").str.to_lowercase().str.extract_all(r"\w+")
    lengths = lists.list.len().to_numpy().astype(np.int64)
    rows = np.repeat(np.arange(len(texts)), lengths)
    hashes = _hashes(lists.filter(lists.list.len() > 0).explode())
    pairs = (hashes[:-1] * _MIXER + hashes[1:])[rows[:-1] == rows[1:]]
    all_rows = np.concatenate([rows, rows[:-1][rows[:-1] == rows[1:]]])
    # The product's upper bits are the well mixed ones.
    mixed = (np.concatenate([hashes, pairs]) * _MIXER) >> np.uint64(33)
    places = all_rows * width + (mixed % np.uint64(width)).astype(np.int64)
    counts = np.bincount(places, minlength=len(texts) * width)
    return counts.reshape(len(texts), width).astype(np.float64), np.log1p(lengths)


def _hashes(words: "polars.Series") -> NDArray[np.uint64]:
    """Return the CRC-32 of each word; each different one is computed once."""
    from polars import Enum

    known = words.unique()
    table = np.array([zlib.crc32(word.encode()) for word in known], np.uint64)
    codes = words.cast(Enum(known)).to_physical().to_numpy()
    hashes: NDArray[np.uint64] = table[codes]
    return hashes


@description
class FittedWords(FittedColumn):
    """Hold the weight of each place, and the moments of the training texts' lengths.

    mean, deviation: of log(1 + words).
    """

    type: ClassVar[str] = "words"

    weights: Row
    mean: Number
    deviation: Number
    has_gaps: Flag

    @property
    def size(self) -> int:
        """One for each place, one for the length, and one for missing texts."""
        return len(self.weights) + 1 + self.has_gaps

    @cached_property
    def _weights(self) -> Numbers:
        return np.array(self.weights)

    def names(self, column: str) -> tuple[str, ...]:
        """Return a name for each of the numbers that a cell of `column` becomes."""
        places = (f"{column}'s words {n}" for n in range(1, len(self.weights) + 1))
        return (*places, f"{column}'s length") + (missing(column),) * self.has_gaps

    def write(self, values: "polars.Series", out: Floats) -> None:
        """Write the weights of the words, the length, and whether there is a text."""
        for start in range(0, len(values), _CHUNK):
            part = slice(start, start + _CHUNK)
            self._write_part(values[part], out[part])

    def _write_part(self, texts: "polars.Series", out: Floats) -> None:
        width = len(self.weights)
        counts, lengths = _counted(texts, width)
        amounts = np.log1p(counts) * self._weights
        norms = np.sqrt((amounts**2).sum(axis=1, keepdims=True))
        out[:, :width] = amounts / np.where(norms > 0, norms, 1)
        out[:, width] = scaled(lengths, self.mean, self.deviation)
        gaps = texts.is_null().to_numpy()
        if gaps.any():
            out[gaps] = 0
        if self.has_gaps:
            out[:, -1] = gaps
