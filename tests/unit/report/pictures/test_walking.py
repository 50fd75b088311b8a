import math

import numpy as np
import pytest

from ranvier.engine.reference.optimizers import OPTIMIZERS as COMPUTED
from ranvier.errors import DescriptionError
from ranvier.recipe import LBFGS, OPTIMIZERS, SGD, Adam, AdamW
from ranvier.report.pictures import SURFACES, racer
from ranvier.report.pictures.walking import RATES, way

ROSENBROCK, SADDLE = SURFACES["rosenbrock"], SURFACES["saddle"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_down_a_surface_and_stays_in_the_picture(name):
    found = way(SADDLE, name, 40)
    assert found.name == name
    assert found.lost is None
    assert found.values[-1] < found.values[0] - 1


def test_a_way_is_that_of_the_updates_of_the_engine():
    found = way(ROSENBROCK, Adam(0.05), 5)
    w, memory = np.array(ROSENBROCK.start), [np.zeros(2), np.zeros(2)]
    for step in range(1, 6):
        g = np.array(ROSENBROCK.gradient(*w))
        w, *memory = COMPUTED["adam"].update(Adam(0.05), 0.05, step, w, g, *memory)
        np.testing.assert_array_equal(found.places[step], w)
        assert found.values[step] == ROSENBROCK.value(*w)


def test_a_rate_that_is_given_is_kept():
    assert way(SADDLE, SGD(0.0123), 3).rate == 0.0123
    assert way(SADDLE, racer("adamw", 0.25), 3).rate == 0.25


def test_a_rate_that_is_not_given_is_the_best_of_those_tried():
    found = way(ROSENBROCK, "sgd", 60)
    assert found.rate in RATES
    others = (way(ROSENBROCK, SGD(rate), 60).values for rate in RATES)
    tame = [values for values in others if values.max() <= values[0]]
    assert len(tame) > 5
    assert np.log(found.values).mean() == min(np.log(one).mean() for one in tame)


def test_a_name_brings_no_decay_but_a_description_keeps_its_own():
    assert racer("lion").weight_decay == 0
    assert racer("lion").learning_rate == "auto"
    flat = SADDLE._replace(gradient=lambda x, y: (0.0, 0.0))
    assert (way(flat, racer("adamw", 0.1), 3).places == SADDLE.start).all()
    decayed = way(flat, AdamW(0.1, weight_decay=1.0), 3).places
    np.testing.assert_allclose(decayed[1], np.multiply(SADDLE.start, 0.9))


def test_lbfgs_walks_by_its_own_steps():
    found = way(ROSENBROCK, LBFGS(), 60)
    assert found.arrived is not None and found.arrived < 60
    np.testing.assert_allclose(found.places[-1], [1, 1], atol=1e-4)


def test_what_goes_astray_is_told():
    found = way(ROSENBROCK, SGD(0.02), 20)
    assert found.lost is not None
    assert np.isnan(found.places[-1]).all()
    broken = int(np.isnan(found.places[:, 0]).argmax())
    assert found.lost < broken
    assert found.ending == f"out at step {found.lost}, no number from step {broken}"


def test_what_leaves_the_picture_is_told():
    slope = SADDLE._replace(gradient=lambda x, y: (1.0, 0.0))
    found = way(slope, SGD(0.15), 10)
    assert found.lost == 3  # from -1.6 by 0.15 a step over the edge at -2
    assert found.ending == "out of the picture from step 3 on"


def test_what_arrives_is_told_with_the_step_from_which_it_stays():
    found = way(SADDLE, SGD(0.2), 60)
    near = np.abs(found.places - SADDLE.bottoms[1]) < 0.08
    assert found.arrived == int(np.flatnonzero(~near.all(axis=1))[-1]) + 1
    assert found.ending == f"at a bottom after {found.arrived} steps"


def test_what_is_still_on_its_way_is_told_with_its_height():
    found = way(ROSENBROCK, SGD(1e-4), 10)
    assert found.ending == f"height {found.values[-1]:.3g} after 10 steps"
    assert math.isfinite(found.values[-1])


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        ("adm", r"no optimizer 'adm'; did you mean \"adam\""),
        (3, "3 is no optimizer; give a name"),
        (SGD, "is no optimizer; give a name"),
    ],
)
def test_what_is_no_optimizer_is_refused(optimizer, message):
    with pytest.raises(DescriptionError, match=message):
        way(SADDLE, optimizer, 3)
