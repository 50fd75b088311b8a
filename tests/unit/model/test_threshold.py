import numpy as np
import pytest
from sklearn import metrics as sk

from ranvier.errors import DataError, DescriptionError
from ranvier.model.threshold import THRESHOLDS, choose_threshold

SCORES = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "f1": lambda *given, **by: sk.f1_score(*given, zero_division=0.0, **by),
}


def drawn(rows=120):
    random = np.random.default_rng(3)
    chances = random.beta(1, 3, rows).round(2)
    targets = (random.uniform(size=rows) < chances**0.7).astype(int)
    return targets, chances, random.uniform(0, 2, rows)


@pytest.mark.parametrize("is_weighed", [False, True])
@pytest.mark.parametrize("by", list(THRESHOLDS))
def test_no_other_threshold_is_better(by, is_weighed):
    targets, chances, weights = drawn()
    weights = weights if is_weighed else None
    found = choose_threshold(targets, chances, weights, by=by)

    def score(threshold):
        return SCORES[by](targets, chances > threshold, sample_weight=weights)

    assert found.score == pytest.approx(score(found.value))
    assert found.at_half == pytest.approx(score(0.5))
    assert found.score == pytest.approx(max(map(score, np.linspace(0, 1, 1001))))


@pytest.mark.parametrize("ratio", [0.2, 1, 5.0])
def test_the_costs_of_mistakes_are_least(ratio):
    targets, chances, _ = drawn()
    found = choose_threshold(targets, chances, by=ratio)

    def cost(threshold):
        wrong = (chances > threshold) != (targets == 1)
        return np.mean(wrong * np.where(targets == 1, ratio, 1))

    assert -found.score == pytest.approx(min(map(cost, np.linspace(0, 1, 1001))))
    assert cost(found.value) == pytest.approx(-found.score)


def test_dearer_misses_lower_the_threshold():
    targets, chances, _ = drawn()
    values = [choose_threshold(targets, chances, by=cost).value for cost in (0.2, 5)]
    assert values[0] > values[1]


def test_both_columns_say_the_same_as_the_second():
    targets, chances, _ = drawn()
    both = np.stack([1 - chances, chances], axis=1)
    assert choose_threshold(targets, both) == choose_threshold(targets, chances)


def test_half_is_taken_where_it_is_as_good():
    assert choose_threshold(np.array([0, 1]), np.array([0.2, 0.9])).value == 0.5


def test_of_equally_good_ones_the_nearest_to_half_and_then_the_lower_is_taken():
    targets, chances = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    assert choose_threshold(targets, chances).value == 0.25
    assert choose_threshold(targets, chances - 0.05).value == pytest.approx(0.7)


def test_perfect_answers_keep_half():
    targets = np.array([0, 1, 1, 0])
    assert choose_threshold(targets, targets.astype(float)) == (0.5, 1.0, 1.0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([1, 1], [0.2, 0.3], None), "the 2 rows to choose a threshold on are of one"),
        (
            ([0, 1], [0.2, 0.3], [1, 0]),
            "the 1 rows to choose a threshold on are of one",
        ),
        (([], [], None), "the 0 rows to choose a threshold on are of one class"),
        (([0, 1], [0.2], None), r"targets have the shape \(2,\), probabilities \(1,\)"),
        (([0, 1], [[1, 0, 0]] * 2, None), r"probabilities \(2, 3\), weights \(2,\)"),
    ],
)
def test_rows_to_choose_on_that_do_not_fit_are_refused(given, message):
    with pytest.raises(DataError, match=message):
        choose_threshold(*(None if one is None else np.array(one) for one in given))


@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        ("f2", DescriptionError, 'no way to choose a threshold .*did you mean "f1"'),
        (0, DataError, r"choose_threshold\(by=0\): by must be one of accuracy, bal"),
        (None, DataError, r"by=None\): by must be .* or a positive number"),
    ],
)
def test_unknown_ways_to_choose_are_refused(by, error, message):
    with pytest.raises(error, match=message):
        choose_threshold(np.array([0, 1]), np.array([0.2, 0.9]), by=by)
