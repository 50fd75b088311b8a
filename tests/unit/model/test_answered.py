import numpy as np
import polars as pl
import pytest

from ranvier.data import from_frame
from ranvier.errors import DataError, FileError
from ranvier.model import Model
from ranvier.network import Dense, Network
from ranvier.training import train
from tests.support.people import (
    HABITS,
    NETWORK,
    RECIPE,
    VALUES,
    habits,
    people,
    shoppers,
    spenders,
)

WRITERS = {
    "csv": pl.DataFrame.write_csv,
    "tsv": lambda frame, path: frame.write_csv(path, separator="\t"),
    "parquet": pl.DataFrame.write_parquet,
    "arrow": pl.DataFrame.write_ipc,
    "jsonl": pl.DataFrame.write_ndjson,
}
READERS = {
    "csv": pl.read_csv,
    "tsv": lambda path: pl.read_csv(path, separator="\t"),
    "parquet": pl.read_parquet,
    "arrow": pl.read_ipc,
    "jsonl": pl.read_ndjson,
}
MEMORY = "90kB"


@pytest.fixture(scope="module")
def model():
    return Model.from_run(train(NETWORK, shoppers(), RECIPE, folder=None))


@pytest.fixture(scope="module")
def values():
    return Model.from_run(train(VALUES, spenders(), RECIPE, folder=None))


@pytest.fixture(scope="module")
def labels():
    data = from_frame(habits(), HABITS)
    network = Network([Dense(8, "silu"), Dense(3, "sigmoid")])
    return Model.from_run(train(network, data, RECIPE, folder=None))


