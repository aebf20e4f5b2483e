"""Responses to several skills: one step and one prediction each, held to some variants of every family there is."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from test_every_variant import FITTABLE, C, blocks, targets

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.family import load_estimator, settings_class

ITEMS = ((0,), (1,), (3,), (0, 1), (1, 2, 4), (2, 3), (0, 4))
COMBINATIONS = tuple(skills for skills in ITEMS if len(skills) > 1)
UNSEEN = COMBINATIONS[-1]
"""A combination that no training student meets."""
MOST = 5
"""Variants of a family, spread over those that the contract names."""
VARIANTS = [(family, name) for family in FITTABLE for name in list(blocks(family))[:: max(1, len(blocks(family)) // MOST)]]


OF_ITS_OWN = ("two_level", "boosted")
"""For these and for additive a combination is one more skill, of the population that all skills are drawn to."""


def cohort(sequences, combinations=COMBINATIONS):
    """From (student, items, responses)."""
    rows = [
        (student, step, skill, response)
        for student, items, responses in sequences
        for step, (item, response) in enumerate(zip(items, responses, strict=True))
        for skill in ITEMS[item]
    ]
    return Cohort.from_table(pd.DataFrame(rows, columns=["student", "step", "skill", "response"]), C, combinations)


def simulated(seed, students, first_id, n_items):
    rng = np.random.default_rng(seed)
    beta = np.linspace(-1.5, 0.5, C)
    for student in range(first_id, first_id + students):
        items = rng.integers(n_items, size=rng.integers(2, 13))
        difficulty = np.array([beta[list(ITEMS[item])].mean() for item in items])
        yield student, items, (rng.random(len(items)) < 1 / (1 + np.exp(difficulty - rng.normal()))).astype(int)


TRAIN = cohort(list(simulated(0, 40, 0, len(ITEMS) - 1)))
VALID_SEQUENCES = list(simulated(1, 12, 100, len(ITEMS)))
VALID = cohort(VALID_SEQUENCES)


def estimator_of(family, name, combinations=COMBINATIONS, without=()):
    settings = settings_class(family).model_validate(blocks(family)[name])
    if without and hasattr(settings, "encoder"):
        settings = settings.model_copy(update={"encoder": settings.encoder.model_copy(update=dict.fromkeys(without, 0.0))})
    return load_estimator(family, settings, C, combinations)


@pytest.fixture(scope="module", params=VARIANTS, ids="-".join)
def fitted(request):
    estimator = estimator_of(*request.param)
    return estimator, estimator.fit(TRAIN, VALID, targets(TRAIN, VALID), seed=3, progress=lambda line: None)


def trace(fitted, sequences):
    estimator, fit = fitted
    return estimator.trace(fit.weights, cohort(sequences)).quantities


def test_a_response_to_several_skills_is_predicted_once_a_combination_unseen_in_training_too(fitted):
    assert any(ITEMS[item] == UNSEEN for _, items, _ in VALID_SEQUENCES for item in items)
    p = trace(fitted, VALID_SEQUENCES)["p_before"]
    assert p.shape == (sum(len(items) for _, items, _ in VALID_SEQUENCES),)
    assert ((p > 0) & (p < 1)).all()


def test_nothing_called_before_knows_a_response_to_several_skills(fitted):
    items, responses = np.array([3, 0, 4, 3, 5, 1, 4, 6]), np.array([1, 0, 1, 1, 0, 1, 0, 1])
    plain = trace(fitted, [(0, items, responses)])
    for t in np.flatnonzero([len(ITEMS[item]) > 1 for item in items]):
        flipped = trace(fitted, [(0, items, np.where(np.arange(len(items)) == t, 1 - responses, responses))])
        for name, values in plain.items():
            seen = t + 1 if name.endswith("_before") or name == "beta" else t
            assert_allclose(flipped[name][:seen], values[:seen], atol=1e-6, err_msg=f"{name}, response {t} flipped")


def test_neither_padding_nor_company_nor_order_changes_a_student_who_practises_several_skills(fitted):
    together, backwards = trace(fitted, VALID_SEQUENCES), trace(fitted, VALID_SEQUENCES[::-1])
    alone = [trace(fitted, [sequence]) for sequence in VALID_SEQUENCES]
    ends = np.r_[0, np.cumsum(VALID.lengths[::-1])]
    for name, values in together.items():
        assert_allclose(values, np.concatenate([one[name] for one in alone]), atol=1e-6, err_msg=name)
        reversed_back = np.concatenate([backwards[name][ends[i] : ends[i + 1]] for i in range(len(ends) - 1)][::-1])
        assert_allclose(values, reversed_back, atol=1e-6, err_msg=name)


def test_the_difficulty_of_several_skills_is_the_mean_of_theirs(fitted):
    items = np.arange(len(ITEMS))
    found = trace(fitted, [(0, items, np.zeros(len(items), int))])
    weights = fitted[1].weights
    table = next((weights[name].ravel() for name in ("beta", "glass.difficulty.weight") if name in weights), np.empty(0))
    if "beta" in found and len(table) == C:  # a family may follow a combination as a skill of its own
        assert_allclose(found["beta"], [table[list(skills)].mean() for skills in ITEMS], atol=1e-6)


@pytest.mark.parametrize("variant", [pair for pair in VARIANTS if pair[0] != "additive" and pair[1] not in OF_ITS_OWN], ids="-".join)
def test_a_combination_that_nobody_meets_changes_nothing(variant):
    """So that responses to one skill are followed as they are where there is no other kind. Without dropout: a perceptron that is asked
    for every skill of a response draws more where there can be more."""
    learn_from, select_on = list(simulated(2, 30, 0, 3)), list(simulated(3, 10, 100, 3))  # items of one skill
    said = []
    for combinations in ((), COMBINATIONS):
        train, valid = cohort(learn_from, combinations), cohort(select_on, combinations)
        estimator = estimator_of(*variant, combinations, without=("dropout",))
        fit = estimator.fit(train, valid, targets(train, valid), seed=3, progress=lambda line: None)
        said.append(estimator.trace(fit.weights, valid).quantities)
    assert said[0].keys() == said[1].keys()
    for name, values in said[0].items():
        assert_allclose(said[1][name], values, atol=1e-5, err_msg=name)


def test_a_family_that_follows_one_skill_per_response_says_so():
    class OneSkill(settings_class("dkt")):
        several_skills = False

    with pytest.raises(UserError, match="dkt: a response of this data set practises several skills"):
        load_estimator("dkt", OneSkill(), C, COMBINATIONS)
