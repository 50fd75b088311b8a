import pytest

from ranvier.diagnosis.cures import (
    is_stepping,
    with_activation,
    with_clip,
    with_layer,
    with_norms,
    with_rate_times,
    with_usual_start,
)
from ranvier.network import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Network,
    Normal,
    Residual,
)
from ranvier.recipe import SGD, Adam, Recipe


def test_hidden_layers_bend_otherwise_those_in_residuals_too():
    branch = Residual([Dense(4, "tanh"), Dense(4)], "tanh")
    network = Network([Dense(4, "tanh"), branch, Dense(2, "tanh")])
    assert with_activation(network, ("tanh",), "silu").layers == (
        Dense(4, "silu"),
        Residual([Dense(4, "silu"), Dense(4)], "silu"),
        Dense(2, "tanh"),
    )


def test_all_first_weights_are_drawn_as_usual():
    ill = Dense(4, "relu", initializer=Normal(3.0))
    network = Network([ill, Dropout(0.1), Residual([ill]), ill])
    well = Dense(4, "relu")
    healthy = (well, Dropout(0.1), Residual([well]), well)
    assert with_usual_start(network).layers == healthy


def test_norms_come_before_the_activations_of_hidden_layers():
    network = Network([Conv2D(4, 3, "relu"), Flatten(), Dense(2, "softmax")], (8, 8))
    assert with_norms(network).layers == (
        Conv2D(4, 3, bias=False),
        BatchNorm("relu"),
        Flatten(),
        Dense(2, "softmax"),
    )


def test_one_layer_is_changed_by_its_name():
    network = Network([Dense(4, "relu"), Dense(4, "relu"), Dense(2)], (3,))
    changed = with_layer(network, "dense_2", lambda _: Dense(1, "relu"))
    assert changed.layers == (Dense(4, "relu"), Dense(1, "relu"), Dense(2))


def test_a_rate_is_changed_in_three_figures():
    slower = with_rate_times(Recipe(optimizer=Adam(1 / 3)), 0.1)
    assert slower.optimizer == Adam(0.0333)


def test_gradients_are_clipped_beside_other_bounds():
    assert with_clip(Recipe(optimizer=SGD(0.1)), 1.0).clip.global_norm == 1.0


@pytest.mark.parametrize(("name", "expected"), [("adam", True), ("lbfgs", False)])
def test_lbfgs_searches_for_its_steps(name, expected):
    assert is_stepping(Recipe(optimizer=name)) is expected
