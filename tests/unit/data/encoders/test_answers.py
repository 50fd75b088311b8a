import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from ranvier.data.encoders import AnswerEncoder
from ranvier.errors import DataError

RNG = np.random.default_rng(0)
NORMAL = RNG.normal(50, 5, 400)
PRICES = RNG.lognormal(8, 1, 400)
BOTH = np.stack([NORMAL, PRICES], axis=1)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def ways(targets, how="auto"):
    return [one.how for one in AnswerEncoder.fit(targets, how=how).targets]


def test_prices_are_learnt_as_logarithms_and_others_standardised():
    assert ways(BOTH) == ["standard", "log"]


@pytest.mark.parametrize(
    "targets",
    [
        PRICES - PRICES.min(),  # one is 0
        100000 + PRICES,  # the largest is not ten times the smallest
        1e4 - np.minimum(PRICES, 9000),  # skewed to the left
        RNG.uniform(1, 100, 400),  # not skewed
        (6 + norm.isf(np.linspace(0.001, 0.999, 999))) ** 3,  # hardly skewed
    ],
)
def test_other_targets_are_standardised(targets):
    assert ways(targets[:, None]) == ["standard"]


@pytest.mark.parametrize("how", ["standard", "log", "auto"])
def test_what_is_learnt_has_mean_0_and_deviation_1(how):
    eased = AnswerEncoder.fit(BOTH, how=how).apply(BOTH)
    assert eased.dtype == np.float32
    # Float32 keeps 2**-24 of each number, which lies within 10 of 0.
    np.testing.assert_allclose(eased.mean(axis=0), 0, atol=10 * 2**-23)
    np.testing.assert_allclose(eased.std(axis=0), 1, rtol=10 * 2**-23)


def test_identity_leaves_targets_as_they_are():
    encoder = AnswerEncoder.fit(BOTH, how="identity")
    np.testing.assert_array_equal(encoder.apply(BOTH), BOTH.astype(np.float32))


@pytest.mark.parametrize("how", ["identity", "standard", "log", "auto"])
def test_answers_undo_what_was_learnt(how):
    encoder = AnswerEncoder.fit(BOTH, how=how)
    # A number 10 deviations from 0 keeps 10 float32 epsilons of the deviation.
    np.testing.assert_allclose(encoder.undo(encoder.apply(BOTH)), BOTH, rtol=2**-18)


def test_answers_stay_within_the_training_targets():
    answers = AnswerEncoder.fit(BOTH).undo([[-1e30, -1e30], [1e30, 1e30]])
    np.testing.assert_array_equal(answers, [BOTH.min(axis=0), BOTH.max(axis=0)])


def test_answers_may_go_beyond_if_asked():
    encoder = AnswerEncoder.fit(BOTH, clamp=False)
    assert (encoder.undo([[100.0, 100.0]]) > BOTH.max(axis=0)).all()


def test_targets_that_never_change_are_answered():
    encoder = AnswerEncoder.fit([[7.0]] * 3)
    np.testing.assert_array_equal(encoder.apply([[7.0], [9.0]]), [[0], [0]])
    np.testing.assert_array_equal(encoder.undo([[5.0]]), [[7]])


def test_a_target_without_logarithm_counts_as_the_smallest():
    encoder = AnswerEncoder.fit(PRICES[:, None])
    low = encoder.apply([[PRICES.min()]])
    np.testing.assert_array_equal(encoder.apply([[0.0], [-3.0]]), [*low, *low])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=9),
    st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=9),
    st.sampled_from(["auto", "identity", "standard"]),
    st.booleans(),
)
def test_any_numbers_give_finite_ones(training, others, how, clamp):
    encoder = AnswerEncoder.fit(training, how=how, clamp=clamp)
    assert np.isfinite(encoder.apply(others)).all()
    assert np.isfinite(encoder.undo(others)).all()
    again = AnswerEncoder.from_json(encoder.to_json())
    assert again.apply(others).tobytes() == encoder.apply(others).tobytes()
    assert again.undo(others).tobytes() == encoder.undo(others).tobytes()


@pytest.mark.parametrize(
    ("targets", "options", "message"),
    [
        (NORMAL, {}, r"shape \(400,\), expected \(rows, targets\); give a row for"),
        ([[1.0], [np.nan]], {}, "1 values of targets are no finite numbers; mend or"),
        (BOTH[:0], {}, "no targets to fit an encoder on; give the training part"),
        (BOTH, {"how": "logs"}, "how='logs': targets are encoded by auto, identity"),
        ([[0.0], [1.0]], {"how": "log"}, "go down to 0, and only positive ones have"),
    ],
)
def test_impossible_targets_are_refused(targets, options, message):
    with pytest.raises(DataError, match=message):
        AnswerEncoder.fit(targets, **options)


def test_targets_of_another_width_are_refused():
    encoder = AnswerEncoder.fit(BOTH)
    with pytest.raises(DataError, match=r"shape \(1, 3\), expected \(rows, 2\)"):
        encoder.undo([[1.0, 2.0, 3.0]])
