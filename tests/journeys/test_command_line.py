"""Each command as a user types it: in a pipe, in a terminal, and with mistakes."""

import json
import os
import re
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ranvier import Model, Run, data
from ranvier.cli import entry
from tests.support.commands import (
    PROGRAM,
    QUIET,
    Outcome,
    ranvier,
    save_bars,
    save_sums,
)

FEW = ("--epochs", 3)
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][;m]|\x1b\[[0-9;]*[34]8;")
HELP_SECONDS = 0.3


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """Train on MNIST with nothing but defaults, once for all tests."""
    folder = tmp_path_factory.mktemp("digits")
    return folder, ranvier("train", "digits", "--output", "digits.model", cwd=folder)


@pytest.fixture(scope="session")
def bars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with data, a run and a model of bars, and some bad files."""
    folder = tmp_path_factory.mktemp("bars")
    save_bars(folder / "bars.npz")
    save_sums(folder / "sums.npz")
    done = ranvier("train", "bars.npz", *FEW, "--output", "bars.model", cwd=folder)
    assert done.status == 0, done.err
    picture = Image.fromarray(np.eye(9, dtype=np.uint8) * 255)
    picture.save(folder / "whole.png")
    whole = (folder / "whole.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    model = (folder / "bars.model").read_bytes()
    (folder / "cut.model").write_bytes(model[: len(model) // 2])
    (folder / "text.model").write_text("no model")
    for empty in ("empty.npz", "empty.png", "empty.model", "empty.npy"):
        (folder / empty).touch()
    (folder / "no.toml").write_text("[recipe\n")
    (folder / "hollow").mkdir()
    return folder


@pytest.fixture
def here(bars: Path, tmp_path: Path) -> Path:
    """Return a folder of one's own, with the data of bars in it."""
    (tmp_path / "bars.npz").symlink_to(bars / "bars.npz")
    return tmp_path


# In a pipe


def test_digits_are_learnt_with_defaults(digits):
    folder, done = digits
    assert done.status == 0, done.err
    right = re.search(r"^test +([\d.]+) % right", done.out, re.MULTILINE)
    assert float(right[1]) >= 97.5
    assert (folder / "digits.model").read_bytes() == (
        folder / "runs/digits-1/model.safetensors"
    ).read_bytes()


def test_the_result_says_why_it_stopped_what_it_mistook_and_where_it_is(digits):
    _, done = digits
    run = Run.load(digits[0] / "runs/digits-1")
    assert run.stopped in done.out
    assert "is ↓ said →" in done.out
    assert len(re.findall(r"said \d \([01]\.\d\d\), is \d", done.out)) == 10
    assert "█" in done.out
    assert done.out.splitlines()[-3:] == [
        "run     runs/digits-1",
        "model   runs/digits-1/model.safetensors",
        "output  digits.model",
    ]


def test_progress_in_a_pipe_is_one_plain_line_an_epoch(digits):
    _, done = digits
    run = Run.load(digits[0] / "runs/digits-1")
    epochs = [line for line in done.err.splitlines() if line.startswith("epoch ")]
    assert len(epochs) == len(run.history)
    assert "loss" in epochs[0]
    assert "val_loss" in epochs[0]
    assert "val_accuracy" in epochs[0]
    assert "\x1b" not in done.out + done.err


def draw(image: np.ndarray, path: Path, side: int, dark_on_light: bool) -> str:
    picture = Image.fromarray(image)
    large = np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC))
    Image.fromarray(255 - large if dark_on_light else large).save(path)
    return str(path)


def test_drawn_digits_are_read_in_both_polarities_and_any_size(digits, tmp_path):
    images, truth = data.load("digits").test.take(range(24)).gathered()
    paths = [
        draw(image, tmp_path / f"{n}.png", 28 + 9 * n, dark_on_light=n % 2 == 0)
        for n, image in enumerate(images)
    ]
    done = ranvier("predict", digits[0] / "digits.model", *paths, cwd=tmp_path)
    assert done.status == 0, done.err
    said = [line.rsplit(": ", 1)[1].split()[0] for line in done.out.splitlines()]
    right = [answer == str(number) for answer, number in zip(said, truth, strict=True)]
    assert np.mean(right[::2]) >= 0.8
    assert np.mean(right[1::2]) >= 0.8


