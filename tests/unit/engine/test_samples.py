import numpy as np
import pytest

from ranvier.engine.contract import Decode, Samples
from ranvier.engine.samples import (
    check_decode,
    check_inputs,
    check_rates,
    check_samples,
    check_state,
)
from ranvier.errors import DataError, DescriptionError
from ranvier.network import Dense, Embedding, Network

NETWORK = Network([Dense(3)], (2, 2))
SINGLE = Network([Dense(1)], 4)
INPUTS = np.zeros((5, 4), np.float32)
CLASSES = np.array([0, 1, 2, 0, 1], np.int32)
VALUES = np.zeros((5, 3), np.float32)
ROWS = np.array([4, 0, 0], np.uint32)
DECODE = Decode(np.ones(4, np.float32), np.zeros(4, np.float32))
RATINGS = Network([Embedding((5, 3), columns=(2, 0)), Dense(3)], 4)
IDS = np.array([[2, 0.5, 4, 9], [0, 0.5, 0, 9], [1, 0.5, 3, 9]], np.float32)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("targets", [CLASSES, VALUES], ids=["classes", "values"])
def test_samples_that_fit_are_taken(targets, dtype):
    check_samples(NETWORK, Samples(INPUTS.astype(dtype), targets), ROWS, DECODE)


def test_a_single_output_tells_two_classes_apart():
    check_samples(SINGLE, Samples(INPUTS, CLASSES % 2), ROWS, DECODE)
    with pytest.raises(DataError, match="from 0 to 2, the network tells 2 classes"):
        check_samples(SINGLE, Samples(INPUTS, CLASSES), ROWS, DECODE)


@pytest.mark.parametrize(
    ("inputs", "given"),
    [
        (INPUTS[:, :3], r"float32 of shape \(5, 3\)"),
        (INPUTS[0], r"float32 of shape \(4,\)"),
        (INPUTS.astype(np.float64), r"float64 of shape \(5, 4\)"),
        (INPUTS.astype(np.int64), r"int64 of shape \(5, 4\)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs, given):
    expected = r"needs uint8 or float32 of shape \(rows, 4\); give one row an example"
    with pytest.raises(DataError, match=f"inputs are {given}, the network {expected}"):
        check_inputs(NETWORK, inputs, DECODE)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (
            VALUES[:, :2],
            r"targets are float32 of shape \(5, 2\), the network needs int32 class "
            r"numbers \(rows,\) or float32 values \(rows, 3\)\.",
        ),
        (VALUES[:, 0], r"targets are float32 of shape \(5,\)"),
        (CLASSES[:, None], r"targets are int32 of shape \(5, 1\)"),
        (CLASSES.astype(np.int64), r"targets are int64 of shape \(5,\)"),
        (
            CLASSES + 1,
            "class numbers run from 1 to 3, the network tells 3 classes apart, 0 to 2;",
        ),
        (CLASSES - 1, "class numbers run from -1 to 1"),
        (CLASSES[:4], "row 4 is asked of 5 inputs and 4 targets; give rows that both"),
    ],
)
def test_targets_that_do_not_fit_are_refused(targets, message):
    with pytest.raises(DataError, match=message):
        check_samples(NETWORK, Samples(INPUTS, targets), ROWS, DECODE)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ROWS[:0], "there are no rows to compute with; give at least one"),
        (ROWS + np.uint32(1), "row 5 is asked of 5 inputs and 5 targets; give rows th"),
        (ROWS.astype(np.int64), r"rows are int64 of shape \(3,\); give row numbers as"),
        (ROWS[:, None], r"rows are uint32 of shape \(3, 1\); give row numbers as a l"),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows, message):
    with pytest.raises(DataError, match=message):
        check_samples(NETWORK, Samples(INPUTS, CLASSES), rows, DECODE)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            np.ones(4, np.float32),
            r"weights are float32 of shape \(4,\), 5 rows need",
        ),
        (np.ones(5), r"weights are float64 of shape \(5,\), .* give one weight"),
        (np.full(5, -2, np.float32), "weights run from -2 to -2; give finite ones, ze"),
        (np.full(5, np.inf, np.float32), "weights run from inf to inf; give finite"),
        (np.float32([1, 1, 1, 1, 0])[::-1] * 0, "from 0 to 0; .* one above zero"),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights, message):
    with pytest.raises(DataError, match=message):
        check_samples(NETWORK, Samples(INPUTS, CLASSES, weights), ROWS, DECODE)


