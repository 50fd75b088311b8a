"""Each command as a user types it, in a pipe."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ranvier import Run, data
from ranvier.recipe import Clip, Penalty
from tests.support.commands import PROGRAM, QUIET, ranvier

FEW = ("--epochs", 3)
HELP_SECONDS = 0.3


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
    drawn = data.load("digits").test.take(range(24))
    images, truth = drawn.inputs, drawn.targets
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
    assert re.match(r"test +rmse [\d.]+ over 6 rows, loss [\d.]+\n", done.out)


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
    words += "--patience 2 --engine reference --threads 1 --name mine --epochs 2 "
    words += "--l1 1e-5 --l2 1e-4 --max-norm 3 --clip-value 1 --clip-norm 2 "
    words += "--clip-global-norm 4 --class-weight lying=2"
    done = ranvier("train", "bars.npz", *words.split(), cwd=here)
    assert done.status == 0, done.err
    run = Run.load(here / "runs/mine")
    assert [one.units for one in run.network.layers] == [7, 5, 2]
    assert run.network.layers[0].activation == "tanh"
    assert run.recipe.loss.type == "mse"
    assert (run.recipe.batch_size, run.recipe.seed) == (9, 4)
    assert run.recipe.optimizer.type == "momentum"
    assert run.recipe.optimizer.learning_rate == 0.02
    assert run.recipe.stopping.patience == 2
    assert run.recipe.penalty == Penalty(l1=1e-5, l2=1e-4, max_norm=3.0)
    assert run.recipe.clip == Clip(value=1.0, norm=2.0, global_norm=4.0)
    assert run.recipe.class_weight == (("lying", 2.0),)
    assert "l2 0.0001, max-norm 3, gradients within 1, each gradient" in done.err
    assert run.engine == "reference"
    assert len(run.rows.test) == len(run.rows.validation) == 12


def test_a_rate_is_found_and_told(here):
    words = "--learning-rate auto --optimizer sgd --epochs 1 --json"
    done = ranvier("train", "bars.npz", *words.split(), cwd=here)
    assert done.status == 0, done.err
    (line,) = re.findall(r"^learning rate ([\d.]+): the loss fell", done.err, re.M)
    optimizer = done.document["recipe"]["optimizer"]
    assert optimizer == {"type": "sgd", "learning_rate": float(line)}
    assert f"sgd at {line}," in done.err


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


def test_a_table_is_described_with_bars_and_warnings(here):
    rows = "".join(f"{n},{n / 8},{'head' if n % 3 else 'tail'}\n" for n in range(40))
    (here / "coins.csv").write_text(f"id,size,side\n{rows}")
    done = ranvier("describe", "coins.csv", "--target", "side", cwd=here)
    assert done.status == 0, done.err
    assert done.out.startswith("coins.csv: 40 rows, 3 columns; classification of side")
    assert re.search(r"^size +number +40 +█{10} +0 to 4.875", done.out, re.MULTILINE)
    assert "identifier id" in done.out


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


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("train bars.npz --epochs 2", {"history", "run", "model", "evaluation"}),
        ("resume runs/bars-1", {"history", "run", "model", "evaluation"}),
        ("evaluate bars.model bars.npz", {"accuracy", "loss", "confusion", "mistakes"}),
        ("predict bars.model whole.png", {"predictions"}),
        ("summary crash-course", {"network", "layers", "total"}),
        ("doctor", {"ranvier", "engines", "targets", "threads"}),
        ("describe bars.npz", {"rows", "shape", "dtype", "classes"}),
        ("describe coins.csv --target side", {"rows", "columns", "warnings"}),
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
    for slow in ("numpy", "polars", "sklearn", "pydantic", "safetensors", "PIL"):
        assert not re.search(rf"\| +{slow}(\.|$)", done.err, re.MULTILINE)


def test_a_report_is_written_and_nothing_is_told_besides(here):
    assert ranvier("train", "bars.npz", *FEW, "--folder", "run", cwd=here).status == 0
    done = ranvier("report", "run", cwd=here)
    assert (done.status, done.err) == (0, "")
    assert (here / "run/report.html").stat().st_size > 10_000


def test_python_runs_the_program_as_a_module(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ranvier", "--version"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == ranvier("--version", cwd=tmp_path).out
    assert done.returncode == 0


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
