import gzip
import hashlib
import subprocess
import sys
from importlib import resources

import numpy as np
import pytest

from ranvier.data import CATALOGUE, ImageForm, load
from ranvier.data.sources import builtin
from ranvier.data.sources.folder import MNIST_NAMES
from ranvier.errors import FileError
from tests.support.idx import small_images, write_folder

ORIGINALS = (
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)


@pytest.mark.parametrize(
    ("name", "digest"), [*zip(MNIST_NAMES, ORIGINALS, strict=True)]
)
def test_the_packages_files_are_the_original_ones(name, digest):
    file = resources.files("ranvier.data") / "mnist" / f"{name}.gz"
    content = gzip.decompress(file.read_bytes())
    assert hashlib.sha256(content).hexdigest() == digest


@pytest.mark.parametrize("name", CATALOGUE)
def test_everything_in_the_catalogue_loads_and_knows_its_source(name):
    data = load(name)
    assert data.source == data.schema.name == name


def test_digits_are_mnist(digits):
    assert digits.inputs.shape == (70_000, 28, 28)
    assert digits.inputs.dtype == np.uint8
    assert digits.schema.classes == tuple("0123456789")
    assert digits.schema.image == ImageForm(28, 28, centred="mass")
    assert (len(digits.train), len(digits.test)) == (60_000, 10_000)
    assert digits.targets[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert digits.test.targets[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert digits.inputs[0, 5, 12:16].tolist() == [3, 18, 18, 18]


def test_digits_with_another_content_are_refused(tmp_path, monkeypatch):
    write_folder(tmp_path, *small_images(9), *small_images(6))
    monkeypatch.setattr(builtin, "_MNIST", tmp_path)
    with pytest.raises(
        FileError, match=r"is not the original file: .* install ranvier"
    ):
        load("digits")


def test_loading_digits_takes_little_more_memory_than_their_pixels():
    code = (
        "import resource, numpy, ranvier.data\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "ranvier.data.load('digits')\n"
        "print((peak() - before) / 1024)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    # 70,000 x 784 bytes are 52.3 MiB.
    assert float(run.stdout) < 52.3 + 8


def test_importing_data_imports_neither_scikit_learn_nor_pillow():
    code = (
        "import sys, ranvier.data; print({'sklearn', 'scipy', 'PIL'} & {*sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"
