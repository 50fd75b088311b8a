import numpy as np
import polars as pl
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.data import from_frame
from ranvier.network import Dense, Network
from tests.support.illnesses import found, of, usual
from tests.support.people import RECIPE, people

CODE = "leaked-column"


@pytest.mark.parametrize("planted", of(CODE))
def test_a_column_that_tells_the_target_is_named(planted):
    sick = planted.make(0)
    (finding,) = found(CODE, sick)
    assert finding.where == sick.where
    assert finding.severity == {"severe": "error", "mild": "warning"}[planted.degree]
    assert "all other columns together come to" in finding.evidence


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
@pytest.mark.parametrize("seed", range(3))
def test_strong_columns_of_real_data_are_no_finding(name, seed):
    assert found(CODE, usual(real(name, seed), epochs=1)) == []


def test_of_two_columns_none_is_called_a_leak():
    rows = real("breast_cancer", 0)
    inputs = np.column_stack([rows.targets, rows.inputs[:, 0]]).astype(np.float32)
    assert found(CODE, usual(rows._replace(inputs=inputs), epochs=1)) == []


def test_a_leak_in_a_table_is_named_by_its_column():
    frame = people(400).drop("spent")
    told = pl.Series("paid", frame["bought"] == "yes")
    data = from_frame(frame.with_columns(told), "bought")
    sick = usual(real("wine", 0))._replace(
        network=Network([Dense(8, "silu"), Dense(2, "softmax")]),
        recipe=RECIPE,
        data=data,
    )
    (finding,) = found(CODE, sick)
    assert (finding.where, finding.severity) == ("paid", "error")
