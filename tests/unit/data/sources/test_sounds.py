from pathlib import Path

import numpy as np
import pytest
import soundfile

from ranvier.data import SoundForm, list_files, load, load_sounds, read_sound
from ranvier.data.schema import Schema
from ranvier.errors import DataError, DescriptionError, FileError

SPOKEN = "{label}_{speaker}_{index}.wav"
DIGITS = Path(__file__).parents[5] / "shared/data/free-spoken-digit-dataset/recordings"


def tone(hertz, seconds=0.5, rate=8000):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


@pytest.fixture
def put(tmp_path):
    def put(*names, rate=8000, seconds=0.5):
        for number, name in enumerate(names, 3):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, tone(100 * number, seconds, rate), rate)
        return tmp_path

    return put


def test_sounds_become_rows_as_at_prediction(put):
    folder = put("low/1.wav", "low/2.flac", "high/1.ogg")
    data = load_sounds(folder)
    assert data.schema.classes == ("high", "low")
    assert data.targets.tolist() == [0, 1, 1]
    assert data.inputs.dtype == np.uint8
    for row, path in zip(data.inputs, list_files(folder).paths, strict=True):
        np.testing.assert_array_equal(row, read_sound(path, data.schema.sound))


def test_a_form_is_kept_in_the_schemas_document(put):
    schema = load_sounds(put("a/1.wav", "b/1.wav")).schema
    assert schema.sound == SoundForm(8000, 48)
    assert Schema.from_json(schema.to_json()) == schema
    assert Schema.from_toml(schema.to_toml()) == schema


def test_names_can_tell_the_class(put):
    data = load_sounds(put("3_ann_0.wav", "7_bob_0.wav"), pattern=SPOKEN)
    assert data.schema.classes == ("3", "7")


@pytest.mark.parametrize(
    "options",
    [
        {"pattern": SPOKEN},
        {"pattern": SPOKEN, "rate": 4000, "features": "mfcc"},
        {"pattern": SPOKEN, "seconds": 0.25},
    ],
)
def test_the_source_says_how_sounds_were_read(put, options):
    data = load_sounds(put("3_ann_0.wav", "7_bob_0.wav"), **options)
    assert load(data.source).fingerprint() == data.fingerprint()


def test_the_fields_of_a_pattern_part_the_rows(put):
    data = load_sounds(put("3_ann_0.wav", "7_bob_0.wav", "3_bob_1.wav"), pattern=SPOKEN)
    parts = data.split(test=0.4, validation=0, groups="speaker")
    assert set(parts.train.column("speaker")).isdisjoint(parts.test.column("speaker"))


def test_coefficients_are_floats(put):
    data = load_sounds(put("a/1.wav", "b/1.wav"), features="mfcc")
    assert data.inputs.dtype == np.float32
    assert data.inputs.shape == (2, 48, 13)


def test_the_commonest_rate_is_taken(put):
    put("a/1.wav", "a/2.wav", rate=11025)
    assert load_sounds(put("b/1.wav")).schema.sound.rate == 11025


def test_a_high_rate_is_brought_down_to_16000(put):
    folder = put("a/1.wav", "b/1.wav", rate=48_000)
    assert load_sounds(folder).schema.sound.rate == 16_000


@pytest.mark.parametrize(("seconds", "frames"), [(0.01, 8), (0.8, 80), (9.0, 512)])
def test_the_length_is_what_most_sounds_have(put, seconds, frames):
    folder = put("a/1.wav", "b/1.wav", seconds=seconds)
    assert load_sounds(folder).schema.sound.frames == frames


def test_rate_and_length_can_be_given(put):
    data = load_sounds(put("a/1.wav", "b/1.wav"), rate=4000, seconds=0.25)
    assert data.schema.sound == SoundForm(4000, 25)


@pytest.mark.parametrize("seconds", [0, -1, 1000, "1"])
def test_a_length_that_is_none_is_refused(put, seconds):
    with pytest.raises(DataError, match=r"seconds=.*: give how much of each sound"):
        load_sounds(put("a/1.wav", "b/1.wav"), seconds=seconds)


def test_features_that_are_none_are_refused(put):
    with pytest.raises(DescriptionError, match="features must be log_mel or mfcc"):
        load_sounds(put("a/1.wav", "b/1.wav"), features="wave")


def test_a_damaged_sound_is_named(put):
    folder = put("a/1.wav", "b/1.wav")
    (folder / "b" / "1.wav").write_bytes(b"RIFF")
    with pytest.raises(FileError, match=r"b/1.wav cannot be read as a sound"):
        load_sounds(folder)


def test_a_test_part_stays_one(put):
    data = load_sounds(put("train/a/1.wav", "train/b/1.wav", "test/b/1.wav"))
    assert len(data.train) == 2
    assert data.test.targets.tolist() == [1]


def test_a_schema_whose_sounds_have_another_shape_is_refused():
    with pytest.raises(DescriptionError, match=r"the sound form makes rows of shape"):
        Schema("x", (2, 2), "regression", (), 1, sound=SoundForm(8000, 64))


def test_a_form_that_is_none_is_refused():
    with pytest.raises(DescriptionError, match=r"sound must be a SoundForm or None"):
        Schema("x", (64, 40), "regression", (), 1, sound=3)


@pytest.mark.skipif(not DIGITS.is_dir(), reason="the spoken digits are not here")
def test_spoken_digits_are_read_with_their_speakers():
    listing = list_files(DIGITS, SPOKEN)
    assert len(listing.classes) == 10
    assert len(set(listing.groups["speaker"])) == 6
    row = read_sound(listing.paths[0], SoundForm(8000, 64))
    assert 20 < (row > 0).any(axis=1).sum() <= 64
