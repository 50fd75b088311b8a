"""ratings: films and lecturers, in five folds; the root of the mean squared error."""

import dataclasses
import math
from functools import cache

import polars as pl

import ranvier
from benchmarks.quality.packages import Package, member
from benchmarks.quality.tables import insteval
from benchmarks.quality.task import Task
from ranvier.data import Dataset
from ranvier.data.sources.ratings import load_ratings
from ranvier.recipe import suited

RECBOLE = Package(
    "recbole==1.2.1",
    "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
)
FOLDS = 5


@cache
def films() -> Dataset:
    """Return MovieLens 100k: 943 people's marks of 1 to 5 for 1,682 films."""
    path = member(RECBOLE, "recbole/dataset_example/ml-100k/ml-100k.inter")
    frame = pl.read_csv(path, separator="\t")
    names = [name.partition(":")[0] for name in frame.columns]
    frame.columns = names
    return load_ratings(frame, user="user_id", item="item_id", rating="rating")


@cache
def lecturers() -> Dataset:
    """Return InstEval: 2,972 students' marks of 1 to 5 for 1,128 lecturers."""
    others = ("studage", "lectage", "service", "dept")
    return load_ratings(insteval().frame, user="s", item="d", rating="y", others=others)


def error(ratings: Dataset, seed: int) -> float:
    """Return the error over all rows, each answered by the fold it is not in."""
    squares = 0.0
    for parts in ratings.folds(FOLDS, seed=seed):
        network, recipe = suited(ratings.schema)
        recipe = dataclasses.replace(recipe, seed=seed, validation=0.1, test=0)
        run = ranvier.train(network, parts.train, recipe, folder=None)
        held_out = parts.validation
        answers = ranvier.Model.from_run(run).predict(held_out.frame)
        squares += float(((answers - held_out.targets[:, 0]) ** 2).sum())
    return math.sqrt(squares / len(ratings))


def films_error(seed: int) -> float:
    """Return the error on films."""
    return error(films(), seed)


def lecturers_error(seed: int) -> float:
    """Return the error on lecturers."""
    return error(lecturers(), seed)


TASKS = (
    Task("MovieLens 100k", "RMSE", films_error, 0.92, True, FOLDS, most_seconds=15),
    Task("InstEval", "RMSE", lecturers_error, 1.20, True, FOLDS),
)
