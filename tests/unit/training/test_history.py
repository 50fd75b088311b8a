import json

import pytest

from ranvier.errors import FileError
from ranvier.training.history import Epoch, append_epoch, read_history, write_history
from ranvier.training.probe import LayerState

FIRST = Epoch(1, 0.1 + 0.2, 0.5, 1e-300, None, 0.001, {"dense_1": 2.5}, 0.01)
SECOND = FIRST._replace(epoch=2, loss=0.25)
STATE = LayerState(0.1 + 0.2, 1e-300, None, 0.25, 1.0, 2.0, 3.0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.jsonl"


def test_epochs_come_back_to_the_last_bit(path):
    append_epoch(path, FIRST)
    append_epoch(path, SECOND)
    assert read_history(path, 2) == [FIRST, SECOND]


def test_how_layers_stand_comes_back_to_the_last_bit(path):
    epoch = FIRST._replace(layers={"dense_1": STATE})
    append_epoch(path, epoch)
    assert read_history(path, 1) == [epoch]


def test_each_epoch_is_one_line_of_json(path):
    append_epoch(path, FIRST)
    append_epoch(path, SECOND)
    lines = path.read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2]


def test_a_torn_line_after_the_last_epoch_is_not_read(path):
    append_epoch(path, FIRST)
    with path.open("a") as file:
        file.write('{"epoch": 2, "loss": 0.')
    assert read_history(path, 1) == [FIRST]


def test_no_epochs_are_read_from_an_empty_file(path):
    write_history(path, [])
    assert read_history(path, 0) == []


def test_what_is_no_finite_number_is_never_written(path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        append_epoch(path, FIRST._replace(loss=float("nan")))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        "{}",
        '{"epoch": 1}',
        "[" * 100_000,
        "\x00\xff",
        json.dumps(SECOND.to_dict()),
        json.dumps(FIRST.to_dict() | {"loss": "low"}),
        json.dumps(FIRST.to_dict() | {"loss": None}),
        json.dumps(FIRST.to_dict() | {"loss": float("nan")}),
        json.dumps(FIRST.to_dict() | {"val_loss": [1]}),
        json.dumps(FIRST.to_dict() | {"gradient_norms": 1.0}),
        json.dumps(FIRST.to_dict() | {"more": 1}),
        json.dumps(FIRST.to_dict() | {"layers": 1}),
        json.dumps(FIRST._replace(layers={"a": STATE._replace(mean=1e999)}).to_dict()),
        json.dumps(FIRST._replace(layers={"a": STATE._replace(mean="1")}).to_dict()),
        json.dumps(FIRST.to_dict() | {"layers": {"dense_1": {"mean": 0.0}}}),
    ],
    ids=lambda line: line[:12],
)
def test_an_altered_history_is_refused_by_name(path, line):
    path.write_text(line + "\n", encoding="latin-1")
    with pytest.raises(FileError, match=r"history.jsonl does not hold the epochs 1 to"):
        read_history(path, 1)


def test_a_history_that_is_too_short_is_refused(path):
    append_epoch(path, FIRST)
    with pytest.raises(FileError, match="epochs 1 to 2, one a line; it was altered"):
        read_history(path, 2)


def test_a_missing_history_is_named(path):
    with pytest.raises(FileError, match=r"history.jsonl cannot be read"):
        read_history(path, 1)


def test_a_history_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(FileError, match=r"gone/history.jsonl cannot be written"):
        append_epoch(tmp_path / "gone" / "history.jsonl", FIRST)
