"""table: a frame of columns of any kind → typed columns, and what is known of them"""

from ranvier.data.caution import Caution
from ranvier.data.column import KINDS, Column
from ranvier.data.table.answers import answered, has_answers, read_answers
from ranvier.data.table.before import cautions, row_hashes
from ranvier.data.table.describe import Description, describe
from ranvier.data.table.facts import ColumnFacts
from ranvier.data.table.form import Form
from ranvier.data.table.infer import infer, infer_columns
from ranvier.data.table.order import time_overlap
from ranvier.data.table.typed import typed, typed_columns
from ranvier.data.table.warnings import class_cautions, duplicate_rows
from ranvier.data.table.weights import read_weights

__all__ = [
    "KINDS",
    "Caution",
    "Column",
    "ColumnFacts",
    "Description",
    "Form",
    "answered",
    "cautions",
    "class_cautions",
    "describe",
    "duplicate_rows",
    "has_answers",
    "infer",
    "infer_columns",
    "read_answers",
    "read_weights",
    "row_hashes",
    "time_overlap",
    "typed",
    "typed_columns",
]
