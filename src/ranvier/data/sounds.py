"""sounds: a recording of any rate and kind → one row of its spectrum over time."""

import math
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data.schema import SoundForm
from ranvier.errors import DataError, FileError, MissingPackageError

DECIBELS = 60.0
"""How far below the loudest place a sound is told."""

_LOWEST = 20.0
_MOST_SAMPLES = 2**26
_UNKNOWN = 2**31 - 2**12  # a WAV of such a length or more was written as a stream
_LEAST_RATE, _MOST_RATE = 1_000, 384_000
_KINDS = "WAV, FLAC or OGG"

Floats = NDArray[np.float64]


class Length(NamedTuple):
    """Say how many samples a recording has in each channel, and how many a second."""

    samples: int
    rate: int


def read_sound(
    path_or_samples: str | Path | NDArray[Any],
    form: SoundForm,
    *,
    rate: int | None = None,
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Return a recording as a row of `form.shape`: bytes, or float32 for "mfcc".

    WAV, FLAC, OGG and what else libsndfile reads, of any rate; channels become their
    mean. Samples of another rate are resampled by a polyphase filter. Silence is read
    too, as a row without structure.

    path_or_samples: a file, or samples (N,) or (N, channels) with their `rate`.

    Raises:
        FileError: the file is missing, damaged, without samples, or no sound.
        DataError: the samples are none, or no rate was given with them.
        MissingPackageError: soundfile is not installed.

    >>> tone = np.sin(np.arange(4000) * 0.3)
    >>> read_sound(tone, SoundForm(8000, 64), rate=8000).shape
    (64, 40)
    """
    name = "the sound"
    if isinstance(path_or_samples, (str, Path)):
        name = str(path_or_samples)
        samples, rate = _opened(Path(path_or_samples))
    else:
        samples, rate = _given(np.asarray(path_or_samples), rate)
    if not np.isfinite(samples).all():
        raise DataError(
            f"{name} holds the sample {samples[~np.isfinite(samples)][0]}; give finite "
            "numbers, -1 to 1 is usual."
        )
    kept = _middle(samples, rate, form)
    return _row(_resampled(kept, rate, form.rate), form)


def read_length(path: Path) -> Length:
    """Return how long the recording at `path` says that it is; no sample is read.

    Raises:
        FileError: the file is missing, damaged, without samples, too long, or no sound.
        MissingPackageError: soundfile is not installed.
    """
    soundfile = _soundfile()
    try:
        _check_whole(path)
        with path.open("rb") as file, soundfile.SoundFile(file) as sound:
            length = Length(sound.frames, sound.samplerate)
            total = sound.frames * sound.channels
    except FileError:
        raise
    except (OSError, soundfile.SoundFileError) as error:
        raise _unread(path, error) from None
    if not total:
        raise FileError(f"{path} holds no samples; record it again, or take it away.")
    if total > _MOST_SAMPLES:
        raise FileError(
            f"{path} says that it holds {total:,} samples, more than {_MOST_SAMPLES:,};"
            " cut it into shorter ones."
        )
    if not _LEAST_RATE <= length.rate <= _MOST_RATE:
        raise FileError(
            f"{path} says that it has {length.rate:,} samples a second, expected "
            f"{_LEAST_RATE:,} to {_MOST_RATE:,}; write it again with its true rate."
        )
    return length


def _check_whole(path: Path) -> None:
    """Make sure that a WAV file is as long as it says; libsndfile reads what is left.

    Raises:
        FileError: it was cut short.
    """
    with path.open("rb") as file:
        head = file.read(8)
    said, held = int.from_bytes(head[4:], "little") + 8, path.stat().st_size
    if held >= 8 and head[:4] == b"RIFF" and held < said < _UNKNOWN:
        raise FileError(
            f"{path} says that it holds {said:,} bytes, and {held:,} are there; it was "
            "cut: get it again."
        )


def frames_of(length: Length, hop: float, window: float) -> int:
    """Return how many windows, `hop` seconds apart, a recording is long."""
    seconds = length.samples / length.rate
    return 1 + max(0, math.floor((seconds - window) / hop + 1e-6))


def _soundfile() -> Any:
    try:
        import soundfile
    except ImportError:
        raise MissingPackageError(
            "sounds are read by the package soundfile, which is not installed: "
            'pip install "ranvier[sound]".'
        ) from None
    return soundfile


def _opened(path: Path) -> tuple[Floats, int]:
    length, soundfile = read_length(path), _soundfile()
    try:
        with path.open("rb") as file:
            samples, _ = soundfile.read(file, dtype="float64", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise _unread(path, error) from None
    if len(samples) < length.samples:
        raise FileError(
            f"{path} holds {len(samples):,} samples, its header says "
            f"{length.samples:,}; it was cut: get it again."
        )
    return samples.mean(axis=1), length.rate


def _unread(path: Path, error: Exception) -> FileError:
    if isinstance(error, FileNotFoundError):
        return FileError(f"there is no sound {path}; give a file of {_KINDS}.")
    return FileError(
        f"{path} cannot be read as a sound ({error}); give an undamaged file of "
        f"{_KINDS}."
    )


def _given(array: NDArray[Any], rate: int | None) -> tuple[Floats, int]:
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2) or not array.size:
        raise DataError(
            f"an array of {array.dtype} and shape {array.shape} is no sound; give "
            "numbers, (N,) or (N, channels)."
        )
    if rate is None or not _LEAST_RATE <= rate <= _MOST_RATE:
        raise DataError(
            f"rate={rate!r}: give with the samples how many there are in a second, "
            f"{_LEAST_RATE:,} to {_MOST_RATE:,}."
        )
    samples = array.astype(np.float64)
    return samples if samples.ndim == 1 else samples.mean(axis=1), rate


def _middle(samples: Floats, rate: int, form: SoundForm) -> Floats:
    """Return what the frames of a row need, from the middle of the sound."""
    needed = math.ceil(((form.frames - 1) * form.hop + form.window) * rate) + 1
    start = max(0, len(samples) - needed) // 2
    return samples[start : start + needed]


def _resampled(samples: Floats, rate: int, wanted: int) -> Floats:
    if rate == wanted:
        return samples
    from scipy.signal import resample_poly

    shared = math.gcd(rate, wanted)
    changed: Floats = resample_poly(samples, wanted // shared, rate // shared)
    return changed


def _row(samples: Floats, form: SoundForm) -> NDArray[np.uint8] | NDArray[np.float32]:
    decibels = _decibels(samples, form)
    if form.features == "mfcc":
        return _placed(_coefficients(decibels, form), form.frames)
    if decibels.max() == decibels.min():
        decibels = decibels - DECIBELS  # silence is as soft as can be, not as loud
    louder = decibels.mean(axis=0) - decibels.mean()
    level = decibels - form.levelled * louder
    inside = 1 + 254 * np.clip(level / DECIBELS + 1, 0, 1)
    return _placed(np.rint(inside).astype(np.uint8), form.frames)


def _decibels(samples: Floats, form: SoundForm) -> Floats:
    """Return (windows, bands): decibels below the loudest place, at most 60 of them."""
    length, hop = round(form.window * form.rate), max(1, round(form.hop * form.rate))
    hann, bank = _bank(form.rate, length, form.bands)
    padded = np.pad(samples, (0, max(0, length - len(samples))))
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]
    size = 2 * (bank.shape[0] - 1)
    power = np.abs(np.fft.rfft(windows * hann, size)) ** 2 @ bank
    loudest = power.max()
    if loudest <= np.finfo(np.float64).tiny:
        return np.zeros_like(power)
    floor = 10 ** (-DECIBELS / 10)
    decibels: Floats = 10 * np.log10(np.maximum(power / loudest, floor))
    return decibels


@lru_cache(maxsize=8)
def _bank(rate: int, length: int, bands: int) -> tuple[Floats, Floats]:
    """Return the Hann window (length,) and the triangles (frequencies, bands)."""
    top = 2595 * np.log10(1 + rate / 2 / 700)
    low = 2595 * np.log10(1 + _LOWEST / 700)
    edges = 700 * (10 ** (np.linspace(low, top, bands + 2) / 2595) - 1)
    size = 2
    while size < length or rate / size > (edges[1] - edges[0]):
        size *= 2  # so that every triangle holds a frequency
    at = np.fft.rfftfreq(size, 1 / rate)[:, None]
    rise = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return hann, np.maximum(0, np.minimum(rise, fall))


def _coefficients(decibels: Floats, form: SoundForm) -> NDArray[np.float32]:
    from scipy.fft import dct

    kept = dct(decibels, norm="ortho")[:, : form.coefficients]
    spread = kept.std(axis=0)
    row = (kept - kept.mean(axis=0)) / np.where(spread > 1e-6, spread, 1)
    standardised: NDArray[np.float32] = row.astype(np.float32)
    return standardised


def _placed(row: NDArray[Any], frames: int) -> NDArray[Any]:
    """Return `frames` windows: the middle of `row`, or zeros around it."""
    spare = frames - len(row)
    if spare <= 0:
        return row[-spare // 2 :][:frames]
    return np.pad(row, ((spare // 2, spare - spare // 2), (0, 0)))
