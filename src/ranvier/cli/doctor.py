"""doctor: what is installed here, and what computes."""

import os
import platform
from typing import Any

from rich.text import Text

from ranvier.cli.screen import Answer

_VARIABLE = "RANVIER_TARGET"


def doctor() -> Answer:
    """Show versions, engines, the processor's targets, and what is missing."""
    from ranvier.engine.choose import thread_count

    targets = _targets()
    document = {
        "ranvier": _version(),
        "python": platform.python_version(),
        "numpy": _numpy(),
        "system": f"{platform.system()} {platform.machine()}",
        "threads": thread_count(),
        "engines": _engines(),
        "targets": targets,
        "target": _chosen(targets),
        _VARIABLE: os.environ.get(_VARIABLE),
    }
    return Answer(document, _text(document))


def _version() -> str:
    import ranvier

    return ranvier.__version__


def _numpy() -> str:
    import numpy as np

    return np.__version__


def _engines() -> dict[str, str | None]:
    """Return each engine with what it lacks; None where it can run."""
    from ranvier.engine.choose import ENGINES, choose
    from ranvier.errors import MissingPackageError

    lacks: dict[str, str | None] = {}
    for name in ENGINES:
        try:
            choose(name)
            lacks[name] = None
        except MissingPackageError as error:
            lacks[name] = str(error)
    return lacks


def _targets() -> list[str]:
    """Return what the native engine can run on this processor, the fastest first."""
    try:
        from ranvier.engine.native import _native
    except ImportError:
        return []
    return _native.targets()


def _chosen(targets: list[str]) -> str | None:
    asked = os.environ.get(_VARIABLE)
    if asked:
        return asked if asked in targets else None
    return targets[0] if targets else None


def _text(document: dict[str, Any]) -> Any:
    from ranvier.report import Facts

    facts: dict[str, str | Text] = {
        name: str(document[name])
        for name in ("ranvier", "python", "numpy", "system", "threads")
    }
    for name, lack in document["engines"].items():
        facts[f"{name} engine"] = Text(lack, "red") if lack else Text("found", "green")
    if document["targets"]:
        facts["target"] = _target_text(document)
    if document[_VARIABLE]:
        facts[_VARIABLE] = document[_VARIABLE]
    return Facts(facts)


def _target_text(document: dict[str, Any]) -> Text:
    chosen, targets = document["target"], document["targets"]
    if chosen is None:
        return Text(
            f"{_VARIABLE} asks for {document[_VARIABLE]!r}, this processor has "
            f"{', '.join(targets)}; unset it, or name one of them",
            "red",
        )
    others = ", ".join(name for name in targets if name != chosen)
    return Text.assemble((chosen, "green"), f"; also here: {others}" if others else "")
