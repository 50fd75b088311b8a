"""Give every contract each engine that is installed."""

import pytest

from ranvier.engine.choose import ENGINES, choose
from ranvier.engine.contract import Engine
from ranvier.engine.reference import ReferenceEngine
from ranvier.errors import MissingPackageError


@pytest.fixture(params=list(ENGINES), scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    try:
        return choose(request.param).engine
    except MissingPackageError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def reference() -> ReferenceEngine:
    return ReferenceEngine()