def test_digits_are_evaluated_on_their_test_part(digits):
    folder, trained = digits
    done = ranvier("evaluate", "digits.model", "digits", "--json", cwd=folder)
    judged = done.document
    assert (judged["part"], judged["rows"]) == ("test", 10_000)
    assert judged["accuracy"] >= 0.975
    assert f"{judged['accuracy'] * 100:.2f} % right" in trained.out
    assert np.sum(judged["confusion"]) == 10_000
    assert len(judged["mistakes"]) == 10


@pytest.mark.parametrize("source", ["runs/bars-1", "bars.model"])
def test_rows_and_pictures_are_predicted(bars, source):
    np.save(bars / "rows.npy", data.load(bars / "bars.npz").inputs[:2])
    done = ranvier("predict", source, "whole.png", "rows.npy", cwd=bars)
    assert done.status == 0, done.err
    names = [line.rpartition(":")[0] for line in done.out.splitlines()]
    assert names == ["whole.png", "rows.npy row 0", "rows.npy row 1"]
    assert re.fullmatch(
        r"whole\.png: (lying|standing) \(\d\.\d\d\)", done.out.splitlines()[0]
    )


def test_values_are_learnt_and_predicted(bars, tmp_path):
    done = ranvier("train", bars / "sums.npz", "--epochs", 60, cwd=tmp_path)
    assert done.status == 0, done.err
    assert "identity" in done.err
    (tmp_path / "x").mkdir()
    np.save(tmp_path / "rows.npy", [[1.0, 1.0, 1.0], [-1.0, 0.0, -1.0]])
    done = ranvier("predict", "runs/sums-1", "rows.npy", "--json", cwd=tmp_path)
    first, second = (one["answer"] for one in done.document["predictions"])
    assert first == pytest.approx(3, abs=0.8)
    assert second == pytest.approx(-2, abs=0.8)
    done = ranvier("evaluate", "runs/sums-1", bars / "sums.npz", cwd=tmp_path)
    assert re.match(r"test  loss [\d.]+ over 6 rows", done.out)


def test_folders_of_idx_files_are_data(tmp_path):
    for name, magic, values in (
        ("train-images-idx3-ubyte", b"\0\0\x08\x03", np.zeros((40, 3, 2), np.uint8)),
        ("train-labels-idx1-ubyte", b"\0\0\x08\x01", np.arange(40, dtype=np.uint8) % 2),
    ):
        sizes = np.array(values.shape, ">i4").tobytes()
        (tmp_path / name).write_bytes(magic + sizes + values.tobytes())
    done = ranvier("train", tmp_path, *FEW, "--folder", "here", cwd=tmp_path)
    assert done.status == 0, done.err
    assert (tmp_path / "here" / "model.safetensors").is_file()


def test_options_reach_the_training(here):
    words = "--hidden 7,5 --activation tanh --loss mse --optimizer momentum "
    words += "--learning-rate 0.02 --batch-size 9 --seed 4 --validation 0.2 --test 0.2 "
    words += "--patience 2 --engine reference --threads 1 --name mine --epochs 2"
    done = ranvier("train", "bars.npz", *words.split(), cwd=here)
    assert done.status == 0, done.err
    run = Run.load(here / "runs/mine")
    assert [one.units for one in run.network.layers] == [7, 5, 2]
    assert run.network.layers[0].activation == "tanh"
    assert (run.recipe.loss, run.recipe.batch_size, run.recipe.seed) == ("mse", 9, 4)
    assert run.recipe.optimizer.type == "momentum"
    assert run.recipe.optimizer.learning_rate == 0.02
    assert run.recipe.stopping.patience == 2
    assert run.engine == "reference"
    assert len(run.rows.test) == len(run.rows.validation) == 12


