from dataclasses import replace

import polars as pl
import pytest

from ranvier.data import from_frame, load
from ranvier.errors import DataError
from ranvier.network import Embedding, Network
from ranvier.training import Run, resume, train
from tests.support.people import NETWORK, RECIPE, VALUES, people, shoppers, spenders


def test_ids_get_an_embedding_in_front():
    run = train(NETWORK, shoppers(), RECIPE, folder=None)
    assert [layer.type for layer in run.network.layers] == [
        "embedding",
        "dense",
        "dense",
    ]
    assert run.network.input_shape == (run.encoder.size,)


def test_without_a_network_the_data_get_theirs():
    run = train(None, shoppers(), RECIPE, folder=None)
    assert run.network.output.units == 2
    assert run.recipe == RECIPE


def test_an_embedding_of_the_network_s_own_keeps_its_width():
    own = Network([Embedding(ids=(9,), width=3), *NETWORK.layers])
    run = train(own, shoppers(), RECIPE, folder=None)
    assert run.network.layers[0].ids == run.encoder.table.ids
    assert run.network.layers[0].widths == (3,)


def test_a_run_on_a_file_is_resumed_to_the_same_bits(tmp_path):
    people().write_parquet(tmp_path / "people.parquet")
    data = load(tmp_path / "people.parquet", target="spent")
    whole = train(VALUES, data, RECIPE, folder=tmp_path / "whole")
    train(VALUES, data, replace(RECIPE, epochs=2), folder=tmp_path / "part")
    again = resume(tmp_path / "part", epochs=4)
    assert [epoch.loss for epoch in again.history] == [
        epoch.loss for epoch in whole.history
    ]


def test_a_run_knows_its_table(tmp_path):
    run = train(NETWORK, shoppers(), RECIPE, folder=tmp_path / "run")
    read = Run.load(tmp_path / "run")
    assert read.schema == run.schema == shoppers().schema
    assert read.encoder.to_texts() == run.encoder.to_texts()
    assert len(read.parts(shoppers()).train) == 160


def test_another_table_is_not_the_run_s(tmp_path):
    run = train(NETWORK, shoppers(), RECIPE, folder=tmp_path / "run")
    with pytest.raises(DataError, match="the train part is not of the data"):
        run.parts(spenders())


def test_a_run_without_the_rows_that_had_no_answer_is_resumed(tmp_path):
    gaps = people().with_row_index("id")
    gaps = gaps.with_columns(spent=pl.when(pl.col("id") > 9).then("spent")).drop("id")
    gaps.write_parquet(tmp_path / "people.parquet")
    data = load(tmp_path / "people.parquet", target="spent", drop_missing_targets=True)
    train(VALUES, data, replace(RECIPE, epochs=2), folder=tmp_path / "run")
    assert len(data) == 190
    assert len(resume(tmp_path / "run", epochs=3).history) == 3


def test_encoders_with_options_are_kept_and_resumed_to_the_same_bits(tmp_path):
    number = {"type": "piecewise_linear", "bins": 3}
    recipe = replace(RECIPE, encode={"spent": "robust", "number": number})
    data = from_frame(people(), "bought")
    whole = train(NETWORK, data, recipe, folder=None)
    train(NETWORK, data, replace(recipe, epochs=2), folder=tmp_path / "part")
    again = resume(tmp_path / "part", data, epochs=4)
    assert again.recipe == recipe
    assert [one.size for one in again.encoder.table.encoders[:1]] == [5]
    for name, array in whole.parameters.items():
        assert array.tobytes() == again.parameters[name].tobytes()


def test_a_table_without_such_a_column_has_no_encoder_for_it():
    recipe = replace(RECIPE, encode={"agee": {"type": "robust"}})
    with pytest.raises(DataError, match="given for column 'agee', which is not learnt"):
        train(NETWORK, shoppers(), recipe, folder=None)
