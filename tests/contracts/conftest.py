"""Give every contract each engine that is installed, on each of its targets."""

import importlib.util
from collections.abc import Iterator

import pytest

from ranvier.engine.choose import ENGINES, choose
from ranvier.engine.contract import Engine
from ranvier.engine.reference import ReferenceEngine
from ranvier.errors import MissingPackageError


def engines() -> list[str]:
    """Return the engines' names; the native one as `native on avx2`, and so on."""
    if importlib.util.find_spec("ranvier.engine.native._native") is None:
        return list(ENGINES)
    from ranvier.engine.native import _native

    native = [f"native on {target}" for target in _native.targets()]
    return [*native, *(name for name in ENGINES if name != "native")]


@pytest.fixture(params=engines(), scope="session")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    name, _, target = request.param.partition(" on ")
    with pytest.MonkeyPatch.context() as patch:
        if target:
            patch.setenv("RANVIER_TARGET", target)
        try:
            yield choose(name).engine
        except MissingPackageError as missing:
            pytest.skip(str(missing))


@pytest.fixture(scope="session")
def reference() -> ReferenceEngine:
    return ReferenceEngine()
