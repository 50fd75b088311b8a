"""sounds: a folder of recordings by class → Dataset."""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from ranvier.data.dataset import Dataset
from ranvier.data.schema import SoundForm
from ranvier.data.sounds import Length, frames_of, read_length, read_sound
from ranvier.data.sources.classified import list_files, pack
from ranvier.data.sources.decoding import decoded, for_each
from ranvier.errors import DataError

_MOST_RATE = 16_000
_MOST_FRAMES = 512
_FIT = 0.95


def load_sounds(
    folder: str | Path,
    *,
    pattern: str | None = None,
    rate: int | None = None,
    seconds: float | None = None,
    features: Literal["log_mel", "mfcc"] = "log_mel",
    memory: int = 2**31,
) -> Dataset:
    """Load a folder of recordings by class, `folder/class/*.wav`, as spectra over time.

    WAV, FLAC, OGG and what else libsndfile reads, of any rate and channels, also below
    `folder/train/class` and `folder/test/class`; see `list_files`. Each becomes a row
    as `SoundForm` says, bytes for "log_mel" and float32 for "mfcc".

    pattern: how names tell the class where folders do not, as in
        "{label}_{speaker}_{index}.wav"; then `split(groups="speaker")` holds speakers
        out.
    rate: samples a second; the commonest rate if left out, at most 16,000.
    seconds: how much of each sound is kept; if left out, what nineteen of twenty fit
        into, in the nearest number of frames that eight divides, at most 512.
    memory: bytes up to which the rows are held in memory, not in a temporary file.

    Raises:
        FileError: the folder or a sound is missing, damaged or without samples.
        DataError: there are fewer than two classes, or one without sounds.
        DescriptionError: rate, seconds or features are none.
        MissingPackageError: soundfile is not installed.

    >>> import tempfile, soundfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("high", "low"):
    ...         tone = np.sin(np.arange(4000) * (0.9 if name == "high" else 0.3))
    ...         soundfile.write(Path(folder, f"{name}_1.wav"), tone, 8000)
    ...     load_sounds(folder, pattern="{label}_{index}.wav").inputs.shape
    (2, 48, 40)
    """
    listing = list_files(folder, pattern)
    lengths = for_each(read_length, listing.paths)
    form = _form(lengths, rate, seconds, features)
    kind = np.uint8 if features == "log_mel" else np.float32
    read = partial(read_sound, form=form)
    inputs = decoded(listing.paths, read, form.shape, memory, kind)
    own = None if features == "log_mel" else features
    asked = {"pattern": pattern, "rate": rate, "seconds": seconds, "features": own}
    return pack(listing, inputs, form, options=asked)


def _form(
    lengths: list[Length],
    rate: int | None,
    seconds: float | None,
    features: Literal["log_mel", "mfcc"],
) -> SoundForm:
    rates = Counter(length.rate for length in lengths)
    usual = min(rates, key=lambda one: (-rates[one], one))
    plain = SoundForm(min(usual, _MOST_RATE) if rate is None else rate, 1, features)
    if seconds is None:
        counts = [frames_of(one, plain.hop, plain.window) for one in lengths]
        fitting = round(float(np.quantile(counts, _FIT)) / 8) * 8
        frames = min(max(8, fitting), _MOST_FRAMES)
    else:
        if not isinstance(seconds, (int, float)) or not 0 < seconds <= 160:
            raise DataError(
                f"seconds={seconds!r}: give how much of each sound is kept, above 0 "
                "and at most 160; 1.0 suits single words."
            )
        frames = max(1, round(seconds / plain.hop))
    return SoundForm(plain.rate, frames, features)
