import numpy as np
import pytest

from benchmarks.diagnosis.planted.sets import real
from ranvier.data import from_frame
from ranvier.network import BatchNorm
from tests.support.illnesses import cured, found, of, usual

CODE = "unscaled-inputs"


@pytest.mark.parametrize("planted", of(CODE))
def test_inputs_far_from_one_are_named(planted):
    sick = planted.make(0)
    (finding,) = found(CODE, sick)
    assert finding.severity == {"severe": "error", "mild": "warning"}[planted.degree]
    assert sick.where in finding.where


@pytest.mark.parametrize("name", ["wine", "digits", "diabetes"])
def test_floats_are_scaled_and_no_finding(name):
    assert found(CODE, usual(real(name, 0))) == []


def test_full_bytes_are_no_finding():
    rows = real("digits", 0)
    dark = (rows.inputs * 15).astype(np.uint8)
    assert found(CODE, usual(rows._replace(inputs=dark))) == []


def test_zeros_say_nothing_of_the_scale():
    rows = real("digits", 0)
    sparse = np.where(rows.inputs > 15, 255, 0).astype(np.uint8)
    assert found(CODE, usual(rows._replace(inputs=sparse))) == []


def test_a_norm_as_the_first_layer_scales_by_itself():
    rows = real("digits", 0)
    sick = usual(rows._replace(inputs=(rows.inputs > 8).astype(np.uint8)))
    layers = (BatchNorm(), *sick.network.layers)
    network = type(sick.network)(layers)
    assert found(CODE, sick._replace(network=network)) == []


def test_the_first_treatment_scales_what_the_network_reads():
    rows = real("digits", 0)
    sick = usual(rows._replace(inputs=(rows.inputs > 8).astype(np.uint8)))
    changes = dict(cured(CODE, sick))
    assert changes["BatchNorm before the first layer"] == []


def test_outliers_in_a_table_are_learnt_as_ranks():
    rows = real("wine", 0)
    columns = {f"x{n}": column.astype(float) for n, column in enumerate(rows.inputs.T)}
    columns["x3"][5] = 1e9
    data = from_frame(columns | {"y": rows.targets}, "y")
    sick = usual(rows, encode={"number": "standard"}, validation=0)._replace(data=data)
    (finding,) = found(CODE, sick)
    assert finding.where == "x3"
    assert dict(cured(CODE, sick)) == {'encode={"number": "quantile"}': []}
