"""The boosted reference: quiet on small data, the filter where there is nothing to add, more where there is, text when saved."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from glasskt.data.cohort import Cohort
from glasskt.models.family import Targets, load_estimator, settings_class
from glasskt.models.reference import boosted, two_level

SKILLS = 3
TARGETS = Targets(
    items=pd.DataFrame({"skill": range(SKILLS), "beta": [-0.8, -0.4, 0.0]}).assign(discrimination=1.0), irt_fit={"sigma": 0.8}
)


def cohort(responses, skills):
    """From one array of skills and of responses per student."""
    lengths = [len(one) for one in responses]
    return Cohort(
        students=np.arange(len(responses)),
        offsets=np.r_[0, np.cumsum(lengths)].astype(np.int64),
        skill=np.concatenate(skills).astype(np.int64),
        response=np.concatenate(responses).astype(np.int8),
        n_skills=SKILLS,
    )


def rasch_students(students, seed=0):
    rng = np.random.default_rng(seed)
    skills = [rng.integers(SKILLS, size=rng.integers(2, 15)) for _ in range(students)]
    return cohort([(rng.random(len(one)) < 1 / (1 + np.exp(-0.5 - rng.normal()))).astype(int) for one in skills], skills)


def alternating_students(students, seed):
    """Right and wrong in turn, nine times in ten: nothing that an ability explains."""
    rng = np.random.default_rng(seed)
    turn = [(np.arange(20) + rng.integers(2)) % 2 for _ in range(students)]
    return cohort([np.where(rng.random(20) < 0.1, 1 - one, one) for one in turn], [rng.integers(SKILLS, size=20) for _ in turn])


def fit(train, valid):
    estimator = load_estimator("reference", settings_class("reference").model_validate({"predictor": "boosted"}), SKILLS)
    return estimator, estimator.fit(train, valid, TARGETS, seed=0, progress=lambda line: None)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "train",
    [
        rasch_students(20),
        rasch_students(2),
        cohort([[0, 1]] * 10 + [[1, 1]] * 10, [[0, 0]] * 20),
        cohort([[1]] * 15 + [[0]] * 5 + [[1, 0]], [[0]] * 20 + [[0, 0]]),
    ],
    ids=["twenty", "two", "one skill", "nearly nothing varies"],
)
def test_small_data_trains_without_a_word(train, capfd):
    estimator, fitted = fit(train, train)
    p = estimator.trace(fitted.weights, train).quantities["p_before"]
    assert ((p > 0) & (p < 1)).all()
    assert "".join(capfd.readouterr()) == ""


def test_where_the_filter_is_the_truth_little_is_added():
    train, test = rasch_students(300), rasch_students(100, seed=1)
    estimator, fitted = fit(train, test)
    alone = two_level.quantities(fitted.weights, test)["p_before"]
    assert_allclose(estimator.trace(fitted.weights, test).quantities["p_before"], alone, atol=0.1)


def test_what_no_ability_explains_is_found():
    train, test = alternating_students(200, seed=0), alternating_students(100, seed=1)
    estimator, fitted = fit(train, test)
    p, later = estimator.trace(fitted.weights, test).quantities["p_before"], test.step > 0
    alone = two_level.quantities(fitted.weights, test)["p_before"]
    assert ((p > 0.5) == test.response)[later].mean() > 0.8  # the last response alone gives 0.82, the turn itself 0.9
    assert ((alone > 0.5) == test.response)[later].mean() < 0.6


def test_the_trees_are_text_and_their_leaves_are_counted():
    _, fitted = fit(alternating_students(200, seed=0), rasch_students(5))
    text = bytes(fitted.weights["trees"]).decode()
    leaves = sum(int(line.removeprefix("num_leaves=")) for line in text.splitlines() if line.startswith("num_leaves="))
    assert text.startswith("tree\nversion=")
    assert leaves > 2
    assert fitted.facts["parameters"] == boosted.parameters(fitted.weights) == leaves + 3 * SKILLS + len(two_level.SCALARS)


def test_no_other_predictor_needs_lightgbm():
    others = ("skill_easiness", "afm", "rasch_filter", "pfa", "two_level", "estimator")
    lines = [f"import glasskt.models.reference.{name}" for name in others] + ["import sys; print('lightgbm' in sys.modules)"]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
