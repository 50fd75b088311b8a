"""ending: a run that has ended → its model files, and the answer of its command."""

from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType

from ranvier.cli.judgement import Judgement, judge
from ranvier.cli.screen import Answer
from ranvier.data import Dataset
from ranvier.model import Model
from ranvier.model.baselines import baselines
from ranvier.model.part import part_of_run
from ranvier.model.unseen import unseen
from ranvier.report import Facts, learning
from ranvier.training import Run

MODEL_FILE = "model.safetensors"


def answer_for(run: Run, data: Dataset | None, output: str | None) -> Answer:
    """Write the model of a run that has ended, judge it, and return what to say.

    Raises:
        FileError: the model cannot be written.
    """
    model = Model.from_run(run)
    judged = unseen(run, data) if data else None
    if judged is not None:
        model = model.calibrated(*judged)
    files = _files(run, output)
    for path in (files["model"], output):
        if path is not None:
            model.save(path)
    part = part_of_run(run, data) if data else None
    judgement = judge(model, part) if part else None
    if judgement and data:
        beside = baselines(run.parts(data), run.recipe, judged=judgement.part.data)
        judgement = judgement._replace(beside=beside)
    return Answer(_document(run, judgement) | files, _text(run, judgement, files))


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


def _text(
    run: Run, judgement: Judgement | None, files: dict[str, str]
) -> RenderableType:
    if judgement is None:
        return Group(learning(run) | Facts(files))
    facts = judgement.facts() | learning(run)
    return Group(facts, judgement.text(), "", Facts(files))
