"""digits: the recipe that `ranvier train digits` takes where nothing is said."""

from benchmarks.training.workload import Workload
from ranvier.recipe import read_recipe

_FILE = read_recipe("digits")

WORKLOAD = Workload("digits", _FILE.network.with_input((784,)), _FILE.recipe)
