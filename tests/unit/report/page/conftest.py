"""Runs that several tests look at and none changes."""

import pytest

from tests.support import reports
from tests.support.reports import Trained


@pytest.fixture(scope="session")
def pictures() -> Trained:
    return reports.pictures()


@pytest.fixture(scope="session")
def points() -> Trained:
    return reports.points()


@pytest.fixture(scope="session")
def table() -> Trained:
    return reports.table()


@pytest.fixture(scope="session")
def numbers() -> Trained:
    return reports.numbers()


@pytest.fixture(scope="session")
def labels() -> Trained:
    return reports.labels()
