"""py-irt behind the same interface: it agrees with the marginal fit, keeps repeats, and is refused where it did not converge."""

import sys

import numpy as np
import pytest
from pydantic import ValidationError
from rasch_students import draw

from glasskt.errors import UserError
from glasskt.irt import guards, py_irt_backend, rasch
from glasskt.irt.counts import every_response
from glasskt.irt.fits import calibrate
from glasskt.irt.settings import PyIrtSettings, StaticSettings

needs_py_irt = pytest.mark.skipif(sys.version_info >= (3, 12), reason="py-irt 0.7.1 needs Python below 3.12")


@pytest.fixture(scope="module")
def counts():
    return every_response(draw(students=500, skills=10, seed=3).cohort)


@pytest.fixture(scope="module")
def fitted(counts):
    return calibrate(counts, StaticSettings(backend="py-irt"))


@needs_py_irt
def test_it_agrees_with_the_marginal_fit(fitted, counts):
    mml = rasch.fit(counts)
    assert np.corrcoef(fitted.beta, mml.beta)[0, 1] > 0.99
    assert np.abs(fitted.beta - mml.beta).max() < 0.2
    assert fitted.sigma == pytest.approx(mml.sigma, abs=0.05)
    assert fitted.log_likelihood < mml.log_likelihood


@needs_py_irt
def test_a_tight_start_passes_the_guards(fitted, counts):
    verdicts = {verdict.name: verdict for verdict in guards.hold(fitted, counts)}
    assert verdicts["movement"].value > 0
    assert verdicts["gradient"].value is verdicts["last_change"].value is None


@needs_py_irt
def test_every_repeat_is_an_observation(counts):
    _, _, py_irt = py_irt_backend._libraries()
    dataset = py_irt_backend._dataset(py_irt, counts)
    assert len(dataset.observations) == counts.trials.sum()
    assert sum(dataset.observations) == counts.successes.sum()
    cells = np.zeros((counts.n_students, counts.n_skills))
    np.add.at(cells, (dataset.observation_subjects, dataset.observation_items), 1)
    np.testing.assert_array_equal(cells, counts.trials_matrix.toarray())


@needs_py_irt
def test_its_own_vague_start_cut_off_early_is_refused(counts):
    """The way to a scale like the notes' (difficulties near -6, sd 4): resembles it, does not reproduce it."""
    fit = calibrate(counts, StaticSettings(backend="py-irt", py_irt=PyIrtSettings(start="own", learning_rate=0.1, epochs=60)))
    with pytest.raises(UserError, match=r"movement|two_starts|largest_spread"):
        guards.hold(fit, counts)


@needs_py_irt
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(counts):
    start = np.zeros(counts.n_skills)
    runs = [py_irt_backend.run(counts, start, PyIrtSettings(epochs=20), seed=seed).beta for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert (runs[0][-1] != runs[2][-1]).any()


@needs_py_irt
def test_a_skill_without_a_failure_takes_the_marginal_fits_difficulty():
    drawn = draw(students=150, skills=5, seed=4)
    response = np.where(drawn.cohort.skill == 2, 1, drawn.cohort.response).astype(np.int8)
    counts = every_response(type(drawn.cohort)(**{**vars_of(drawn.cohort), "response": response}))
    fit, mml = calibrate(counts, StaticSettings(backend="py-irt", py_irt=PyIrtSettings(epochs=60))), rasch.fit(counts)
    assert fit.pseudo.tolist() == [0, 0, 1, 0, 0]
    assert fit.beta[2] == pytest.approx(mml.beta[2], abs=0.1)


def vars_of(cohort):
    return {name: getattr(cohort, name) for name in ("students", "offsets", "skill", "response", "n_skills")}


def test_without_py_irt_the_backend_is_one_clear_line(counts, monkeypatch):
    monkeypatch.setitem(sys.modules, "py_irt.training", None)  # as where it is not installed
    with pytest.raises(UserError, match=r"irt.static.backend: py-irt cannot be imported .*below 3\.12.* backend: mml") as raised:
        calibrate(counts, StaticSettings(backend="py-irt"))
    assert "\n" not in str(raised.value)


def test_it_has_no_two_parameter_model():
    with pytest.raises(ValidationError, match="fits the Rasch model only"):
        StaticSettings(backend="py-irt", model="2pl")
