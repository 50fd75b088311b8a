"""A hostile file is refused with a FileError that names it; nothing else comes out."""

import json
import pickle
import struct

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from ranvier.errors import FileError
from ranvier.model import Model
from ranvier.model.file import read_model, sealed
from ranvier.training.tensors import Tensors, read_tensors
from tests.support.learning import trained

REMEDY = r"opy (it|the file) again, or make it anew|that Model\.save\(\) wrote|; use "


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    path = tmp_path_factory.mktemp("valid") / "model.safetensors"
    Model.from_run(trained(), engine="reference").save(path)
    return path


@pytest.fixture(scope="module")
def content(valid):
    return valid.read_bytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "hostile.safetensors"


def refuse(path, content, expected=REMEDY):
    path.write_bytes(content)
    with pytest.raises(FileError, match=expected) as refused:
        Model.load(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("percent", range(100))
def test_a_file_cut_at_any_hundredth_is_refused(path, content, percent):
    refuse(path, content[: len(content) * percent // 100], "is no whole safetensors")


def test_a_file_with_something_after_it_is_refused(path, content):
    refuse(path, content + b"\0", "is no whole safetensors")


@pytest.mark.parametrize("share", np.arange(0, 1, 1 / 100).round(3).tolist())
@pytest.mark.parametrize("flip", [0x01, 0x20, 0xFF])
def test_a_file_with_one_byte_changed_is_refused(path, content, share, flip):
    place = int(share * len(content))
    changed = content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :]
    refuse(path, changed)


def test_every_byte_of_the_header_counts(path, content):
    length = int.from_bytes(content[:8], "little")
    unharmed = [
        place
        for place in range(8 + length)
        if _loads(path, content[:place] + b"\t" + content[place + 1 :])
    ]
    assert unharmed == []


def _loads(path, content):
    path.write_bytes(content)
    try:
        Model.load(path)
    except FileError:
        return False
    return True


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 100, 10_000])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_random_bytes_are_refused(path, size, seed):
    refuse(path, np.random.default_rng(seed).bytes(size), "is no whole safetensors")


@pytest.mark.parametrize("length", [0, 1, 10**8, 10**8 + 1, 2**31, 2**63, 2**64 - 1])
def test_a_header_of_any_pretended_length_is_refused(path, content, length):
    refuse(path, struct.pack("<Q", length) + content[8:], "is no whole safetensors")


@pytest.mark.parametrize("opening", ["[", '{"a":', "{"])
def test_a_header_nested_without_end_is_refused(path, opening):
    header = (opening * 100_000).encode()
    refuse(path, struct.pack("<Q", len(header)) + header, "is no whole safetensors")


def test_a_pickle_is_refused_and_not_run(path, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    refuse(path, pickle.dumps(Bomb()), "is no whole safetensors")
    assert not (tmp_path / "ran").exists()


def test_a_file_of_numpy_is_refused(path):
    with path.open("wb") as file:
        np.savez(file, x=np.ones(3))
    refuse(path, path.read_bytes(), "is no whole safetensors")


@pytest.mark.parametrize("texts", [None, {"format": "pt"}])
def test_a_foreign_safetensors_file_is_refused(path, texts):
    foreign = safetensors.numpy.save({"w": np.ones(3, np.float32)}, texts)
    refuse(path, foreign, "is a safetensors file, but no model of ranvier's; give a")


def test_a_run_s_weights_are_no_model(tmp_path):
    weights = trained(tmp_path).folder / "weights.safetensors"
    with pytest.raises(FileError, match="but no model of ranvier's; give a file that"):
        Model.load(weights)


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"cannot be read \(Is a directory\); give the"):
        Model.load(tmp_path)


@pytest.mark.parametrize("name", ["gone", "", "a\0b", "gone/model"])
def test_a_path_with_no_file_is_refused(tmp_path, name):
    with pytest.raises(FileError, match=r"cannot be read .*; give the path of a file"):
        Model.load(tmp_path / name)


@pytest.fixture
def parts(valid):
    """Return a valid model's arrays and texts, to be changed and sealed again."""
    arrays, texts = read_tensors(valid)
    texts.pop("sha256")
    return Tensors(arrays, texts)


def test_a_model_sealed_again_is_valid(path, parts, valid):
    path.write_bytes(sealed(parts))
    assert path.read_bytes() == valid.read_bytes()
    assert read_model(path).network == read_model(valid).network