LABELS = np.zeros((5, 3), np.float32)
YES_OR_NO = Network([Dense(3, "sigmoid")], (4,))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones((2, 4), np.float32), r"of shape \(2, 4\), 3 outputs need float32 of"),
        (np.ones((2, 3)), r"label_weights are float64 .* give what no and then yes"),
        (np.full((2, 3), -1, np.float32), "run from -1 to -1; give finite ones, zero"),
        (np.full((2, 3), np.nan, np.float32), "label_weights run from nan to nan"),
    ],
)
def test_weights_of_labels_that_do_not_fit_are_refused(weights, message):
    samples = Samples(INPUTS, LABELS, None, weights)
    with pytest.raises(DataError, match=message):
        check_samples(YES_OR_NO, samples, ROWS, DECODE)


def test_what_are_no_labels_has_no_weights_of_labels():
    samples = Samples(INPUTS, LABELS, None, np.ones((2, 3), np.float32))
    check_samples(YES_OR_NO, samples, ROWS, DECODE)
    with pytest.raises(DataError, match="weigh answers of yes and no, which the netw"):
        check_samples(Network([Dense(3, "tanh")], (4,)), samples, ROWS, DECODE)


@pytest.mark.parametrize("width", [1, 3, 5])
def test_a_decode_that_does_not_fit_is_refused(width):
    ones = np.ones(width, np.float32)
    with pytest.raises(
        DataError, match=r"decode has scales of shape .*the network takes 4 inputs"
    ):
        check_decode(NETWORK, Decode(ones, ones))


def test_one_learning_rate_a_step_is_taken():
    check_rates(np.ones(3, np.float32), rows=5, batch_size=2)


@pytest.mark.parametrize(
    "rates", [np.ones(2, np.float32), np.ones((3, 1), np.float32), np.ones(3)]
)
def test_other_learning_rates_are_refused(rates):
    with pytest.raises(
        DataError,
        match=r"learning_rates are .* of shape .*, 5 rows in batches of 2 take 3 steps"
        "; give one float32 rate a step",
    ):
        check_rates(rates, rows=5, batch_size=2)


@pytest.mark.parametrize(
    "state", [{}, {"steps": np.zeros(2)}, {"steps": np.zeros(1), "v": np.zeros(1)}]
)
def test_the_state_of_something_else_is_refused(state):
    with pytest.raises(
        DescriptionError,
        match=r"the optimizer's state has .*, this program needs the names and shapes "
        r"{'steps': \(1,\)}; use the state of the same network and optimizer",
    ):
        check_state({"steps": np.zeros(1)}, state)


def with_id(row, column, value):
    inputs = IDS.copy()
    inputs[row, column] = value
    return inputs


def test_ids_that_name_a_row_of_their_table_are_taken():
    check_inputs(RATINGS, IDS, DECODE)
    check_inputs(RATINGS, IDS.astype(np.uint8), DECODE)


@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        (
            1,
            2,
            5,
            r"row 1 has 5 in column 2, which holds the ids of a table of 5; give whole "
            r"numbers from 0 to 4, or make the Embedding larger\.",
        ),
        (2, 0, -1, "row 2 has -1 in column 0, which holds the ids of a table of 3"),
        (0, 0, 1.5, r"row 0 has 1\.5 in column 0"),
        (0, 2, np.nan, "row 0 has nan in column 2"),
        (0, 2, np.inf, "row 0 has inf in column 2"),
    ],
)
def test_ids_that_name_no_row_of_their_table_are_refused(row, column, value, message):
    inputs = with_id(row, column, value)
    with pytest.raises(DataError, match=message):
        check_inputs(RATINGS, inputs, DECODE)
    rows = np.array([1, 2, 0], np.uint32)
    with pytest.raises(DataError, match=message):
        check_samples(RATINGS, Samples(inputs, CLASSES[:3]), rows, DECODE)


def test_ids_are_looked_at_as_they_are_decoded():
    decode = DECODE._replace(shift=np.array([0, 0, -1, 0], np.float32))
    with pytest.raises(DataError, match="row 1 has -1 in column 2"):
        check_inputs(RATINGS, IDS, decode)


@pytest.mark.parametrize("weights", [None, np.array([1, 0, 1], np.float32)])
def test_ids_of_rows_that_are_not_there_are_not_looked_at(weights):
    rows = np.array([0, 1, 2] if weights is not None else [0, 2], np.uint32)
    samples = Samples(with_id(1, 2, 7), CLASSES[:3], weights)
    check_samples(RATINGS, samples, rows, DECODE)
