"""ending: a run that has ended → its model files, and the answer of its command."""

from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType

from ranvier.cli.judgement import Judgement, judge
from ranvier.cli.screen import Answer
from ranvier.cli.trained import MODEL_FILE, model_of
from ranvier.data import Dataset
from ranvier.model import Model
from ranvier.model.baselines import baselines
from ranvier.model.part import part_of_run
from ranvier.model.threshold import Threshold, settled
from ranvier.model.unseen import unseen
from ranvier.report import Facts, learning
from ranvier.training import Run


def answer_for(run: Run, data: Dataset | None, output: str | None) -> Answer:
    """Write the model of a run that has ended, judge it, and return what to say.

    Raises:
        FileError: the model cannot be written.
    """
    model, threshold = _finished(run, data)
    files = _files(run, output)
    for path in (files["model"], output):
        if path is not None:
            model.save(path)
    part = part_of_run(run, data) if data else None
    judgement = judge(model, part) if part else None
    if judgement and data:
        beside = baselines(run.parts(data), run.recipe, judged=judgement.part.data)
        judgement = judgement._replace(beside=beside)
    document = _document(run, judgement) | _decision(model, threshold) | files
    said = _said(model, threshold) | files
    return Answer(document, _text(run, judgement, said))


def _finished(run: Run, data: Dataset | None) -> tuple[Model, Threshold | None]:
    """Return the model of a run, calibrated and with the threshold asked for."""
    if data is None:
        return model_of(run), None
    model, judged = Model.from_run(run), unseen(run, data)
    if judged is None:
        return settled(model, None)
    return settled(model.calibrated(*judged), *judged)


def _files(run: Run, output: str | None) -> dict[str, str]:
    folder = run.folder or Path()
    files = {"run": str(folder), "model": str(folder / MODEL_FILE)}
    return files | ({"output": output} if output else {})


def _document(run: Run, judgement: Judgement | None) -> dict[str, Any]:
    return {
        "stopped": run.stopped,
        "epochs": len(run.history),
        "best_epoch": run.best_epoch,
        "seconds": run.seconds,
        "evaluation": judgement.document() if judgement else None,
        "engine": {"name": run.engine, "reason": run.reason},
        "network": run.network.to_dict(),
        "recipe": run.recipe.to_dict(),
        "history": [epoch.to_dict() for epoch in run.history],
    }


def _decision(model: Model, found: Threshold | None) -> dict[str, Any]:
    """Return the threshold of two classes, and what it was chosen by."""
    if len(model.schema.classes) != 2:
        return {}
    chosen = found._asdict() if found else {"value": model.threshold}
    return {"threshold": {"by": model.recipe.threshold} | chosen}


def _said(model: Model, found: Threshold | None) -> dict[str, str]:
    if model.recipe.threshold is None:
        return {}
    said = f"{model.schema.classes[1]!r} above {model.threshold:.4g}"
    if found is None:
        return {"threshold": said}
    by = str(model.recipe.threshold).replace("_", " ")
    reached = f"{found.score:.4g} on the validation part, {found.at_half:.4g} at 0.5"
    return {"threshold": f"{said}, best for {by}: {reached}"}


def _text(
    run: Run, judgement: Judgement | None, files: dict[str, str]
) -> RenderableType:
    if judgement is None:
        return Group(learning(run) | Facts(files))
    facts = judgement.facts() | learning(run)
    return Group(facts, judgement.text(), "", Facts(files))
