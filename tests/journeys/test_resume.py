"""A training that the system stops goes on as if it had never been stopped.

Each training is a process of its own, on handwritten digits, and dies by a signal.
"""

import random
import re
import signal
import subprocess
import sys
import time

import pytest

from ranvier.data import load
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.training import Run, train
from tests.support.folders import left_in

TRAIN = """
import sys
from pathlib import Path
from ranvier.data import load
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training import Started, resume, train

folder, network, recipe, rows = sys.argv[1:]

def say(event):
    if isinstance(event, Started):
        print("started", flush=True)

if Path(folder, "run.json").exists():
    resume(folder, on_event=say)
else:
    data = load("digits").take(range(int(rows)))
    network, recipe = Network.from_json(network), Recipe.from_json(recipe)
    train(network, data, recipe, folder=folder, on_event=say)
"""

NETWORK = Network([Dense(15, "sigmoid"), Dense(10, "softmax")])
RECIPE = Recipe(epochs=120, batch_size=8, stopping=None, seed=4)
ROWS = 4_000
"""Together they train for a second or more, and no kill comes later than a tenth."""


def started(folder, network=NETWORK, recipe=RECIPE, rows=ROWS):
    """Return a process that has begun, or resumed, the run in `folder`."""
    texts = [str(folder), network.to_json(), recipe.to_json(), str(rows)]
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN, *texts],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "started\n", process.communicate()[1]
    return process


def ended(process):
    """Return what the process wrote to its standard error."""
    return process.communicate(timeout=60)[1]


def stopped(folder, sign, after):
    """Begin or resume the run, send it a signal, and return its last words."""
    process = started(folder)
    time.sleep(after)
    process.send_signal(sign)
    words = ended(process)
    assert not Run.load(folder).is_finished, "the signal came too late to test anything"
    return words


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return what the run leaves that was never stopped."""
    data = load("digits").take(range(ROWS))
    return left_in(
        train(NETWORK, data, RECIPE, folder=tmp_path_factory.mktemp("whole")).folder
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_many_kills_in_a_row_change_nothing(tmp_path, seed, whole):
    delays = random.Random(seed)
    for _ in range(3):
        stopped(tmp_path, signal.SIGKILL, delays.uniform(0, 0.1))
    process = started(tmp_path)
    assert (ended(process), process.returncode) == ("", 0)
    assert left_in(tmp_path) == whole


def test_ctrl_c_says_how_to_go_on_and_changes_nothing(tmp_path, whole):
    words = stopped(tmp_path, signal.SIGINT, 0.1).splitlines()[-1]
    found = re.fullmatch(
        r"KeyboardInterrupt: stopped in epoch (\d+); all epochs before it are kept: "
        r"go on with ranvier\.resume\('(.*)'\)",
        words,
    )
    assert found, words
    run = Run.load(found[2])
    assert len(run.history) == int(found[1]) - 1
    assert (tmp_path / "weights.safetensors").exists()
    stopped(tmp_path, signal.SIGINT, 0.05)
    ended(started(tmp_path))
    assert left_in(tmp_path) == whole


def test_ctrl_c_ends_a_long_epoch_at_once(tmp_path):
    wide = Network([Dense(4_000, "relu"), Dense(4_000, "relu"), Dense(10, "softmax")])
    process = started(tmp_path, wide, Recipe(epochs=1, stopping=None), rows=60_000)
    time.sleep(0.1)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    words = ended(process)
    assert time.monotonic() - pressed < 5, "the whole epoch takes three times as long"
    assert "stopped in epoch 1; all epochs before it are kept" in words


FILL = """
import resource, sys
from ranvier.data import load
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training import train

folder, network, limit = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
data = load("digits").take(range(500))
recipe = Recipe(epochs=600, stopping=None)
train(Network.from_json(network), data, recipe, folder=folder)
"""


@pytest.mark.parametrize(
    ("limit", "epochs", "way_on"),
    [(40_000, 0, False), (100_000, 300, True)],
    ids=["before-the-first-epoch", "later"],
)
def test_a_full_disk_is_told_and_leaves_a_whole_run(tmp_path, limit, epochs, way_on):
    folder = tmp_path / "run"
    flat = Network([Dense(10, "softmax")])  # its checkpoint takes 94 kB
    texts = [str(folder), flat.to_json(), str(limit)]
    process = subprocess.run(
        [sys.executable, "-B", "-c", FILL, *texts],  # compiled modules would be cut too
        capture_output=True,
        text=True,
        check=False,
    )
    words = process.stderr.splitlines()[-1]
    assert re.search(
        r"FileError: .* cannot be written \(File too large\); free sp", words
    )
    assert ("Then go on with ranvier.resume" in words) == way_on
    assert (folder / "run.json").exists() == way_on
    assert not way_on or len(Run.load(folder).history) > epochs
