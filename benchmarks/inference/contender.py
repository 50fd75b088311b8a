"""contender: what each file of this folder that answers promises."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from benchmarks.inference.question import Question

Call = Callable[[Any], Any]


class Contender(Protocol):
    """Answer a question, written as a good user of the library would.

    forms: the ways of writing it; all are tried, the quickest one is measured.
    """

    forms: ClassVar[tuple[str, ...]]

    def __init__(self, question: Question, form: str, threads: int) -> None:
        """Prepare everything that a user does once: it is not measured."""

    @staticmethod
    def refusal(question: Question) -> str:
        """Say why this library cannot answer; nothing if it can."""

    def prepared(self) -> tuple[Call, Any]:
        """Return what answers, and the rows in its own type.

        What is returned by the call can be read by NumPy as (N, M), and is complete.
        """
