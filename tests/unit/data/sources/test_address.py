from pathlib import Path

import pytest

from ranvier.data.sources.address import (
    address,
    read_address,
    read_options,
    sides,
    yes_or_no,
)
from ranvier.errors import DataError

READERS = {"pattern": str, "rate": int, "size": sides, "colour": yes_or_no}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"pattern": "{label}_{speaker}_{index}.wav"},
        {"pattern": "100%_{label}+?&= é.png", "colour": False},
        {"size": (24, 32), "colour": True},
        {"size": 32, "rate": 8000},
    ],
)
def test_what_is_written_is_read_again(tmp_path, options):
    written = address(tmp_path, options | {"seconds": None})
    folder, texts = read_address(written)
    assert folder == tmp_path
    assert read_options(texts, READERS) == options


def test_a_folder_may_have_a_question_mark_in_its_name(tmp_path):
    folder = tmp_path / "what?rate=1"
    folder.mkdir()
    (tmp_path / "what").mkdir()
    assert read_address(folder) == (folder, {})
    assert read_address(f"{folder}?rate=2") != (folder, {})


@pytest.mark.parametrize("given", ["gone?rate=1", "a" * 5000 + "?rate=1", "x.npz?y=1"])
def test_what_is_no_folder_is_left_as_it_is(given):
    assert read_address(given) == (Path(given), {})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"patern": "x"},
            r'\?patern=x: there is no such .* mean "pattern".*rate, size',
        ),
        ({"rate": "high"}, r"\?rate=high cannot be read; give such as rate=8000"),
        ({"colour": "maybe"}, r"\?colour=maybe cannot be read; .* colour=yes"),
        ({"size": "2x3"}, r"\?size=2x3 cannot be read; .* size=24,32 for height"),
    ],
)
def test_an_option_that_is_none_is_refused(options, message):
    with pytest.raises(DataError, match=message):
        read_options(options, READERS)
