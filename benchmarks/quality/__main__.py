"""Measure what the recipes and the defaults reach, as a table of means over seeds.

Writes benchmarks/results/quality.json, a list of {task, metric, mean, std, seeds,
weights, seconds, goal, most_weights, most_seconds, reached}, after each task: the rows
of tasks that were not asked for stay. Data that are not on this machine and cannot be
fetched are left out by name.
"""

import argparse
import json
from pathlib import Path

import ranvier
from benchmarks.quality import defaults, pictures, ratings, recipes, sounds
from benchmarks.quality.task import Task, answered

RESULTS = Path(__file__).parents[1] / "results" / "quality.json"

TASKS = {
    task.name: task
    for task in (
        *recipes.TASKS,
        *defaults.TASKS,
        *sounds.TASKS,
        *pictures.TASKS,
        *ratings.TASKS,
    )
}
HEADS = (
    *("task", "metric", "mean", "std", "seeds", "weights", "seconds a score"),
    *("goal", "at most weights", "at most seconds", "reached"),
)


def row(task: Task, seeds: int | None) -> dict[str, object] | None:
    """Return the row of a task; if its data are not here, say so and return None."""
    try:
        return answered(task, range(seeds or task.seeds))
    except (ranvier.RanvierError, RuntimeError) as missing:
        print(f"{task.name} is left out: {missing}")
        return None


def kept(table: list[dict[str, object]], path: Path) -> list[dict[str, object]]:
    """Write the rows beside those of other tasks in the file, and return all."""
    old = json.loads(path.read_text("utf-8")) if path.exists() else []
    rows = {one["task"]: one for one in (*old, *table)}
    ordered = [rows[name] for name in TASKS if name in rows]
    part = path.with_suffix(".part")
    part.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    part.replace(path)
    return ordered


def line(values: dict[str, object]) -> str:
    """Return a row as Markdown."""
    return (
        "| " + " | ".join("" if v is None else str(v) for v in values.values()) + " |"
    )


def main() -> None:
    """Print the table and write the file."""
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    parser.add_argument("tasks", nargs="*", metavar="task", help="; ".join(TASKS))
    parser.add_argument("--seeds", type=int, help="of each task, as it says if not")
    given = parser.parse_args()
    if unknown := set(given.tasks) - set(TASKS):
        parser.error(f"no task {', '.join(unknown)}; known: {'; '.join(TASKS)}")
    print(f"| {' | '.join(HEADS)} |\n|{' --- |' * len(HEADS)}")
    for name in given.tasks or TASKS:
        if found := row(TASKS[name], given.seeds):
            print(line(found), flush=True)
            kept([found], RESULTS)


if __name__ == "__main__":
    main()
