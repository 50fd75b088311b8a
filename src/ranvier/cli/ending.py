"""ending: a run that has ended → its model files, and the answer of its command."""

from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType

from ranvier.cli.judgement import Judgement, judge
from ranvier.cli.screen import Answer
from ranvier.cli.trained import MODEL_FILE, model_of
from ranvier.data import Dataset
from ranvier.diagnosis import Diagnosis, diagnose
from ranvier.model import Model
from ranvier.model.baselines import baselines
from ranvier.model.finished import finished
from ranvier.model.part import part_of_run
from ranvier.model.threshold import Threshold
from ranvier.report import Facts, in_short
from ranvier.report.learning import learning
from ranvier.training import Run


def answer_for(run: Run, data: Dataset | None, output: str | None) -> Answer:
    """Write the model of a run that has ended, judge it, and return what to say.

    Raises:
        FileError: the model cannot be written.
    """
    model, threshold = (
        finished(Model.unsettled(run), run, data) if data else (model_of(run), None)
    )
    files = _files(run, output)
    for path in (files["model"], output):
        if path is not None:
            model.save(path)
    diagnosis = diagnose(run)
    part = part_of_run(run, data) if data else None
    judgement = judge(model, part) if part else None
    if judgement and data:
        beside = baselines(run.parts(data), run.recipe, judged=judgement.part.data)
        judgement = judgement._replace(beside=beside)
    document = _document(run, judgement) | _decision(model, threshold) | files
    document |= {"diagnosis": diagnosis.to_dict()}
    said = _said(model, threshold) | files
    return Answer(document, _text(run, judgement, diagnosis, said))


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
    run: Run,
    judgement: Judgement | None,
    diagnosis: Diagnosis,
    files: dict[str, str],
) -> RenderableType:
    end = Group("", in_short(diagnosis), "", Facts(files))
    if judgement is None:
        return Group(learning(run), end)
    return Group(judgement.facts() | learning(run), judgement.text(), end)
