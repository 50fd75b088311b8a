"""sklearn_mlp: MLPClassifier; one partial_fit is one epoch over rows in order."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from benchmarks.training.workload import Task, Workload

ACTIVATIONS = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}


class SklearnMLP:
    """In float32, as it computes where its inputs are float32."""

    forms: ClassVar = ("partial_fit",)
    image_forms: ClassVar = ()
    is_whole: ClassVar = False
    adds_epsilon_first: ClassVar = True

    def __init__(self, task: Task, form: str, threads: int) -> None:
        self._task = task
        self.reset()

    @staticmethod
    def refusal(workload: Workload) -> str:
        if not workload.is_dense:
            return "MLPClassifier has dense layers only"
        if not workload.is_of_logits:
            return "MLPClassifier has no other loss than cross-entropy"
        if workload.recipe.optimizer.type not in ("sgd", "adam"):
            return f"MLPClassifier has no {workload.recipe.optimizer.type}"
        return ""

    def reset(self) -> None:
        self._model = _classifier(self._task.workload)
        batch = slice(self._task.workload.recipe.batch_size)
        classes = np.arange(max(2, self._task.workload.sizes[-1]))
        inputs, targets = self._task.floats[batch], self._task.targets[batch]
        self._model.partial_fit(inputs, targets, classes=classes)  # for arrays
        layers = self._task.layers()
        self._model.coefs_ = [weight.copy() for weight, _ in layers]
        self._model.intercepts_ = [bias.copy() for _, bias in layers]
        del self._model._optimizer  # else Adam would remember the batch above

    def epoch(self, order: NDArray[np.uint32]) -> None:
        self._model.partial_fit(self._task.floats[order], self._task.targets[order])

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        layers = zip(self._model.coefs_, self._model.intercepts_, strict=True)
        return self._task.named(list(layers))


def _classifier(workload: Workload) -> MLPClassifier:
    recipe, hidden = workload.recipe, workload.network.layers[:-1]
    shared = {
        "hidden_layer_sizes": [layer.units for layer in hidden],
        "activation": ACTIVATIONS[hidden[0].activation],
        "alpha": 0.0,
        "batch_size": recipe.batch_size,
        "learning_rate_init": recipe.optimizer.learning_rate,
        "shuffle": False,
        "random_state": 0,
    }
    if recipe.optimizer.type == "sgd":
        return MLPClassifier(solver="sgd", momentum=0.0, **shared)
    return MLPClassifier(
        solver="adam",
        beta_1=recipe.optimizer.beta_1,
        beta_2=recipe.optimizer.beta_2,
        epsilon=recipe.optimizer.epsilon,
        **shared,
    )