def test_a_run_goes_on_to_the_weights_of_one_never_stopped(here):
    for words in ("--name whole --epochs 4", "--name half --epochs 2"):
        assert ranvier("train", "bars.npz", *words.split(), cwd=here).status == 0
    done = ranvier("resume", "runs/half", "--epochs", 4, "--output", "m", cwd=here)
    assert done.status == 0, done.err
    models = (here / "runs" / name / "model.safetensors" for name in ("whole", "half"))
    assert len({path.read_bytes() for path in models}) == 1
    assert (here / "m").is_file()


def test_resuming_a_finished_run_says_so(bars):
    done = ranvier("resume", "runs/bars-1", cwd=bars)
    assert done.status == 0
    assert "all 3 epochs done" in done.out


def test_networks_are_counted_and_drawn(here):
    done = ranvier("summary", "crash-course", "--svg", "course.svg", cwd=here)
    assert done.status == 0
    assert "11,935" in done.out
    assert (here / "course.svg").read_text("utf-8").startswith("<svg")
    words = ("--hidden", 15, "--input", 784, "--output", 10)
    assert "11,935" in ranvier("summary", *words, cwd=here).out


def test_doctor_says_what_computes(here):
    done = ranvier("doctor", cwd=here)
    assert done.status == 0
    for word in ("python", "numpy", "threads", "native engine", "reference engine"):
        assert word in done.out


def test_the_crash_course_is_trained_as_it_stands(here):
    words = ("--recipe", "crash-course", "--hidden", 4, "--epochs", 1)
    assert ranvier("train", "bars.npz", *words, cwd=here).status == 0
    run = Run.load(here / "runs/bars-1")
    assert [layer.activation for layer in run.network.layers] == ["sigmoid"] * 2
    assert run.recipe.optimizer.learning_rate == 15.0


# For programs


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("train bars.npz --epochs 2", {"history", "run", "model", "evaluation"}),
        ("resume runs/bars-1", {"history", "run", "model", "evaluation"}),
        ("evaluate bars.model bars.npz", {"accuracy", "loss", "confusion", "mistakes"}),
        ("predict bars.model whole.png", {"predictions"}),
        ("summary crash-course", {"network", "layers", "total"}),
        ("doctor", {"ranvier", "engines", "targets", "threads"}),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) else "",
)
def test_json_is_one_document(bars, words, keys):
    done = ranvier(*words.split(), "--json", cwd=bars)
    assert done.status == 0, done.err
    assert keys <= set(done.document)


def test_the_history_in_a_document_has_every_epoch(here):
    done = ranvier("train", "bars.npz", *FEW, "--json", cwd=here)
    history = done.document["history"]
    assert [one["epoch"] for one in history] == [1, 2, 3]
    assert {"loss", "val_loss", "accuracy", "val_accuracy"} <= set(history[0])


@pytest.mark.parametrize(
    "words", ["train none.npz", "trian", "predict bars.model cut.png", "doctor --nope"]
)
def test_json_makes_errors_documents_too(bars, words):
    done = ranvier(*words.split(), "--json", cwd=bars)
    assert (done.status, done.err) == (2, "")
    assert list(done.document) == ["error"]


# Mistakes


