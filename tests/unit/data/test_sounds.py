import io
import sys

import numpy as np
import pytest
import soundfile

from ranvier.data import SoundForm, read_sound
from ranvier.data import sounds as reading
from ranvier.errors import DataError, DescriptionError, FileError, MissingPackageError

FORM = SoundForm(8000, 64, levelled=0.0)
MFCC = SoundForm(8000, 64, "mfcc")


def tone(hertz, seconds=0.5, rate=8000):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


@pytest.fixture
def save(tmp_path):
    def save(samples, kind="wav", rate=8000, **options):
        path = tmp_path / f"my sound.{kind}"
        soundfile.write(path, samples, rate, **options)
        return path

    return save


def mel(hertz):
    return 2595 * np.log10(1 + hertz / 700)


@pytest.mark.parametrize("hertz", [100, 440, 1000, 3700])
def test_a_tone_is_loudest_in_the_band_of_its_mels(hertz):
    row = read_sound(tone(hertz), FORM, rate=8000)
    edges = np.linspace(mel(20), mel(4000), 42)
    expected = np.abs(edges[1:-1] - mel(hertz)).argmin()
    assert abs(int(row[30].argmax()) - expected) <= 1
    assert row[30].max() >= 254


def test_a_row_agrees_with_the_definition():
    samples = np.random.default_rng(0).normal(0, 0.1, 8000 // 4)
    row = read_sound(samples, FORM, rate=8000)
    edges = 700 * (10 ** (np.linspace(mel(20), mel(4000), 42) / 2595) - 1)
    hann = np.hanning(201)[:-1]
    power = np.zeros((1 + (2000 - 200) // 80, 40))
    for number in range(len(power)):
        spectrum = np.fft.rfft(samples[number * 80 : number * 80 + 200] * hann, 256)
        for band in range(40):
            low, middle, high = edges[band : band + 3]
            at = np.arange(129) * 8000 / 256
            share = np.minimum(
                (at - low) / (middle - low), (high - at) / (high - middle)
            )
            power[number, band] = np.sum(np.abs(spectrum) ** 2 * np.maximum(share, 0))
    below = np.maximum(10 * np.log10(power / power.max()), -reading.DECIBELS)
    expected = np.rint(1 + 254 * (below / reading.DECIBELS + 1))
    first = (64 - len(power)) // 2
    np.testing.assert_allclose(row[first : first + len(power)], expected, atol=1)
    assert row[:first].max() == row[first + len(power) :].max() == 0


def test_levelling_takes_a_share_of_what_a_band_is_louder():
    samples = np.random.default_rng(0).normal(0, 0.1, 5240)
    plain = read_sound(samples, FORM, rate=8000).astype(float)
    half = read_sound(samples, SoundForm(8000, 64), rate=8000).astype(float)
    louder = plain.mean(axis=0) - plain.mean()
    expected = np.clip(plain - 0.5 * louder, 1, 255)
    np.testing.assert_allclose(half, expected, atol=1.5)


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg"])
def test_every_kind_of_file_is_read(save, kind):
    row = read_sound(save(tone(440), kind), FORM)
    expected = read_sound(tone(440), FORM, rate=8000)
    loud = expected > 150
    assert loud.sum() > 100
    np.testing.assert_allclose(row[loud].astype(int), expected[loud], atol=12)


@pytest.mark.parametrize("rate", [4000, 11025, 16000, 22050, 44100, 48000])
def test_another_rate_gives_the_same_row_where_both_can_hear(rate):
    row = read_sound(tone(440, rate=rate), FORM, rate=rate).astype(int)
    expected = read_sound(tone(440), FORM, rate=8000)
    inner = (expected > 200)[16:48]
    np.testing.assert_allclose(row[16:48][inner], expected[16:48][inner], atol=6)


def test_channels_become_their_mean(save):
    both = np.stack([tone(440), tone(1000)], axis=1)
    row = read_sound(save(both, subtype="FLOAT"), FORM)
    expected = read_sound((tone(440) + tone(1000)) / 2, FORM, rate=8000)
    np.testing.assert_allclose(row.astype(int), expected, atol=1)


@pytest.mark.parametrize("loudness", [0.01, 1, 1000])
@pytest.mark.parametrize("form", [FORM, MFCC])
def test_loudness_changes_nothing(loudness, form):
    row = read_sound(tone(440) * loudness, form, rate=8000)
    expected = read_sound(tone(440), form, rate=8000)
    np.testing.assert_allclose(row.astype(float), expected.astype(float), atol=1)


def test_of_a_long_sound_the_middle_is_kept():
    long = np.concatenate([tone(440, 1.0), tone(1000, 0.665), tone(440, 1.0)])
    middle = read_sound(long, FORM, rate=8000)[8:56]
    alone = read_sound(tone(1000, 0.665), FORM, rate=8000)[8:56]
    assert middle.argmax(axis=1).tolist() == alone.argmax(axis=1).tolist()


@pytest.mark.parametrize("count", [1, 199, 200, 201, 279, 280, 281])
def test_a_sound_of_few_samples_is_a_row(count):
    row = read_sound(np.ones(count), FORM, rate=8000)
    assert (row > 0).any(axis=1).sum() == 1 + max(0, count - 200) // 80


@pytest.mark.parametrize("samples", [np.zeros(4000), np.full(4000, 1e-200)])
def test_silence_is_as_soft_as_can_be(samples):
    row = read_sound(samples, FORM, rate=8000)
    assert set(np.unique(row)) == {0, 1}


def test_silence_as_coefficients_is_nothing():
    assert not read_sound(np.zeros(4000), MFCC, rate=8000).any()


def test_coefficients_have_mean_0_and_deviation_1_over_the_sound():
    samples = np.random.default_rng(0).normal(0, 0.1, 5240)
    row = read_sound(samples, MFCC, rate=8000)
    assert row.shape == (64, 13)
    assert row.dtype == np.float32
    np.testing.assert_allclose(row.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(row.std(axis=0), 1, atol=1e-5)


@pytest.mark.parametrize(
    "form",
    [
        SoundForm(1000, 8, bands=512),
        SoundForm(192_000, 8, bands=2),
        SoundForm(8000, 8, window=0.001, hop=1.0),
    ],
)
def test_every_form_gives_rows_without_holes(form):
    samples = np.random.default_rng(0).normal(size=form.rate)
    row = read_sound(samples, form, rate=form.rate)
    assert row.shape == form.shape
    assert (row.max(axis=0) > 1).all()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"there is no sound .*none.wav; give a file"):
        read_sound(tmp_path / "none.wav", FORM)


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\0\0\0\0WAVE"])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "song.wav"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"song.wav cannot be read as a sound"):
        read_sound(path, FORM)


def test_a_sound_of_0_samples_is_refused(save):
    with pytest.raises(FileError, match=r"my sound.wav holds no samples; record it"):
        read_sound(save(np.zeros(0)), FORM)


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg"])
@pytest.mark.parametrize("percent", range(0, 100, 10))
def test_a_sound_cut_anywhere_is_refused_or_read(tmp_path, kind, percent):
    stream = io.BytesIO()
    grain = np.random.default_rng(0).uniform(-1, 1, 4000)
    soundfile.write(stream, grain, 8000, format=kind)
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(stream.getvalue()[: stream.tell() * percent // 100])
    try:
        assert read_sound(path, FORM).shape == (64, 40)
    except FileError as error:
        assert f"cut.{kind}" in str(error)


def test_a_flac_cut_short_is_refused(tmp_path):
    path = tmp_path / "cut.flac"
    soundfile.write(path, np.random.default_rng(0).uniform(-1, 1, 40_000), 8000)
    path.write_bytes(path.read_bytes()[:30_000])
    with pytest.raises(FileError, match=r"cut.flac (cannot be read|holds .* was cut)"):
        read_sound(path, FORM)


def test_a_wav_cut_short_is_refused(save):
    path = save(tone(440))
    content = path.read_bytes()
    path.write_bytes(content[:-100])
    said = rf"says that it holds {len(content):,} bytes, and {len(content) - 100:,} are"
    with pytest.raises(FileError, match=said):
        read_sound(path, FORM)


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFF024, 0x80000024])
def test_a_wav_that_was_written_as_a_stream_is_read(save, length):
    path = save(tone(440))
    content = path.read_bytes()
    path.write_bytes(content[:4] + length.to_bytes(4, "little") + content[8:])
    assert read_sound(path, FORM).shape == (64, 40)


def test_a_header_of_too_many_samples_is_refused(save, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_SAMPLES", 100)
    with pytest.raises(FileError, match=r"holds 4,000 samples, more than 100; cut it"):
        read_sound(save(tone(440)), FORM)


@pytest.mark.parametrize("rate", [1, 999, 2_000_000])
def test_a_header_of_an_impossible_rate_is_refused(save, rate):
    with pytest.raises(FileError, match=r"samples a second, expected 1,000 to 384,000"):
        read_sound(save(tone(440), rate=rate), FORM)


def test_a_sample_that_is_no_number_is_refused(save):
    samples = tone(440)
    samples[7] = np.nan
    with pytest.raises(DataError, match=r"my sound.wav holds the sample nan; give"):
        read_sound(save(samples, subtype="FLOAT"), FORM)


@pytest.mark.parametrize("array", [np.zeros(0), np.zeros((2, 2, 2)), np.array(["a"])])
def test_what_is_no_sound_is_refused(array):
    with pytest.raises(DataError, match=r"is no sound; give numbers, \(N,\) or"):
        read_sound(array, FORM, rate=8000)


@pytest.mark.parametrize("rate", [None, 3, 10**6])
def test_samples_without_a_rate_are_refused(rate):
    with pytest.raises(DataError, match=r"rate=.*: give with the samples how many"):
        read_sound(tone(440), FORM, rate=rate)


def test_a_missing_package_is_named_with_its_extra(save, monkeypatch):
    path = save(tone(440))
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingPackageError, match=r'pip install "ranvier\[sound\]"'):
        read_sound(path, FORM)


def test_more_coefficients_than_bands_are_refused():
    with pytest.raises(DescriptionError, match=r"no more coefficients than bands"):
        SoundForm(8000, 64, "mfcc", bands=10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": 10}, "rate must be samples a second"),
        ({"frames": 0}, "frames must be an integer from 1"),
        ({"features": "wave"}, "features must be log_mel or mfcc"),
        ({"bands": 1}, "bands must be an integer from 2 to 512"),
        ({"coefficients": 0}, "coefficients must be a positive integer"),
        ({"window": 0.0}, "window must be seconds"),
        ({"hop": 2.0}, "hop must be at most 1"),
        ({"levelled": -1.0}, "levelled must be a share from 0 to 1"),
    ],
)
def test_what_is_no_form_is_refused(options, message):
    with pytest.raises(DescriptionError, match=message):
        SoundForm(**{"rate": 8000, "frames": 64, **options})
