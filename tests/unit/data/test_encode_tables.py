import numpy as np
import pytest

from ranvier.data import Encoder, from_frame
from ranvier.errors import DataError
from tests.support.learning import blobs
from tests.support.people import people, shoppers, spenders


def test_a_table_becomes_numbers_of_the_same_rows():
    data = shoppers()
    parts = data.split(seed=1)
    encoder = Encoder.fit(parts.train)
    numbers = encoder.encoded(parts.test)
    assert numbers.inputs.shape == (len(parts.test), encoder.size)
    assert numbers.targets.tolist() == parts.test.targets.tolist()
    assert encoder.table.apply(parts.test.frame).tobytes() == numbers.inputs.tobytes()


def test_an_encoder_follows_the_training_rows_alone():
    data = shoppers()
    parts = data.split(seed=1)
    frame = people().drop("spent").with_row_index()
    outside = ~np.isin(np.arange(len(data)), parts.train.rows)
    changed = frame.to_pandas().drop(columns="index")
    changed.loc[outside, "age"] = 1e6
    changed.loc[outside, "town"] = "nowhere"
    other = from_frame(changed, "bought", name="shoppers", kinds={"age": "number"})
    encoders = (Encoder.fit(one.at(parts.train.rows)) for one in (data, other))
    assert len({encoder.to_texts()["encoder.table"] for encoder in encoders}) == 1


def test_rows_that_weigh_nothing_are_not_looked_at():
    frame = people().drop("bought").to_pandas()
    strange = np.arange(len(frame)) % 4 == 0
    frame.loc[strange, ["age", "spent"]] = 1e6
    frame.loc[strange, "town"] = "nowhere"
    data = from_frame(frame, "spent", name="spenders")
    found = Encoder.fit(data.with_weights(~strange))
    expected = Encoder.fit(data.take(np.flatnonzero(~strange)))
    assert found.to_texts() == expected.to_texts()
    assert found.to_texts() != Encoder.fit(data).to_texts()
    assert Encoder.fit(data.with_weights(0 * strange)).size == Encoder.fit(data).size


def test_parts_of_one_memory_share_one_array():
    parts = shoppers().split(seed=1)
    numbers = Encoder.fit(parts.train).encoded_parts(parts)
    assert numbers.train.memory_inputs is not None
    assert numbers.train.memory_key == numbers.test.memory_key


def test_targets_are_learnt_in_other_units():
    encoder = Encoder.fit(spenders())
    targets = encoder.encoded(spenders()).targets
    assert abs(targets.mean()) < 1e-3
    assert encoder.answers.undo(targets) == pytest.approx(spenders().targets, rel=1e-4)


def test_numbers_far_from_zero_are_learnt_as_finely_as_they_differ():
    spent = people()["spent"]
    data = from_frame(people().with_columns(spent=spent + 1.7e9), "spent")
    encoder = Encoder.fit(data)
    learnt = encoder.encoded(data).targets
    assert np.unique(learnt).size == spent.n_unique()
    assert encoder.answers.undo(learnt)[:, 0] - 1.7e9 == pytest.approx(spent, abs=1e-3)


def test_texts_bring_a_table_back_to_the_bit():
    encoder = Encoder.fit(spenders())
    again = Encoder.from_arrays(encoder.to_arrays(), encoder.to_texts())
    for one in ("inputs", "targets"):
        before, after = (getattr(e.encoded(spenders()), one) for e in (encoder, again))
        assert before.tobytes() == after.tobytes()


def test_a_column_gets_the_encoder_asked_for():
    asked = {"age": "quantile", "number": "robust"}
    table = Encoder.fit(spenders(), encode=asked).table
    assert table.encoders[0].type == "quantile"


def test_wide_tables_get_fewer_bins():
    random = np.random.default_rng(0)
    columns = {f"x{number}": random.normal(size=4000) for number in range(200)}
    data = from_frame(columns | {"y": random.normal(size=4000)}, "y")
    assert Encoder.fit(data).size < 2500


def houses(rows, *names):
    random = np.random.default_rng(0)
    columns = {name: random.normal(size=rows) for name in (*names, "price")}
    return from_frame(columns, "price")


def types(data, **encode):
    return [one.type for one in Encoder.fit(data, encode=encode).table.encoders]


@pytest.mark.parametrize(
    "names", [("Latitude", "Longitude"), ("pickup_lng", "pickup_lat"), ("lat", "LON")]
)
def test_places_become_waves(names):
    assert types(houses(2000, "size", *names)) == [
        "piecewise_linear",
        *["periodic"] * 2,
    ]
    assert types(houses(1999, *names)) == ["piecewise_linear"] * 2
    assert types(houses(2000, *names), number="robust") == ["robust"] * 2
    assert types(houses(2000, *names), **{names[0]: "robust"})[0] == "robust"


@pytest.mark.parametrize(
    "names", [("plate", "long"), ("lat", "age"), ("home_lat", "lon")]
)
def test_what_is_no_pair_of_coordinates_stays_a_number(names):
    assert types(houses(2000, *names)) == ["piecewise_linear"] * 2


def test_texts_that_are_no_json_are_refused():
    encoder = Encoder.fit(shoppers())
    texts = {"encoder.table": "{"}
    with pytest.raises(DataError, match=r"encoder.table is no JSON"):
        Encoder.from_arrays(encoder.to_arrays(), texts)


def test_texts_of_another_size_are_refused():
    encoder, other = Encoder.fit(shoppers()), Encoder.fit(spenders())
    arrays = other.to_arrays() | {"encoder.scale": np.ones(3, np.float32)}
    arrays["encoder.shift"] = np.zeros(3, np.float32)
    with pytest.raises(DataError, match=r"gives \d+ numbers, encoder.scale has 3"):
        Encoder.from_arrays(arrays, encoder.to_texts())


def test_more_numbers_than_have_room_are_made_when_they_are_asked_for(monkeypatch):
    parts = shoppers().split(seed=1)
    encoder = Encoder.fit(parts.train)
    whole = encoder.encoded_parts(parts)
    monkeypatch.setenv("RANVIER_MEMORY", "20kB")
    numbers = encoder.encoded_parts(parts)
    for streamed, ready in zip(numbers, whole, strict=True):
        assert (streamed.streamed is None, ready.streamed is None) == (False, True)
        assert streamed.inputs.tobytes() == ready.inputs.tobytes()
        assert streamed.targets.tolist() == ready.targets.tolist()
    assert numbers.train.memory_key == numbers.test.memory_key
    with pytest.raises(DataError, match=r"the 200 rows of shoppers have no room as"):
        _ = numbers.train.memory_inputs


def test_arrays_lie_ready_however_little_room_there_is(monkeypatch):
    monkeypatch.setenv("RANVIER_MEMORY", "1kB")
    parts = blobs().split(seed=1)
    numbers = Encoder.fit(parts.train).encoded_parts(parts)
    assert numbers.train.memory_inputs is parts.train.memory_inputs


def test_an_encoder_is_fitted_on_a_sample_of_many_rows(monkeypatch):
    data = shoppers(kinds={"age": "number"})
    whole = Encoder.fit(data).table
    monkeypatch.setattr("ranvier.data.encode.FITTED_ROWS", 50)
    drawn, again = Encoder.fit(data).table, Encoder.fit(data).table
    ages, towns = (whole.encoders[at] != drawn.encoders[at] for at in (0, 1))
    assert (ages, towns) == (True, False), "of categories all rows are looked at"
    assert drawn == again
