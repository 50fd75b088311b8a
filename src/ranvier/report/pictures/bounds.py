"""bounds: numbers that a picture is made by, held against what they may be."""

from ranvier.errors import DescriptionError


def check_number(name: str, value: object, least: int, most: int, usual: str) -> None:
    """Make sure that `value` is an integer in range.

    Raises:
        DescriptionError: it is not.
    """
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not (is_number and least <= value <= most):  # type: ignore[operator]
        raise DescriptionError(
            f"{name}={value!r}: expected an integer from {least} to {most}; {usual}."
        )
