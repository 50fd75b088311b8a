"""lane: a contender's process, seen from outside.

Each has threads and memory of its own: thread pools of different libraries in one
process get in each other's way.
"""

import importlib
import multiprocessing
import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any, NamedTuple, Self

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NPROC",  # the size of XLA's pool of threads
    "CPU_COUNT",  # tinygrad's
)

GRACE = 2  # seconds for a process to end by itself


class Reply(NamedTuple):
    """Bring an answer, or what went wrong."""

    answer: Any = None
    error: str | None = None


class Lane:
    """Ask a `Runner` in a process of its own.

    home: where the contender is, such as "training.numpy_loop:NumpyLoop"; the runner
        is the one of its folder.
    threads: how many it may use; None leaves it to the contender.
    variables: what else its environment says.
    """

    def __init__(
        self,
        name: str,
        home: str,
        threads: int | None,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.name, self.threads = name, threads
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        with _environment(threads, variables):
            self._process = context.Process(
                target=_serve, args=(theirs, home, threads or 0), daemon=True
            )
            self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(GRACE)
        self._process.terminate()

    def ask(self, verb: str, *arguments: object) -> Any:
        """Call a method of the runner, and return what it returns.

        Raises:
            RuntimeError: the call failed, or the process is gone.
        """
        try:
            self._pipe.send((verb, arguments))
            reply = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError(f"{self.name} is gone, at {verb}: {error!r}") from None
        if reply.error:
            raise RuntimeError(f"{self.name} failed at {verb}:\n{reply.error}")
        return reply.answer


def _serve(pipe: Connection, home: str, threads: int) -> None:
    """Answer until the other side hangs up."""
    module, _, name = home.partition(":")
    contender = getattr(importlib.import_module(f"benchmarks.{module}"), name)
    folder = module.partition(".")[0]
    runners = importlib.import_module(f"benchmarks.{folder}.runner")
    runner = runners.Runner(contender, threads)
    while True:
        try:
            verb, arguments = pipe.recv()
        except EOFError:
            return
        try:
            reply = Reply(answer=getattr(runner, verb)(*arguments))
        except Exception:
            reply = Reply(error=traceback.format_exc())
        pipe.send(reply)


@contextmanager
def _environment(threads: int | None, variables: Mapping[str, str]) -> Iterator[None]:
    """Say in the environment how many threads a process may use, where one is told."""
    before = dict(os.environ)
    os.environ.update(variables)
    if threads is not None:
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
