"""builtin: the data that come with the package, by name."""

from collections.abc import Callable
from pathlib import Path

from ranvier.data.dataset import Dataset
from ranvier.data.sources.arrays import Origin
from ranvier.data.sources.folder import MNIST_NAMES, read_folder
from ranvier.registry import Registry

_MNIST = Path(__file__).parents[1] / "mnist"

_ORIGINALS = dict(
    zip(
        MNIST_NAMES,
        (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
        strict=True,
    )
)
"""SHA-256 of the four original files, unpacked."""


def digits() -> Dataset:
    """Load MNIST: 60,000 handwritten digits to learn from and 10,000 for the test.

    LeCun, Cortes and Burges 1998, http://yann.lecun.com/exdb/mnist/.

    Raises:
        FileError: a file of the package is missing or damaged.
    """
    origin = Origin("digits", source="digits", centred="mass")
    return read_folder(_MNIST, origin, _ORIGINALS)


CATALOGUE: Registry[Callable[[], Dataset]] = Registry("data set", {"digits": digits})
