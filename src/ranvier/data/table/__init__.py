"""table: a frame of columns of any kind → typed columns, and what is known of them"""

from ranvier.data.column import KINDS, Column
from ranvier.data.table.answers import answered, read_answers
from ranvier.data.table.form import Form
from ranvier.data.table.infer import infer, infer_columns
from ranvier.data.table.typed import typed

__all__ = [
    "KINDS",
    "Column",
    "Form",
    "answered",
    "infer",
    "infer_columns",
    "read_answers",
    "typed",
]
