"""Responses that practise several skills: counted once, their difficulty the mean of their skills', through the Q-matrix."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime

from glasskt.data.cohort import Cohort, combinations_of
from glasskt.errors import UserError
from glasskt.irt import ability_filter, eap, rasch, two_pl
from glasskt.irt.counts import every_response
from glasskt.irt.difficulties import of_combinations
from glasskt.irt.settings import PyIrtSettings
from glasskt.stages import fit_irt, preprocess, track_ability

SKILLS, SIGMA = 8, 0.8
BETA = np.linspace(-2.0, 0.5, SKILLS)
A = np.linspace(0.7, 1.4, SKILLS)


def drawn(students: int, *, discrimination: np.ndarray | None = None, seed: int = 0) -> Cohort:
    """Each response practises one, two or three skills."""
    rng = np.random.default_rng(seed)
    a = np.ones(SKILLS) if discrimination is None else discrimination
    rows = []
    for student, theta in enumerate((1.0 if discrimination is not None else SIGMA) * rng.standard_normal(students)):
        for step in range(25):
            skills = rng.choice(SKILLS, size=rng.integers(1, 4), replace=False)
            p = 1 / (1 + np.exp(-(a[skills] * (theta - BETA[skills])).mean()))
            response = int(rng.random() < p)
            rows += [(student, step, skill, response) for skill in skills]
    return cohort_from(pd.DataFrame(rows, columns=["student", "step", "skill", "response"]), SKILLS)


def cohort_from(table: pd.DataFrame, n_skills: int) -> Cohort:
    return Cohort.from_table(table, n_skills, combinations_of(table))


@pytest.fixture(scope="module")
def cohort():
    return drawn(1500)


@pytest.fixture(scope="module")
def fit(cohort):
    return rasch.fit(every_response(cohort))


def test_a_response_is_one_row_of_the_cohort_whatever_its_number_of_skills():
    table = pd.DataFrame(
        [(1, 0, 2, 1), (1, 1, 0, 0), (1, 1, 2, 0), (1, 2, 1, 1), (5, 0, 2, 0), (5, 0, 0, 0)],
        columns=["student", "step", "skill", "response"],
    )
    cohort = cohort_from(table, 3)
    assert cohort.response.tolist() == [1, 0, 1, 0]
    assert cohort.skill.tolist() == [2, 3, 1, 3]
    assert cohort.combinations == ((0, 2),)
    assert cohort.offsets.tolist() == [0, 3, 4]
    assert cohort.q_matrix.toarray().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]]
    only_first = Cohort.from_table(table[table["student"] == 1], 3, combinations=((0, 1), (0, 2)))
    assert only_first.skill.tolist() == [2, 4, 1]


def test_difficulties_and_spread_are_recovered(fit):
    off = (fit.beta - BETA) / fit.beta_se
    assert np.abs(off).max() < 4
    assert 0.4 < np.sqrt((off**2).mean()) < 1.7
    assert abs(fit.sigma - SIGMA) < 4 * fit.sigma_se


def test_discriminations_are_recovered():
    fit = two_pl.fit(every_response(drawn(3000, discrimination=A, seed=1)), prior_sd=None)
    assert np.abs((fit.discrimination - A) / fit.discrimination_se).max() < 4
    assert np.abs((fit.beta - BETA) / fit.beta_se).max() < 4


def test_gradient_and_information_are_the_derivatives():
    likelihood = rasch.MarginalLikelihood(every_response(drawn(40, seed=2)))
    at = np.r_[BETA + 0.2, 0.6]
    _, gradient = likelihood.value_and_gradient(at)
    assert_allclose(gradient, approx_fprime(at, lambda x: likelihood.value_and_gradient(x)[0], 1e-6), atol=2e-3)
    numeric = np.array([approx_fprime(at, lambda x, row=row: -likelihood.value_and_gradient(x)[1][row], 1e-6) for row in range(len(at))])
    assert_allclose(likelihood.information(at), numeric, atol=2e-2)


def test_predicted_and_observed_successes_agree_by_share(cohort, fit):
    counts = every_response(cohort)
    assert_allclose(fit.expected, counts.skill_successes / counts.skill_trials, atol=1e-4)
    assert counts.skill_trials.sum() == pytest.approx(len(cohort))
    assert counts.skill_responses.sum() == sum(len((cohort.combinations[s - SKILLS]) if s >= SKILLS else [s]) for s in cohort.skill)


def test_the_static_filter_ends_at_the_eap_score(cohort, fit):
    beta, a = of_combinations(cohort, fit.beta, fit.discrimination)
    filtered = ability_filter.track(cohort, beta, fit.sigma, 0.0, a)
    last = filtered.theta_after[cohort.offsets[1:] - 1]
    assert_allclose(last, eap.score(every_response(cohort), fit.beta, fit.sigma).theta, atol=1e-6)


def test_a_combination_has_the_mean_slope_and_intercept(cohort):
    beta, a = of_combinations(cohort, BETA, A)
    skills = list(cohort.combinations[0])
    assert a[SKILLS] == pytest.approx(A[skills].mean())
    assert -a[SKILLS] * beta[SKILLS] == pytest.approx((-A * BETA)[skills].mean())
    assert_allclose(beta[:SKILLS], BETA)


def test_skills_that_occur_only_together_are_refused_by_name():
    rng = np.random.default_rng(3)
    rows = [
        (student, step, skill, int(rng.random() < 0.6)) for student in range(20) for step in range(6) for skill in ((0,), (1, 2))[step % 2]
    ]
    table = pd.DataFrame(rows, columns=["student", "step", "skill", "response"])
    table["response"] = table.groupby(["student", "step"])["response"].transform("first")
    with pytest.raises(UserError, match="skills 1, 2 occur only together"):
        rasch.fit(every_response(cohort_from(table, 3)))


def test_py_irt_says_that_it_fits_one_skill_per_response(cohort):
    from glasskt.irt import py_irt_backend

    with pytest.raises(UserError, match="py-irt fits one skill per response"):
        py_irt_backend.fit(every_response(cohort), PyIrtSettings())


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """A pyKT file with several concepts per response, through preprocess, fit-irt and track-ability."""
    folder = tmp_path_factory.mktemp("several")
    rng = np.random.default_rng(4)

    def students(first: int, number: int, folds: list[int]) -> str:
        lines = ["fold,uid,concepts,responses"]
        for uid in range(first, first + number):
            theta = SIGMA * rng.standard_normal()
            sets = [rng.choice(4, size=rng.integers(1, 3), replace=False) for _ in range(12)]
            responses = [int(rng.random() < 1 / (1 + np.exp(BETA[s].mean() - theta))) for s in sets]
            concepts = ",".join("_".join(map(str, s)) for s in sets)
            lines.append(f'{folds[uid % len(folds)]},{uid},"{concepts}","{",".join(map(str, responses))}"')
        return "\n".join(lines) + "\n"

    raw = [folder / "train_valid.csv", folder / "test.csv"]
    raw[0].write_text(students(0, 120, [0, 1]))
    raw[1].write_text(students(500, 30, [-1]))
    places = {name: folder / name for name in ("interactions.parquet", "dataset.json", "items.parquet", "students.parquet", "fit.json")}
    table, facts, items, scored, fit = places.values()
    preprocess.run(parameters={"datasets.mine": {"format": "pykt", "skills": 4}}, dataset="mine", raw=raw, interactions=table, facts=facts)
    at = {"dataset": "mine", "fold": 0, "interactions": table, "facts": facts}
    fit_irt.run(parameters={"irt.static": {}}, **at, items=items, students=scored, irt_fit=fit)
    theta, tracking = folder / "theta.parquet", folder / "tracking.json"
    track_ability.run(parameters={"irt.dynamic": {"drift": 0.01}}, **at, items=items, irt_fit=fit, theta=theta, tracking=tracking)
    return folder


def test_the_stages_count_a_response_once(stages):
    facts = json.loads((stages / "dataset.json").read_text())
    table = pd.read_parquet(stages / "interactions.parquet")
    assert facts["n_responses"] == 150 * 12 < len(table)
    assert facts["scored_test"] == 30 * 11
    assert facts["lengths"]["max"] == 12
    assert len(pd.read_parquet(stages / "theta.parquet")) == 150 * 12
    assert pd.read_parquet(stages / "items.parquet")["n_responses"].sum() == (table["fold"] == 1).sum()
    assert pd.read_parquet(stages / "students.parquet")["role"].value_counts().to_dict() == {"train": 60, "validation": 60, "test": 30}


def test_the_two_levels_of_track_ability_follow_one_skill_per_response_and_say_so(stages):
    with pytest.raises(UserError, match=r"irt.dynamic.levels: 2 follows one skill per response"):
        track_ability.run(
            parameters={"irt.dynamic": {"levels": 2}},
            dataset="mine",
            fold=0,
            interactions=stages / "interactions.parquet",
            facts=stages / "dataset.json",
            items=stages / "items.parquet",
            irt_fit=stages / "fit.json",
            theta=stages / "other.parquet",
            tracking=stages / "other.json",
        )
    assert not (stages / "other.parquet").exists()
