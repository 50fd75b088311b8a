import subprocess
import sys

import pytest

from ranvier import report


@pytest.mark.parametrize("name", report.__all__)
def test_every_word_of_the_report_is_there(name):
    assert callable(getattr(report, name))


def test_other_words_are_not_there():
    with pytest.raises(AttributeError, match=r"'ranvier.report' has no attribute 'no'"):
        _ = report.no


@pytest.mark.parametrize("package", ["diagnosis", "network", "recipe", "training"])
def test_describing_a_table_does_not_import(package):
    code = (
        "import ranvier.report.columns, ranvier.data.table, sys; "
        f"print('ranvier.{package}' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
