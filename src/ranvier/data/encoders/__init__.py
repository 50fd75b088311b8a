"""encoders: a typed frame → the network's numbers, as the training rows set them"""

from ranvier.data.encoders.answers import Answer, AnswerEncoder, wants_log
from ranvier.data.encoders.binary import Binary
from ranvier.data.encoders.cycles import Cycles
from ranvier.data.encoders.embedding import Embedding
from ranvier.data.encoders.fitted import ColumnEncoder, FittedColumn
from ranvier.data.encoders.known import ENCODERS, FITTED
from ranvier.data.encoders.one_hot import OneHot
from ranvier.data.encoders.periodic import Periodic
from ranvier.data.encoders.piecewise_linear import PiecewiseLinear
from ranvier.data.encoders.quantile import Quantile
from ranvier.data.encoders.robust import Robust
from ranvier.data.encoders.standard import Standard
from ranvier.data.encoders.table import TableEncoder
from ranvier.data.encoders.words import Words

__all__ = [
    "ENCODERS",
    "FITTED",
    "Answer",
    "AnswerEncoder",
    "Binary",
    "ColumnEncoder",
    "Cycles",
    "Embedding",
    "FittedColumn",
    "OneHot",
    "Periodic",
    "PiecewiseLinear",
    "Quantile",
    "Robust",
    "Standard",
    "TableEncoder",
    "Words",
    "wants_log",
]