MISTAKES = {
    "trian bars.npz": "Did you mean 'train'?",
    "train": "Missing argument 'DATA'",
    "train bars.npz --epoch 3": "--epochs",
    "train bars.npz --nothing": "No such option: --nothing",
    "train bars.npz more": "unexpected extra argument",
    "train digist": 'did you mean "digits"',
    "train none.npz": "there is no file or folder none.npz",
    "train empty.npz": "empty.npz cannot be read",
    "train bars.model": "bars.model is no kind of file",
    "train hollow": "hollow has no train-images",
    "train bars.npz --recipe crash-curse": 'did you mean "crash-course"',
    "train bars.npz --recipe no.toml": "is no TOML",
    "train bars.npz --recipe crash-course": "give it as many",
    "train bars.npz --epochs -3": "epochs must be a positive integer, got -3",
    "train bars.npz --epochs many": "many",
    "train bars.npz --hidden abc": "--hidden abc: expected the number of nodes",
    "train bars.npz --hidden -5": "units must be a positive integer, got -5",
    "train bars.npz --activation rulu": 'did you mean "relu"',
    "train bars.npz --loss mes": 'did you mean "mse"',
    "train bars.npz --optimizer adm": 'did you mean "adam"',
    "train bars.npz --learning-rate nan": "learning_rate must be a positive number",
    "train bars.npz --engine natve": 'did you mean "native"',
    "train bars.npz --threads 0": "threads must be a positive integer",
    "train bars.npz --validation 2": "validation must be a share",
    "train bars.npz --name bars-1": "holds a run already",
    "train bars.npz --name a/b": "expected the name of one folder",
    "train bars.npz --name a --folder b": "give one of them",
    "train bars.npz --folder bars.model/run": "cannot be written",
    "train bars.npz --output none/model": "the folder is missing",
    "resume none": "none holds no run",
    "resume runs/bars-1 --epochs 1": "has 3 epochs already",
    "evaluate none bars.npz": "there is no file or folder none",
    "evaluate bars.model sums.npz": "the model was trained on",
    "predict text.model whole.png": "no whole safetensors file",
    "predict empty.model whole.png": "no whole safetensors file",
    "predict cut.model whole.png": "no whole safetensors file",
    "predict hollow whole.png": "hollow holds no run",
    "predict bars.model": "Missing argument",
    "predict bars.model cut.png": "cut.png cannot be read as a picture",
    "predict bars.model empty.png": "empty.png cannot be read as a picture",
    "predict bars.model hollow": "hollow cannot be read as a picture",
    "predict bars.model none.png": "there is no picture none.png",
    "predict bars.model empty.npy": "empty.npy cannot be read as rows",
    "summary none": "there is no model, run or recipe none",
    "summary --svg hollow": "that is no file",
}


TYPED = [
    "trian bars.npz",
    "train bars.npz --epoch 3",
    "train digist",
    "train empty.npz",
    "train bars.npz --hidden abc",
    "predict cut.model whole.png",
    "predict bars.model cut.png",
    "train bars.npz --folder bars.model/run",
]
"""One mistake of each kind, to be made in a process of its own."""


def assert_one_line(done: Outcome, words: str) -> None:
    assert (done.status, done.out) == (2, "")
    assert re.fullmatch(r"error: [^\n]+\n", done.err)
    assert MISTAKES[words] in done.err


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_one_line_with_status_2(bars, words, monkeypatch, capsys):
    monkeypatch.chdir(bars)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    status = entry.run(words.split())
    assert_one_line(Outcome(status, *capsys.readouterr()), words)


@pytest.mark.parametrize("words", TYPED)
def test_a_mistake_as_it_is_typed_is_one_line_with_status_2(bars, words):
    assert_one_line(ranvier(*words.split(), cwd=bars), words)


