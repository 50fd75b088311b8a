import pickle

import numpy as np
import pytest

from ranvier.data import load
from ranvier.errors import DataError, FileError

INPUTS = np.arange(60, dtype=np.uint8).reshape(12, 5)
TARGETS = np.array(["b", "a", "c"] * 4)


class Trap:
    """Leave a trace where something unpickles this."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my data.npz"


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [("x_train", "y_train"), ("X", "y"), ("inputs", "targets"), ("images", "labels")],
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_inputs_and_targets_of_every_usual_name_are_loaded(path, inputs, targets, save):
    save(path, **{inputs: INPUTS, targets: TARGETS, "other": np.ones(3)})
    data = load(path)
    np.testing.assert_array_equal(data.inputs, INPUTS)
    assert data.targets.tolist() == [1, 0, 2] * 4
    assert data.schema.name == "my-data"
    assert not data.has_test
    assert load(data.source).fingerprint() == data.fingerprint()


def test_a_test_part_is_loaded(path):
    np.savez(
        path,
        x_train=INPUTS,
        y_train=TARGETS,
        x_test=INPUTS[:2] + 100,
        y_test=TARGETS[1:3],
    )
    test = load(str(path)).test
    np.testing.assert_array_equal(test.inputs, INPUTS[:2] + 100)
    assert test.targets.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": INPUTS}, r"no inputs with targets \(of the known names there are: X\)"),
        ({"a": INPUTS}, "there are: none.*expected one of: x_train and y_train; X and"),
        (
            {"X": INPUTS, "y": TARGETS, "x_test": INPUTS},
            "there is only one of x_test and y_test; give both, or neither",
        ),
        ({"X": INPUTS, "y": TARGETS[:3]}, "there are 12 inputs and 3 targets"),
        (
            {"X": INPUTS, "y": TARGETS, "x_test": INPUTS[:3], "y_test": TARGETS[:2]},
            "there are 3 test inputs and 2 test targets",
        ),
        ({"X": INPUTS * np.nan, "y": TARGETS}, "inputs hold nan in row 0, column 0"),
        ({"X": np.float32(3), "y": TARGETS}, r"inputs have the shape \(\)"),
    ],
)
def test_arrays_that_are_no_data_are_refused_by_the_name_of_the_file(
    path, arrays, message
):
    np.savez(path, **arrays)
    with pytest.raises(DataError, match=f"my data.npz: .*{message}"):
        load(path)


def test_pickled_objects_are_refused_and_never_run(path, tmp_path):
    trace = tmp_path / "trace"
    np.savez(path, X=INPUTS, y=np.array([Trap(str(trace))], object))
    with pytest.raises(FileError, match=r"my data.npz cannot be read as .npz .*pickle"):
        load(path)
    assert not trace.exists()


def test_a_pickle_in_place_of_the_file_is_refused_and_never_run(path, tmp_path):
    trace = tmp_path / "trace"
    path.write_bytes(pickle.dumps(Trap(str(trace))))
    with pytest.raises(FileError, match=r"cannot be read as .npz"):
        load(path)
    assert not trace.exists()


def test_a_single_array_in_place_of_the_file_is_refused(path):
    with path.open("wb") as file:
        np.save(file, INPUTS)
    with pytest.raises(FileError, match=r"cannot be read as .npz"):
        load(path)


@pytest.mark.parametrize("percent", range(100))
def test_a_file_cut_anywhere_is_refused(path, percent):
    np.savez(path, X=INPUTS, y=TARGETS)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * percent // 100])
    with pytest.raises(FileError, match=r"cannot be read as .npz .*expected arrays"):
        load(path)


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_refused(path, seed):
    path.write_bytes(np.random.default_rng(seed).bytes(300))
    with pytest.raises(FileError, match=r"cannot be read as .npz"):
        load(path)


@pytest.mark.parametrize("seed", range(60))
def test_a_file_with_altered_bytes_is_refused_or_gives_data(path, seed):
    np.savez(path, X=INPUTS, y=TARGETS)
    content = bytearray(path.read_bytes())
    random = np.random.default_rng(seed)
    for place in random.integers(0, len(content), 3):
        content[place] = random.integers(256)
    path.write_bytes(bytes(content))
    try:
        assert len(load(path)) == 12
    except (DataError, FileError) as error:
        assert "my data.npz" in str(error)
