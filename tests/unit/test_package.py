import pytest

import ranvier


def test_what_lies_in_the_data_is_named():
    with pytest.raises(AttributeError, match=r"'load'; there is ranvier\.data\.load$"):
        ranvier.load  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'lode'$"):
        ranvier.lode  # noqa: B018
