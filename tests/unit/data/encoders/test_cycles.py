from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ranvier.data.encoders import Cycles

START = datetime(2024, 1, 1)  # a Monday
HOURS = pl.Series([START + timedelta(hours=5 * n) for n in range(2000)])


def days(*dates):
    return pl.Series(dates, dtype=pl.Datetime("us"))


def test_dates_stand_on_circles_of_radius_1():
    fitted = Cycles().fit(HOURS)
    assert fitted.cycles == ("month", "day of year", "weekday", "hour")
    waves = fitted.apply(HOURS)[:, :-1].reshape(-1, 2)
    np.testing.assert_allclose((waves**2).sum(axis=1), 1, rtol=4 * 2**-23)


def test_a_cycle_closes():
    fitted = Cycles().fit(HOURS)
    late, early, noon = fitted.apply(
        days(START + timedelta(hours=23.9), START, START + timedelta(hours=12))
    )[:, 6:8]
    assert np.linalg.norm(late - early) < 0.03
    np.testing.assert_allclose(noon, [0, -1], atol=2**-23)


def test_cycles_in_which_training_rows_do_not_differ_are_left_out():
    fitted = Cycles().fit(days(START, START + timedelta(days=7)))
    assert fitted.cycles == ("day of year",)
    assert fitted.names("paid") == (
        "sin of paid's day of year",
        "cos of paid's day of year",
        "paid",
    )


def test_the_age_is_standardised():
    fitted = Cycles().fit(HOURS)
    age = fitted.apply(HOURS)[:, -1]
    # Float32 keeps 2**-24 of each of 2000 numbers below 2.
    np.testing.assert_allclose([age.mean(), age.std()], [0, 1], atol=2**-20)
    assert (np.diff(age) > 0).all()


def test_a_missing_date_is_0_and_is_told():
    fitted = Cycles().fit(days(START, None, START + timedelta(days=1)))
    np.testing.assert_array_equal(fitted.apply(days(None)), [[0] * 5 + [1]])


def test_a_missing_date_that_training_rows_never_had_is_0():
    fitted = Cycles().fit(HOURS)
    np.testing.assert_array_equal(fitted.apply(days(None)), np.zeros((1, 9)))


def test_one_date_has_an_age_of_0():
    fitted = Cycles().fit(days(START))
    np.testing.assert_array_equal(fitted.apply(days(START, datetime.max)), [[0], [0]])
