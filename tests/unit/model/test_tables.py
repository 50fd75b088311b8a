import gzip

import numpy as np
import polars as pl
import pytest

from ranvier.data import Schema, load
from ranvier.data.sources.large import read_parts
from ranvier.data.sources.table import written_as
from ranvier.data.sources.tables import decimals_of
from ranvier.errors import DataError
from ranvier.model import Model
from ranvier.training import train
from tests.support.people import NETWORK, RECIPE, VALUES, people, shoppers, spenders


@pytest.fixture(scope="module")
def model():
    return Model.from_run(train(NETWORK, shoppers(), RECIPE, folder=None))


@pytest.fixture(scope="module")
def values():
    return Model.from_run(train(VALUES, spenders(), RECIPE, folder=None))


ROWS = people(20, seed=5)


def test_rows_are_answered_alike_in_any_form(model):
    chances = model.predict_proba(ROWS)
    forms = [
        ROWS.to_pandas(),
        ROWS.to_arrow(),
        ROWS.to_dicts(),
        ROWS.to_dict(as_series=False),
        ROWS.select(reversed(ROWS.columns)),
        ROWS.with_columns(more=pl.lit("x")),
    ]
    for form in forms:
        assert model.predict_proba(form).tobytes() == chances.tobytes()


def test_many_rows_are_answered_in_blocks(model, monkeypatch):
    whole = model.predict_proba(ROWS)
    monkeypatch.setenv("RANVIER_MEMORY", "10kB")  # for a few rows at a time
    assert model.predict_proba(ROWS).tobytes() == whole.tobytes()


@pytest.mark.parametrize("data", [shoppers(), spenders()], ids=["classes", "values"])
def test_many_rows_are_judged_in_blocks(data, monkeypatch):
    network = NETWORK if data.schema.classes else VALUES
    weighed = data.with_weights([0.0] * 60 + [2.0] * 140)
    run = train(network, weighed, RECIPE, folder=None)
    model = Model.from_run(run)
    whole = [model.evaluate(one) for one in (data, weighed)]
    fitted = model.calibrated(data).temperature
    monkeypatch.setenv("RANVIER_MEMORY", "10kB")
    for one, before in zip((data, weighed), whole, strict=True):
        after = model.evaluate(one)
        assert (after.metrics, after.mistakes) == (before.metrics, before.mistakes)
        assert after.loss == pytest.approx(before.loss, rel=1e-12)
    assert model.calibrated(data).temperature == fitted


def test_one_row_may_be_one_dict(model):
    assert (
        model.predict(ROWS.to_dicts()[3]).tolist() == model.predict(ROWS)[3:4].tolist()
    )


def test_learnt_columns_may_come_as_an_array(model):
    names = [column.name for column in model.schema.columns]
    array = ROWS.select(names).to_pandas().to_numpy(object)
    assert model.predict_proba(array).tobytes() == model.predict_proba(ROWS).tobytes()


def test_an_array_of_other_columns_is_refused(model):
    with pytest.raises(DataError, match=r"rows have the shape \(2, 3\), .* \(N, 4\)"):
        model.predict(np.zeros((2, 3)))


def test_rows_may_hold_what_the_training_did_not(model):
    strange = ROWS.with_columns(
        town=pl.lit("a town never seen"), age=pl.lit(None), member=pl.lit(None)
    )
    assert np.isfinite(model.predict_proba(strange)).all()


def test_a_missing_column_is_named(model):
    with pytest.raises(DataError, match=r"the rows: column 'town' is missing"):
        model.predict(ROWS.drop("town"))


def test_a_cell_of_another_kind_is_named(model):
    with pytest.raises(DataError, match=r"row 1, column 'age': 'old' is not a number"):
        model.predict({"age": "old", "town": "town 1", "member": True, "day": None})


def test_a_file_brings_a_model_of_a_table_back(model, tmp_path):
    model.save(tmp_path / "model.safetensors")
    again = Model.load(tmp_path / "model.safetensors")
    assert again.schema == model.schema
    assert again.predict_proba(ROWS).tobytes() == model.predict_proba(ROWS).tobytes()


def test_values_come_in_the_units_of_the_targets(values):
    spent = people()["spent"].to_numpy()
    answers = values.predict(people())
    assert spent.min() * 0.999 <= answers.min() < answers.max() <= spent.max() * 1.001
    figures = values.evaluate(spenders()).metrics
    assert figures["mae"] == pytest.approx(np.abs(answers - spent).mean(), rel=1e-4)


def test_calibration_keeps_answers_and_lowers_the_log_loss(model, tmp_path):
    data = shoppers()
    calibrated = model.calibrated(data)
    assert calibrated.temperature != 1
    assert calibrated.predict(ROWS).tolist() == model.predict(ROWS).tolist()
    losses = [one.evaluate(data).metrics["log_loss"] for one in (calibrated, model)]
    assert losses[0] < losses[1]
    calibrated.save(tmp_path / "model.safetensors")
    again = Model.load(tmp_path / "model.safetensors")
    assert again.temperature == calibrated.temperature


