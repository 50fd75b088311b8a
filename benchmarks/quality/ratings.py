"""ratings: films and lecturers, in five folds; the root of the mean squared error."""

import dataclasses
from functools import cache

import numpy as np
import polars as pl

import ranvier
from benchmarks.quality.packages import Package, member
from benchmarks.quality.tables import insteval
from benchmarks.quality.task import Task
from ranvier.data import Parts, from_arrays
from ranvier.data.encoders import AnswerEncoder, TableEncoder
from ranvier.data.sources.ratings import Ratings, load_ratings
from ranvier.recipe.designs import ratings_design

RECBOLE = Package(
    "recbole==1.2.1",
    "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
)
FOLDS = 5


@cache
def films() -> Ratings:
    """Return MovieLens 100k: 943 people's marks of 1 to 5 for 1,682 films."""
    path = member(RECBOLE, "recbole/dataset_example/ml-100k/ml-100k.inter")
    frame = pl.read_csv(path, separator="\t")
    names = [name.partition(":")[0] for name in frame.columns]
    frame.columns = names
    return load_ratings(frame, user="user_id", item="item_id", rating="rating")


@cache
def lecturers() -> Ratings:
    """Return InstEval: 2,972 students' marks of 1 to 5 for 1,128 lecturers."""
    others = ("studage", "lectage", "service", "dept")
    return load_ratings(insteval().frame, user="s", item="d", rating="y", others=others)


def error(ratings: Ratings, seed: int) -> float:
    """Return the error over all rows, each answered by the fold it is not in."""
    fold = np.random.default_rng(seed).permutation(len(ratings.answers)) % FOLDS
    errors = np.empty(len(fold))
    for number in range(FOLDS):
        tested = np.flatnonzero(fold == number)
        answers = _answered(ratings, np.flatnonzero(fold != number), tested, seed)
        errors[tested] = answers[:, 0] - ratings.answers[tested, 0]
    return float(np.sqrt(np.mean(errors**2)))


def _answered(
    ratings: Ratings, learnt: np.ndarray, tested: np.ndarray, seed: int
) -> np.ndarray:
    """Return answers for the rows `tested`; a tenth of `learnt` is for validation."""
    order = np.random.default_rng(seed).permutation(learnt)
    held, train = np.split(order, [len(order) // 10])
    encoder = TableEncoder.fit(ratings.frame[train], ratings.form.columns)
    answers = AnswerEncoder.fit(ratings.answers[train], how="standard")
    data = from_arrays(
        encoder.apply(ratings.frame), answers.apply(ratings.answers), name="ratings"
    )
    recipe, network = ratings_design(encoder.ids)
    recipe = dataclasses.replace(recipe, seed=seed)
    run = ranvier.train(
        network, Parts(data.take(train), data.take(held), None), recipe, folder=None
    )
    outputs = ranvier.Model.from_run(run).predict(data.take(tested).inputs)
    return answers.undo(outputs.reshape(-1, 1))


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
