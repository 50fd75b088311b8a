import numpy as np
import pytest

from ranvier.data import ImageForm, load
from ranvier.data.sources.folder import MNIST_NAMES
from ranvier.errors import DataError, FileError
from tests.support.idx import small_images, write_folder

IMAGES, LABELS = small_images(9)
TEST_IMAGES, TEST_LABELS = small_images(6)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_folder_of_four_files_is_loaded(tmp_path, zipped):
    files = (IMAGES, LABELS, TEST_IMAGES, TEST_LABELS)
    data = load(write_folder(tmp_path, *files, zipped=zipped))
    assert data.schema.classes == ("0", "1", "2")
    assert data.schema.image == ImageForm(4, 5)
    assert data.source == str(tmp_path.resolve())
    np.testing.assert_array_equal(data.train.inputs, IMAGES)
    np.testing.assert_array_equal(data.test.inputs, TEST_IMAGES)
    np.testing.assert_array_equal(data.test.targets, TEST_LABELS)


def test_a_folder_without_test_files_is_loaded(tmp_path):
    data = load(str(write_folder(tmp_path, IMAGES, LABELS)))
    assert len(data) == 9
    assert not data.has_test


@pytest.mark.parametrize("zipped", [False, True])
def test_the_spelling_with_a_dot_is_read_too(tmp_path, zipped):
    write_folder(tmp_path, IMAGES, LABELS, zipped=zipped)
    for path in tmp_path.iterdir():
        path.rename(path.with_name(path.name.replace("-idx", ".idx")))
    assert len(load(tmp_path)) == 9


def test_what_was_loaded_can_be_loaded_again_by_its_source(tmp_path, monkeypatch):
    write_folder(tmp_path, IMAGES, LABELS)
    monkeypatch.chdir(tmp_path)
    data = load("./")
    monkeypatch.chdir("/")
    assert load(data.source).fingerprint() == data.fingerprint()


def test_floats_are_read_as_images_of_floats(tmp_path):
    images, labels = small_images(9, "f4")
    data = load(write_folder(tmp_path, images / 8, labels))
    np.testing.assert_array_equal(data.inputs, images / 8)


@pytest.mark.parametrize("missing", range(4))
def test_a_missing_file_is_named(tmp_path, missing):
    write_folder(tmp_path, IMAGES, LABELS, TEST_IMAGES, TEST_LABELS)
    (tmp_path / MNIST_NAMES[missing]).unlink()
    message = f"has no {MNIST_NAMES[missing]} or {MNIST_NAMES[missing]}.gz; give a"
    with pytest.raises(FileError, match=message):
        load(tmp_path)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ((IMAGES, LABELS[:8]), "there are 9 inputs and 8 targets"),
        (
            (IMAGES, LABELS, TEST_IMAGES, TEST_LABELS[:5]),
            "there are 6 test inputs and 5 test targets",
        ),
        (
            (IMAGES, LABELS[:8], TEST_IMAGES[:5], TEST_LABELS),
            "there are 5 test inputs and 6 test targets",
        ),
        (
            (IMAGES, LABELS, TEST_IMAGES[:, :3], TEST_LABELS),
            r"train-.* holds uint8 rows of \(4, 5\), t10k.*rows of \(3, 5\); give",
        ),
        (
            (IMAGES, LABELS, TEST_IMAGES.astype("i2"), TEST_LABELS),
            "t10k-images-idx3-ubyte >i2 rows of",
        ),
        ((IMAGES, LABELS * 0), "all 9 targets are 0; give rows of two classes"),
        ((IMAGES[:0], LABELS[:0]), r"inputs have the shape \(0, 4, 5\)"),
    ],
)
def test_files_that_do_not_fit_are_refused_by_the_name_of_their_folder(
    tmp_path, files, message
):
    with pytest.raises(DataError, match=f"{tmp_path.name}: .*{message}"):
        load(write_folder(tmp_path, *files))


@pytest.mark.parametrize("name", MNIST_NAMES)
def test_a_damaged_file_is_named(tmp_path, name):
    write_folder(tmp_path, IMAGES, LABELS, TEST_IMAGES, TEST_LABELS)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileError, match=f"{name} holds fewer values"):
        load(tmp_path)