def test_a_model_of_values_needs_no_temperature(values):
    assert values.calibrated(spenders()) is values


def test_data_of_other_columns_are_refused(model):
    with pytest.raises(
        DataError, match=r"the model was trained on rows of the columns"
    ):
        model.evaluate(spenders())


CODES = {  # of each 9 in 18 rows; what stands last makes texts of the others
    "code": ["007", "1.10", "1.1", "x"],
    "zip": ["00501", "10001"],
    "number": ["1", "2"],
    "grade": ["01", "02"],
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a model that was trained on a CSV of codes."""
    folder = tmp_path_factory.mktemp("codes")
    frame = pl.DataFrame(
        {
            name: [one[row % len(one)] for row in range(48)]
            for name, one in CODES.items()
        }
    )
    frame.write_csv(folder / "codes.csv")
    kinds = {"zip": "category", "number": "ignored"}
    data = load(folder / "codes.csv", target="grade", kinds=kinds)
    return Model.from_run(train(NETWORK, data, RECIPE, folder=None))


@pytest.mark.parametrize("room", ["1GB", "10"])
@pytest.mark.parametrize("rows", [["007", "1.10"], ["1.1"], ["x", "007"]])
def test_codes_are_read_as_in_training_whatever_a_file_holds(
    written, rows, room, monkeypatch, tmp_path
):
    monkeypatch.setenv("RANVIER_MEMORY", room)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    frame = pl.DataFrame({"code": rows, "zip": "10001", "number": "1", "grade": "02"})
    path = tmp_path / "rows.csv"
    frame.write_csv(path)
    expected = written.predict_proba(frame)
    assert written.predict_proba(path).tobytes() == expected.tobytes()
    judged = load(path, like=written.schema)
    assert judged.frame["code"].to_list() == rows
    assert judged.targets.tolist() == [1] * len(rows)


def test_names_of_files_are_written_back_as_they_stood(written, tmp_path):
    names = pl.DataFrame({"code": ["x"], "zip": ["00501"], "number": ["1"]})
    names.write_csv(tmp_path / "rows.csv")
    answers = tmp_path / "answers.csv"
    written.predict_file(tmp_path / "rows.csv", answers)
    assert answers.read_text().splitlines()[1].startswith("x,00501,1,")


@pytest.mark.parametrize("room", ["1GB", "10"])
@pytest.mark.parametrize(
    ("training", "rows", "expected"),
    [
        ("1.234;0,5", "sum;part\n1.234;7\n2.000;8\n", [1234, 2000]),
        ("1.234;0,5", "sum;part\n1.5;0.25\n2.75;3.5\n", [1.5, 2.75]),
        ("1.234;0,5", "sum\tpart\n1.234\t7\n", [1234]),
        ("1,234;0.5", "sum;part\n1,234;7\n", [1234]),
        ("1.234;5", "sum;part\n1.234;7\n", [1.234]),
    ],
)
def test_where_decimals_begin_is_as_in_training(
    training, rows, expected, room, monkeypatch, tmp_path
):
    path = tmp_path / "training.csv"
    lines = [f"{row + 1}{training[1:]};{row % 2}" for row in range(9)] * 6
    path.write_text("\n".join(["sum;part;side", *lines]))
    schema = load(path, target="side").schema
    assert Schema.from_json(schema.to_json()) == schema
    (tmp_path / "rows.csv").write_text(rows)
    monkeypatch.setenv("RANVIER_MEMORY", room)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    parts = read_parts(tmp_path / "rows.csv", written_as(schema))
    assert [one for part in parts for one in part.frame["sum"]] == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_where_decimals_begin_is_found_in_any_text(encoding, pack, tmp_path):
    text = "größe;side\n" + "1,5;ä\n2,5;b\n" * 20
    path = tmp_path / "t.csv.gz" if pack is gzip.compress else tmp_path / "t.csv"
    path.write_bytes(pack(text.encode(encoding)))
    assert load(path, target="side").schema.decimal_comma is True
    assert load(path, target="side").frame["größe"].sum() == 80


@pytest.mark.parametrize("blanks", [1, 2])
def test_where_decimals_begin_is_found_in_a_text_of_wide_signs(blanks, tmp_path):
    text = "size;side\n1,5;日\n2,5;b\n" + f"2,5;{'日' * 300_000}{' ' * blanks}\n"
    (tmp_path / "t.csv").write_bytes(b" " * blanks + text.encode("shift-jis"))
    path = f"{tmp_path}/t.csv?encoding=shift-jis"
    assert decimals_of(path) is True
