import pytest

from ranvier.cli.failures import (
    Failure,
    ReaderLeftError,
    StoppedError,
    describe,
    one_line,
)
from ranvier.errors import DataError, DivergedError


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (DataError("no rows.\nGive some."), Failure("no rows. Give some.", 2)),
        (DivergedError("too fast"), Failure("too fast", 2)),
        (KeyboardInterrupt(), Failure("stopped.", 130)),
        (StoppedError("go on with x"), Failure("go on with x", 130)),
        (ReaderLeftError(), Failure("", 141)),
        (BrokenPipeError(32, "Broken pipe"), Failure("", 141)),
    ],
    ids=repr,
)
def test_what_was_meant_is_said_as_it_is(error, failure):
    assert describe(error) == failure


def test_too_little_memory_is_no_defect():
    failure = describe(MemoryError("Unable to allocate 98 GiB"))
    assert failure.status == 2
    assert "(Unable to allocate 98 GiB); make the network" in failure.line


def test_anything_else_is_a_defect_and_says_how_to_see_more():
    failure = describe(KeyError("weights"))
    assert failure.status == 1
    assert failure.line.startswith("this is a defect of ranvier: KeyError: 'weights';")
    assert "--debug" in failure.line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines\tand  gaps", "two lines and gaps"),
        ("a \x1b[31mred\x1b[0m file", r"a \x1b[31mred\x1b[0m file"),
        ("bad \udcff name", r"bad \udcff name"),
        ("Größe 28 × 28", "Größe 28 × 28"),
    ],
)
def test_a_message_is_one_line_that_no_terminal_obeys(text, line):
    assert one_line(text) == line
