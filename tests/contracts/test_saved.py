"""What was saved of a network with any layer is what is loaded."""

import numpy as np
import pytest

from ranvier.data import from_arrays
from ranvier.model import Model
from ranvier.network import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    GaussianNoise,
    GlobalAveragePool,
    MaxPool2D,
    Network,
    Residual,
)
from ranvier.recipe import Recipe
from ranvier.training import Run, resume, train
from tests.support.catalogue import USUAL
from tests.support.folders import left_in
from tests.support.problems import problem_of
from tests.support.tolerance import assert_same_bits

RECIPE = Recipe(optimizer="adam", epochs=3, batch_size=8, stopping=None)
BRANCH = [Conv2D(4, 3, "prelu"), Dropout(0.2), Conv2D(4, 3), BatchNorm()]
CNN = Network(
    [
        *(GaussianNoise(), Conv2D(4, 3, bias=False), BatchNorm("relu"), MaxPool2D()),
        *(Residual(BRANCH, "relu"), GlobalAveragePool(), Dense(3, "softmax")),
    ],
    (9, 7),
)

every_network = pytest.mark.parametrize(
    "network", [*USUAL, pytest.param(CNN, id="cnn")]
)


def data_for(network):
    samples = problem_of(network, RECIPE, rows=40).samples
    inputs = samples.inputs.reshape(-1, *network.input_shape)
    return from_arrays(inputs, np.arange(40) % 3)


def stop(event):
    if len(event.run.history) == 1:
        raise KeyboardInterrupt


@every_network
def test_a_resumed_training_leaves_the_same_bits(engine, network, tmp_path):
    data, made = data_for(network), {"engine": engine.name}
    train(network, data, RECIPE, folder=tmp_path / "whole", **made)
    with pytest.raises(KeyboardInterrupt):
        train(network, data, RECIPE, folder=tmp_path / "run", on_event=stop, **made)
    resume(tmp_path / "run", data)
    assert left_in(tmp_path / "run") == left_in(tmp_path / "whole")


@every_network
def test_a_run_and_its_model_are_read_as_they_were_written(engine, network, tmp_path):
    data = data_for(network)
    run = train(network, data, RECIPE, folder=tmp_path / "run", engine=engine.name)
    assert_same_bits(Run.load(tmp_path / "run").parameters, run.parameters)
    model = Model.from_run(run, engine=engine.name)
    model.save(tmp_path / "model")
    read = Model.load(tmp_path / "model", engine=engine.name)
    assert read.network == run.network
    assert_same_bits(read.parameters, run.parameters)
    inputs = data.memory_inputs
    np.testing.assert_array_equal(
        read.predict_proba(inputs), model.predict_proba(inputs)
    )
