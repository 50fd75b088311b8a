import concurrent.futures
import copy
import pickle

import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.errors import DataError, DescriptionError, FileError
from ranvier.model import Model
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from tests.support.learning import blobs, network, slopes, trained


@pytest.fixture(scope="module")
def run():
    return trained(recipe=Recipe(epochs=40, batch_size=4, stopping=None, seed=2))


@pytest.fixture(scope="module")
def model(run):
    return Model.from_run(run, engine="reference")


def fitted(design, data, **options):
    recipe = Recipe(epochs=2, batch_size=8, stopping=None, **options)
    return Model.from_run(trained(network=design, data=data, recipe=recipe))


def test_a_model_knows_what_it_is_made_of(run, model):
    assert (model.network, model.schema, model.recipe) == (
        run.network,
        run.schema,
        run.recipe,
    )
    assert model.encoder is run.encoder
    np.testing.assert_equal(model.parameters, run.parameters)


def test_a_model_is_shown_by_its_data_and_size(model):
    assert repr(model) == "Model('data', 33 parameters)"


def test_a_run_that_has_learnt_nothing_makes_no_model():
    runs = []
    trained(on_event=lambda event: runs.append(copy.copy(event.run)))
    runs[0].history = []
    with pytest.raises(DescriptionError, match="has learnt nothing yet; train it for"):
        Model.from_run(runs[0])


@pytest.mark.parametrize("run", ["runs/digits-1", None])
def test_what_is_no_run_makes_no_model(run):
    with pytest.raises(DescriptionError, match=r"as the run; give a Run, .* Run\.load"):
        Model.from_run(run)


@pytest.mark.parametrize("path", [None, 3, ""])
def test_what_is_no_path_is_no_file_of_a_model(model, path):
    for call in (Model.load, model.save):
        with pytest.raises(FileError, match=r"expected the path of a model file, such"):
            call(path)


def test_a_model_names_classes_far_better_than_chance(model):
    data = blobs()
    inputs, targets = data.inputs, data.targets
    answers = model.predict(inputs)
    assert answers.dtype.kind == "U"
    assert (answers == np.array(list("abc"))[targets]).mean() > 0.6


def test_a_single_row_has_a_single_answer(model):
    assert model.predict(blobs().inputs[0]).shape == (1,)


def test_answers_are_those_with_the_highest_probability(model):
    inputs = blobs().inputs
    sure = model.predict_proba(inputs)
    assert (np.array(list("abc"))[sure.argmax(axis=1)] == model.predict(inputs)).all()


def test_integer_classes_are_answered_as_integers():
    data = from_arrays(blobs().inputs, blobs().targets + 5)
    assert set(fitted(network(), data).predict(data.inputs)) <= {5, 6, 7}


def test_one_output_tells_two_classes_apart():
    data = blobs(names="ny")
    model = fitted(Network([Dense(1, "sigmoid")]), data)
    sure = model.predict_proba(data.inputs)
    assert sure.shape == (90, 2)
    assert (
        np.array(list("ny"))[sure.argmax(axis=1)] == model.predict(data.inputs)
    ).all()


def test_several_numbers_are_answered_as_rows():
    assert fitted(network(2, "identity"), slopes()).predict(slopes().inputs).shape == (
        60,
        2,
    )


def test_one_number_is_answered_as_a_column():
    data = slopes()
    inputs, targets = data.inputs, data.targets
    data = from_arrays(inputs, targets[:, 0])
    assert fitted(network(1, "identity"), data).predict(inputs).shape == (60,)


def test_numbers_have_no_probabilities():
    model = fitted(network(2, "identity"), slopes())
    with pytest.raises(DataError, match=r"no classes; use predict\(\)"):
        model.predict_proba(slopes().inputs)


def test_rows_of_another_shape_are_refused(model):
    with pytest.raises(
        DataError, match=r"the model was trained on rows of shape \(2,\)"
    ):
        model.predict([[1.0, 2.0, 3.0]])


def test_outputs_that_overflow_are_told():
    model = fitted(network(2, "identity"), slopes())
    for name, array in model.parameters.items():
        model.parameters[name] = np.full_like(array, 3e38)
    with pytest.raises(
        DataError, match=r"for row 0 the network gives no finite number; .* far"
    ):
        model.predict([[1.0, 1.0, 1.0]])


def test_many_threads_may_ask_one_model(model):
    inputs = blobs(300).inputs
    expected = model.predict_proba(inputs)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(model.predict_proba, np.split(inputs, 30)))
    np.testing.assert_array_equal(np.concatenate(found), expected)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))]
)
def test_a_copy_answers_alike(model, copied):
    inputs = blobs().inputs
    np.testing.assert_array_equal(
        copied(model).predict_proba(inputs), model.predict_proba(inputs)
    )


def test_an_unknown_engine_is_refused_at_once(run):
    with pytest.raises(DescriptionError, match="there is no engine 'gpu'"):
        Model.from_run(run, engine="gpu")


def test_a_model_comes_back_from_its_file(model, tmp_path):
    model.save(tmp_path / "model.safetensors")
    loaded = Model.load(tmp_path / "model.safetensors", engine="reference")
    assert (loaded.network, loaded.schema, loaded.recipe) == (
        model.network,
        model.schema,
        model.recipe,
    )
    np.testing.assert_equal(loaded.parameters, model.parameters)
    inputs = blobs().inputs
    np.testing.assert_array_equal(
        loaded.predict_proba(inputs), model.predict_proba(inputs)
    )


def test_the_same_model_gives_the_same_file(model, tmp_path):
    model.save(tmp_path / "first")
    Model.load(tmp_path / "first").save(tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_class_names_of_every_script_survive_the_file(tmp_path):
    names = ['"sha256":"' + "0" * 64 + '"', "é\n\t\\", "𝒳 日本"]
    data = from_arrays(blobs().inputs, np.array(names)[blobs().targets])
    fitted(network(), data).save(tmp_path / "model")
    assert sorted(Model.load(tmp_path / "model").schema.classes) == sorted(names)


def test_a_model_is_saved_over_an_old_file(model, tmp_path):
    (tmp_path / "model").write_text("old")
    model.save(tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert Model.load(tmp_path / "model").schema == model.schema


@pytest.mark.parametrize("path", ["gone/model", "."])
def test_a_model_that_cannot_be_saved_is_told(model, tmp_path, path):
    with pytest.raises(FileError, match=r"cannot be written.*choose a folder"):
        model.save(tmp_path / path)
