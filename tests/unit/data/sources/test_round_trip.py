"""Tables of any mix of types come back from every kind of file as they were."""

import math
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranvier.data import read_frame
from ranvier.data.sources.options import MISSING
from ranvier.errors import DataError, FileError

_NUMBERS = ("-", "--", "–", "—", ".", "..", "None", "none", "NONE", "true", "false")


def is_plain(text):
    """Say whether a text is one that no reader takes for anything else."""
    try:
        float(text.replace(",", "").replace("_", ""))
    except ValueError:
        return text == text.strip() and text not in MISSING
    return False


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"])
    | st.sampled_from(" ,;"),
    min_size=1,
    max_size=9,
).filter(lambda text: is_plain(text) and text.lower() not in _NUMBERS)
CELLS = {
    pl.Int64: st.integers(-(2**53), 2**53),
    pl.Float64: st.floats(-1e300, 1e300).map(lambda number: number + 0.0),
    pl.String: TEXTS,
    pl.Boolean: st.booleans(),
}
WRITE = {
    "t.csv": pl.DataFrame.write_csv,
    "t.tsv": lambda frame, path: frame.write_csv(path, separator="\t"),
    "semicolon.csv": lambda frame, path: frame.write_csv(path, separator=";"),
    "quoted.csv": lambda frame, path: frame.write_csv(path, quote_style="always"),
    "t.parquet": pl.DataFrame.write_parquet,
    "t.arrow": pl.DataFrame.write_ipc,
    "t.jsonl": pl.DataFrame.write_ndjson,
    "t.xlsx": lambda frame, path: frame.write_excel(str(path)),
}


@st.composite
def tables(draw):
    rows = draw(st.integers(1, 6))
    names = draw(st.lists(TEXTS, min_size=2, max_size=5, unique_by=str.lower))
    columns = []
    for name in names:
        dtype = draw(st.sampled_from(list(CELLS)))
        cell = st.none() | CELLS[dtype]
        cells = draw(st.lists(cell, min_size=rows, max_size=rows))
        if dtype == pl.Float64 or all(one is None for one in cells):
            cells[0] = draw(CELLS[dtype])
        if not columns and cells[-1] is None:  # Excel knows no empty row at the end
            cells[-1] = draw(CELLS[dtype])
        columns.append(pl.Series(name, cells, dtype=dtype))
    return pl.DataFrame(columns)


@pytest.mark.parametrize("name", WRITE)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(table=tables())
def test_a_table_comes_back_as_it_was_written(name, table):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        WRITE[name](table, path)
        found = read_frame(path)
    assert found.columns == table.columns
    for read, written in zip(found, table, strict=True):
        for one, other in zip(read, written, strict=True):
            same = one == other
            if isinstance(other, float) and one is not None:
                same = math.isclose(one, other, rel_tol=1e-14)
            assert same, (read, written)


@pytest.mark.parametrize("seed", range(60))
def test_a_text_with_altered_bytes_is_refused_or_read(tmp_path, seed):
    random = np.random.default_rng(seed)
    rows = [f'{row},"x, {row}",{row / 7:.3f},' for row in range(40)]
    content = bytearray("\n".join(["a,b,c,d", *rows]).encode())
    signs = np.frombuffer(b'",;\n\r\t\0\xff\xc3 x7', np.uint8)
    for place in random.integers(0, len(content), 1 + seed % 5):
        content[place] = random.choice(signs)
    path = tmp_path / "t.csv"
    path.write_bytes(bytes(content[: random.integers(1, len(content) + 1)]))
    try:
        assert read_frame(path).height
    except (DataError, FileError) as error:
        assert "t.csv" in str(error)
