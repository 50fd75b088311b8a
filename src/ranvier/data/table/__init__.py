"""table: a frame of columns of any kind → typed columns, and what is known of them"""

from ranvier.data.table.column import KINDS, Column

__all__ = ["KINDS", "Column"]