@pytest.mark.parametrize("seal", ["", "0" * 64, "f" * 64, "x"])
def test_another_seal_is_refused(path, parts, content, seal):
    ours = read_tensors_of(content)["sha256"]
    assert ours != seal
    changed = content.replace(ours.encode(), seal.encode().ljust(64, b"-"))
    refuse(path, changed, "was altered after it was written: its SHA-256")


def read_tensors_of(content):
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length])["__metadata__"]


@pytest.mark.parametrize("version", ["0", "2", "", "one"])
def test_another_version_is_refused_by_its_writer(path, parts, version):
    parts.texts["version"] = version
    refuse(path, sealed(parts), rf"version '{version}', .* wrote it \(ranvier \d")


@pytest.mark.parametrize("members", ["", "0", "-1", "x", "100", "9" * 5000, "2"])
def test_another_number_of_members_is_refused(path, parts, members):
    parts.texts["members"] = members
    refuse(path, sealed(parts))


@pytest.mark.parametrize("member", [0, 1, 2, 3])
def test_arrays_of_a_member_too_many_are_refused(path, parts, member):
    parts.arrays[f"member_{member}.dense_1.weight"] = parts.arrays["dense_1.weight"]
    refuse(path, sealed(parts))


@pytest.mark.parametrize("name", ["dense_1.weight", "dense_2.bias", "encoder.scale"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(path, parts, name, bad):
    parts.arrays[name].flat[0] = bad
    refuse(path, sealed(parts), "not finite")


@pytest.mark.parametrize("name", ["dense_1.weight", "dense_2.bias", "encoder.shift"])
@pytest.mark.parametrize(
    "change",
    [
        lambda array: array[:-1],
        lambda array: array.T[..., None],
        lambda array: array.reshape(1, *array.shape),
        lambda array: np.zeros((0,), np.float32),
        lambda array: np.float32(1),
        lambda array: array.astype(np.int64),
        lambda array: array.astype(np.uint32),
    ],
)
def test_arrays_of_another_shape_or_type_are_refused(path, parts, name, change):
    parts.arrays[name] = np.asarray(change(parts.arrays[name]))
    refuse(path, sealed(parts))


@pytest.mark.parametrize("name", ["dense_1.weight", "dense_2.bias", "encoder.scale"])
def test_a_missing_array_is_refused(path, parts, name):
    del parts.arrays[name]
    refuse(path, sealed(parts))


def test_an_array_too_many_is_refused(path, parts):
    parts.arrays["dense_3.weight"] = np.ones((3, 3), np.float32)
    refuse(path, sealed(parts))


def test_an_encoder_of_another_size_is_refused(path, parts):
    for name in ("encoder.scale", "encoder.shift"):
        parts.arrays[name] = np.ones(5, np.float32)
    refuse(path, sealed(parts), r"encoder.scale has 5 values for rows of shape \(2,\)")


@pytest.mark.parametrize("text", [None, "", "[]", "7", "null", "x", "[" * 100_000])
@pytest.mark.parametrize("name", ["network", "schema", "recipe"])
def test_descriptions_that_are_none_are_refused(path, parts, name, text):
    parts.texts.pop(name)
    if text is not None:
        parts.texts[name] = text
    refuse(path, sealed(parts), "holds no model that can be used")


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["dense", "softmax", "adam", "type", 2**24, 2**63]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=4,
)


def _places(table, place=()):
    yield place
    named = table.items() if isinstance(table, dict) else ()
    counted = enumerate(table) if isinstance(table, list) else ()
    for key, inner in [*named, *counted]:
        yield from _places(inner, (*place, key))


def _replaced(table, place, value):
    if not place:
        return value
    copy = table.copy()
    copy[place[0]] = _replaced(table[place[0]], place[1:], value)
    return copy


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data(), value=ODD, name=st.sampled_from(["network", "schema", "recipe"]))
def test_a_description_changed_anywhere_is_refused_or_fits(valid, data, value, name):
    arrays, texts = read_tensors(valid)
    table = json.loads(texts[name])
    place = data.draw(st.sampled_from(list(_places(table))))
    changed = texts | {name: json.dumps(_replaced(table, place, value))}
    path = valid.with_name("changed")
    path.write_bytes(sealed(Tensors(arrays, changed)))
    try:
        model = Model.load(path, engine="reference")
    except FileError as refused:
        assert str(path) in str(refused)
    else:
        assert model.predict([[0.0, 0.0]]).shape == (1,)
