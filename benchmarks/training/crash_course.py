"""crash_course: 784-15-10, sigmoid throughout, mse, plain SGD, batch 10."""

from benchmarks.training.workload import Workload
from ranvier.recipe import read_recipe

_FILE = read_recipe("crash-course")

WORKLOAD = Workload("crash-course", _FILE.network.with_input((784,)), _FILE.recipe)