@pytest.fixture(params=["model", "values", "labels"])
def any_model(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def write(frame, path):
    WRITERS[path.suffix[1:]](frame, path)
    return path


@pytest.mark.parametrize("ending", WRITERS)
def test_a_large_file_is_answered_in_blocks_to_the_same_bits(
    model, tmp_path, monkeypatch, ending
):
    path = write(people(1000, seed=4), tmp_path / f"people.{ending}")
    answers, chances = model.predict(path), model.predict_proba(path)
    monkeypatch.setenv("RANVIER_MEMORY", MEMORY)
    blocks = list(model.answers(path))
    assert len(blocks) > 3
    said = np.concatenate([block.answers for block in blocks])
    sure = np.concatenate([block.probabilities for block in blocks])
    assert said.tolist() == answers.tolist()
    assert sure.tobytes() == chances.tobytes()
    assert [name for block in blocks for name in block.rows.names] == [
        f"{path} row {number}" for number in range(1, 1001)
    ]


def test_a_path_is_answered_as_its_rows_are(any_model, tmp_path):
    rows = people(30, seed=4)
    path = write(rows, tmp_path / "people.csv")
    assert any_model.predict(path).tobytes() == any_model.predict(rows).tobytes()
    assert any_model.predict(str(path)).tobytes() == any_model.predict(rows).tobytes()


@pytest.mark.parametrize("ending", READERS)
def test_rows_and_answers_are_written_in_their_order(
    any_model, tmp_path, monkeypatch, ending
):
    rows = people(1000, seed=4).with_columns(pl.col("day").cast(pl.String))
    path = write(rows, tmp_path / "people.parquet")
    output = tmp_path / f"said.{ending}"
    whole = pl.concat([block.frame for block in any_model.answers(path)])
    monkeypatch.setenv("RANVIER_MEMORY", MEMORY)
    assert any_model.predict_file(path, output) == 1000
    said = READERS[ending](output)
    assert said.columns == whole.columns
    assert said.cast(dict(whole.schema)).equals(whole)
    assert {one.name for one in tmp_path.iterdir()} == {
        *("people.parquet", output.name, "cache")
    }


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_an_answer_in_blocks_is_the_same_text(model, tmp_path, monkeypatch, ending):
    path = write(people(1000, seed=4), tmp_path / "people.csv")
    model.predict_file(path, tmp_path / f"whole.{ending}")
    monkeypatch.setenv("RANVIER_MEMORY", MEMORY)
    model.predict_file(path, tmp_path / f"blocks.{ending}")
    whole, blocks = (
        (tmp_path / f"{name}.{ending}").read_bytes() for name in ("whole", "blocks")
    )
    assert blocks == whole


def test_columns_called_as_the_answers_are_kept_under_another_name(model, tmp_path):
    rows = people(3).with_columns(
        pl.Series("prediction", [1, 2, 3]),
        pl.Series("given prediction", ["a", "b", "c"]),
    )
    path = write(rows, tmp_path / "rows.parquet")
    model.predict_file(path, tmp_path / "said.parquet")
    said = pl.read_parquet(tmp_path / "said.parquet")
    assert said["given given prediction"].to_list() == [1, 2, 3]
    assert said["given prediction"].to_list() == ["a", "b", "c"]
    assert said["prediction"].to_list() == model.predict(path).tolist()


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl"])
def test_cells_that_a_format_cannot_hold_are_refused_before_the_work(
    model, tmp_path, ending
):
    rows = people(3).with_columns(seen=pl.lit(b"x"))
    path = write(rows, tmp_path / "rows.parquet")
    output = tmp_path / f"said.{ending}"
    with pytest.raises(FileError, match=r"cannot hold the column 'seen' of Binary"):
        model.predict_file(path, output)
    assert not output.exists()
    assert model.predict_file(path, tmp_path / "said.arrow") == 3


def test_files_of_other_columns_are_written_one_below_the_other(model, tmp_path):
    first = write(people(3).drop("spent"), tmp_path / "first.csv")
    second = write(people(2).drop("bought"), tmp_path / "second.parquet")
    assert model.predict_file([first, second], tmp_path / "said.parquet") == 5
    said = pl.read_parquet(tmp_path / "said.parquet")
    assert said["bought"].null_count() == 2
    assert said["spent"].null_count() == 3
    assert said["age"].to_list() == [*people(3)["age"], *people(2)["age"]]


@pytest.mark.parametrize("memory", ["2GB", MEMORY])
def test_a_cell_that_cannot_be_read_is_named_and_nothing_is_written(
    model, tmp_path, monkeypatch, memory
):
    ages = pl.Series([*people(1000)["age"].cast(pl.String)]).scatter(876, "old")
    path = write(people(1000).with_columns(age=ages), tmp_path / "people.csv")
    monkeypatch.setenv("RANVIER_MEMORY", memory)
    with pytest.raises(
        DataError, match=r"people\.csv: row 877, column 'age': 'old' is not a number"
    ):
        model.predict_file(path, tmp_path / "said.csv")
    assert not list(tmp_path.glob("said*"))


def test_a_row_of_several_files_is_named_by_its_own(model, tmp_path):
    write(people(5), tmp_path / "part-1.csv")
    odd = people(5).with_columns(age=pl.Series(["1", "2", "old", "4", None]))
    write(odd, tmp_path / "part-2.csv")
    message = r"part-2\.csv: row 3, column 'age': 'old' is not"
    with pytest.raises(DataError, match=message):
        model.predict(tmp_path / "part-*.csv")


def test_a_row_without_a_finite_answer_is_named(model, tmp_path):
    weights = {name: np.full_like(one, 3e38) for name, one in model.parameters.items()}
    contents = model._contents._replace(parameters=weights)
    path = write(people(5), tmp_path / "people.csv")
    with pytest.raises(DataError, match=r"for .*people\.csv row 1 the network gives"):
        list(Model(contents).answers(path))


def test_no_file_at_all_is_refused(model, tmp_path):
    with pytest.raises(DataError, match="there is no file; give the path of one"):
        model.predict_file([], tmp_path / "said.csv")


def test_answers_of_no_known_format_are_refused(model, tmp_path):
    with pytest.raises(FileError, match=r"said\.doc: its ending names no format"):
        model.predict_file(tmp_path / "people.csv", tmp_path / "said.doc")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none/said.csv", "there is no folder"), ("taken.csv", "as it is no plain file")],
)
def test_a_place_that_cannot_be_written_is_refused(model, tmp_path, name, reason):
    (tmp_path / "taken.csv").mkdir()
    path = write(people(5), tmp_path / "people.csv")
    with pytest.raises(FileError, match=f"{name} cannot be written.*{reason}"):
        model.predict_file(path, tmp_path / name)
    assert len(list(tmp_path.iterdir())) == 2