def test_a_training_that_diverges_says_what_to_try(here):
    words = ("--learning-rate", 1e30, "--optimizer", "sgd")
    done = ranvier("train", "bars.npz", *words, cwd=here)
    assert done.status == 2
    assert re.search(
        r"^error: diverged in epoch 1.*learning_rate", done.err.splitlines()[-1]
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_a_mistake(here):
    (here / "closed").mkdir(mode=0o500)
    done = ranvier("train", "bars.npz", "--folder", "closed/run", cwd=here)
    assert done.status == 2
    assert re.fullmatch(r"error: closed/run cannot be written[^\n]+\n", done.err)


def test_a_processor_without_the_target_asked_for_is_told(here):
    done = ranvier("train", "bars.npz", cwd=here, RANVIER_TARGET="abacus")
    assert done.status == 2
    assert re.search(r"error: .*RANVIER_TARGET", done.err)


def test_debug_shows_the_traceback(bars):
    done = ranvier("train", "none.npz", "--debug", cwd=bars)
    assert done.status == 2
    assert done.err.startswith("Traceback")
    assert done.err.splitlines()[-1].startswith("error: there is no file")


def test_no_words_show_the_help(tmp_path):
    done = ranvier(cwd=tmp_path)
    assert done.status == 2
    assert "Usage: ranvier" in done.out


def test_help_is_quick_and_loads_no_numbers(tmp_path):
    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    times = [used()]
    for _ in range(3):
        assert ranvier("--help", cwd=tmp_path).status == 0
        times.append(used())
    assert min(np.diff(times)) <= HELP_SECONDS
    done = ranvier("--help", cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    for slow in ("numpy", "sklearn", "pydantic", "safetensors", "PIL"):
        assert not re.search(rf"\| +{slow}(\.|$)", done.err, re.MULTILINE)


@pytest.mark.parametrize("words", ["doctor", "doctor --json", "--help"])
def test_a_reader_that_leaves_is_left_in_peace(tmp_path, words):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [PROGRAM, *words.split()],
        cwd=tmp_path,
        env=QUIET,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode in (1, 141)


# In a terminal


Typed = Callable[..., Any]


@pytest.fixture
def typed() -> Iterator[Typed]:
    """Start a command in a terminal of 100 columns."""
    pexpect = pytest.importorskip("pexpect")
    children = []

    def start(*words: object, cwd: Path, **environment: str) -> Any:
        without_columns = {k: v for k, v in QUIET.items() if k != "COLUMNS"}
        child = pexpect.spawn(
            str(PROGRAM),
            [str(word) for word in words],
            cwd=str(cwd),
            env=without_columns | {"TERM": "xterm-256color"} | environment,
            dimensions=(40, 100),
            encoding="utf-8",
            timeout=60,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.close(force=True)


def seen(child: Any) -> str:
    """Return all that a command writes to its end."""
    child.expect(pytest.importorskip("pexpect").EOF)
    child.wait()
    return str(child.before)


forking = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@forking
def test_a_terminal_shows_a_bar_in_colours(here, typed):
    child = typed("train", "bars.npz", *FEW, cwd=here)
    screen = seen(child)
    assert child.exitstatus == 0
    assert "━" in screen
    assert re.search(r"epoch 3/3 .*val_loss \d", screen)
    assert COLOUR.search(screen)
    assert screen.rstrip().endswith("model.safetensors")


@forking
def test_no_color_is_respected(here, typed):
    child = typed("train", "bars.npz", *FEW, cwd=here, NO_COLOR="1")
    screen = seen(child)
    assert child.exitstatus == 0
    assert "━" in screen
    assert not COLOUR.search(screen)


@forking
def test_a_dumb_terminal_gets_plain_lines(here, typed):
    screen = seen(typed("train", "bars.npz", *FEW, cwd=here, TERM="dumb"))
    assert "\x1b" not in screen
    assert re.search(r"^epoch 3/3: loss", screen, re.MULTILINE)


@forking
def test_errors_are_one_line_in_a_terminal_too(here, typed):
    child = typed("train", "digist", cwd=here)
    screen = re.sub(r"\x1b\[[\d;]*m", "", seen(child))
    assert child.exitstatus == 2
    assert screen.startswith("error: there are no data called 'digist'")
    assert screen.count("error") == 1


@forking
def test_ctrl_c_says_how_to_go_on_and_it_does(here, typed):
    child = typed("train", "bars.npz", "--epochs", 10**6, "--no-stopping", cwd=here)
    child.expect(r"epoch [1-9]")
    child.sendintr()
    screen = seen(child)
    assert child.exitstatus == 130
    last = screen.strip().splitlines()[-1]
    assert last.endswith("go on with: ranvier resume runs/bars-1")
    assert "\x1b[?25h" in screen, "the cursor is shown again"
    done = len(Run.load(here / "runs/bars-1").history)
    assert done >= 1
    resumed = ranvier("resume", "runs/bars-1", "--epochs", done + 1, cwd=here)
    assert resumed.status == 0, resumed.err
    assert Model.load(here / "runs/bars-1/model.safetensors").schema.name == "bars"


def test_ctrl_c_in_a_pipe_is_one_last_line(here):
    process = subprocess.Popen(
        [
            PROGRAM,
            "train",
            "bars.npz",
            "--epochs",
            "1000000",
            "--no-stopping",
            "--json",
        ],
        cwd=here,
        env=QUIET,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        for line in process.stderr:
            if line.startswith("epoch 2"):
                break
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "ranvier resume runs/bars-1" in json.loads(out)["error"]
