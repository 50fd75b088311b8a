import csv

from ranvier.training import Epoch
from ranvier.training.probe import LayerState
from ranvier.training.scalars import csv_text, scalars
from tests.support.learning import trained

STATE = LayerState(0.5, 1.5, None, 0.25, 0.1, 2.0, 0.75)
FIRST = Epoch(1, 0.5, 0.75, 0.6, 0.7, 0.1, {"dense_1": 2.5}, 3.0, {"dense_1": STATE})
SECOND = Epoch(2, 0.1 + 0.2, 0.8, 0.4, 0.9, 0.1, {"dense_1": 1.5}, 3.0)


def test_every_number_of_an_epoch_has_a_name():
    assert scalars(FIRST) == {
        "loss": 0.5,
        "accuracy": 0.75,
        "val_loss": 0.6,
        "val_accuracy": 0.7,
        "learning_rate": 0.1,
        "seconds": 3.0,
        "gradient_norm/dense_1": 2.5,
        "mean/dense_1": 0.5,
        "deviation/dense_1": 1.5,
        "dead/dense_1": 0.25,
        "gradient/dense_1": 0.1,
        "weight/dense_1": 2.0,
        "signal/dense_1": 0.75,
    }


def test_a_table_has_a_line_an_epoch_and_empty_cells_for_what_was_not_measured():
    rows = list(csv.DictReader(csv_text([FIRST, SECOND]).splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["loss"]) == 0.1 + 0.2
    assert (rows[0]["dead/dense_1"], rows[1]["dead/dense_1"]) == ("0.25", "")


def test_a_history_without_epochs_is_a_head():
    assert csv_text([]) == "epoch\n"


def test_a_run_leaves_its_metrics_in_its_folder(tmp_path):
    run = trained(tmp_path)
    assert (tmp_path / "metrics.csv").read_text() == csv_text(run.history)
