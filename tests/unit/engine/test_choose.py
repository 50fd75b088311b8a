import importlib

import pytest

from ranvier.engine.choose import ENGINES, choose, thread_count
from ranvier.engine.reference import ReferenceEngine
from ranvier.errors import DescriptionError, MissingPackageError


@pytest.fixture
def without_native(monkeypatch):
    find = importlib.import_module

    def import_module(name):
        if name == "ranvier.engine.native":
            raise ImportError("no module named _native")
        return find(name)

    monkeypatch.setattr("ranvier.engine.choose.importlib.import_module", import_module)


def test_an_engine_is_chosen_by_name_as_asked_for():
    engine, reason = choose("reference")
    assert isinstance(engine, ReferenceEngine)
    assert reason == "reference, as asked for"


def test_auto_is_the_native_engine_where_it_is_installed():
    pytest.importorskip("ranvier.engine.native._native")
    engine, reason = choose("auto")
    assert (engine.name, reason) == ("native", "native, the fastest here")


def test_auto_falls_back_on_the_reference_engine_and_says_why(without_native):
    engine, reason = choose("auto")
    assert engine.name == "reference"
    assert reason.startswith("reference, because the native engine is missing here")


def test_a_missing_engine_that_was_asked_for_is_an_error(without_native):
    with pytest.raises(
        MissingPackageError, match='"pip install ranvier", or use engine'
    ):
        choose("native")


def test_an_unknown_engine_is_refused_with_a_suggestion():
    with pytest.raises(DescriptionError, match=r"no engine 'natve'.*\"native\""):
        choose("natve")


@pytest.mark.parametrize("name", list(ENGINES))
def test_every_engine_says_its_own_name(name):
    try:
        assert choose(name).engine.name == name
    except MissingPackageError as missing:
        pytest.skip(str(missing))


def test_threads_are_as_many_as_asked_for():
    assert thread_count(3) == 3


def test_threads_left_out_are_those_this_process_may_use(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 2, 5}, raising=False)
    assert thread_count() == 3


def test_threads_left_out_are_all_cores_where_the_system_does_not_say(monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    assert thread_count() == 7


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2", True])
def test_threads_must_be_a_positive_integer(threads):
    with pytest.raises(DescriptionError, match="threads must be a positive integer"):
        thread_count(threads)
