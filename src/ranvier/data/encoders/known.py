"""known: the encoders of columns, by name; the one list of them."""

from ranvier.data.encoders.binary import Binary, FittedBinary
from ranvier.data.encoders.cycles import Cycles, FittedCycles
from ranvier.data.encoders.embedding import Embedding, FittedEmbedding
from ranvier.data.encoders.fitted import ColumnEncoder, FittedColumn
from ranvier.data.encoders.one_hot import FittedOneHot, OneHot
from ranvier.data.encoders.periodic import FittedPeriodic, Periodic
from ranvier.data.encoders.piecewise_linear import (
    FittedPiecewiseLinear,
    PiecewiseLinear,
)
from ranvier.data.encoders.quantile import FittedQuantile, Quantile
from ranvier.data.encoders.robust import FittedRobust, Robust
from ranvier.data.encoders.standard import FittedStandard, Standard
from ranvier.data.encoders.words import FittedWords, Words
from ranvier.registry import Registry

ENCODERS: Registry[type[ColumnEncoder]] = Registry(
    "encoder of columns",
    {
        encoder.type: encoder
        for encoder in (
            Standard,
            Robust,
            Quantile,
            PiecewiseLinear,
            Periodic,
            OneHot,
            Embedding,
            Binary,
            Cycles,
            Words,
        )
    },
)
FITTED: Registry[type[FittedColumn]] = Registry(
    "fitted encoder of columns",
    {
        fitted.type: fitted
        for fitted in (
            FittedStandard,
            FittedRobust,
            FittedQuantile,
            FittedPiecewiseLinear,
            FittedPeriodic,
            FittedOneHot,
            FittedEmbedding,
            FittedBinary,
            FittedCycles,
            FittedWords,
        )
    },
)
