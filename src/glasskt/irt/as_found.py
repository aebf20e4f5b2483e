"""The notes' calibration, repeated beside the marginal fit. It is never a target of a sound model: the guards refuse its scale.

The notes ran py-irt with vague priors from its own start, for 100 or 300 epochs, and scored students by a recipe of their own. A posterior
that starts with an sd of 1,000 is far from its end after so few epochs; what it says then depends on how long it ran. A table of one
response for each student and skill is the other way to such a scale.

What the guards see of such a fit is what would be handed on: its difficulties with the mean ability moved to 0, and the sd of its
abilities. It has one start, so the guard on two starts does not speak.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from glasskt.data.cohort import Cohort
from glasskt.irt import eap, guards, py_irt_backend, rasch
from glasskt.irt.calibration import Calibration, Floats
from glasskt.irt.counts import Counts, every_response, last_responses
from glasskt.irt.settings import AsFoundSettings, PyIrtSettings

COLUMNS: dict[str, Any] = {
    "fit": str, "responses": str, "epochs": "Int64", "n_responses": "int64", "beta_mean": float, "beta_sd": float, "beta_min": float,
    "beta_max": float, "theta_sd": float, "scores_sd": float, "reliability": float, "mml_r": float,
    "mml_max_difference": float, "refused_by": str,
}  # fmt: skip
"""Of the table of fits."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A fit as it was found.

    Attributes:
        fit: How: `mml`, `2pl`, `py-irt` (as `irt.static.backend` starts it) or `vague` (as the notes did).
        responses: `all`, or `first` or `last` of each student and skill.
        epochs: Of py-irt; None of a marginal fit.
        beta: Difficulties on the fit's own scale, `(K,)`.
        theta_sd: sd of the abilities.
        counts: What it was fitted on.
        calibration: The fit as it would be handed on.
    """

    fit: str
    responses: str
    epochs: int | None
    beta: Floats
    theta_sd: float
    counts: Counts
    calibration: Calibration


def sound(cohort: Cohort) -> Fit:
    """The Rasch model by marginal maximum likelihood: the one that the others are set beside."""
    counts = every_response(cohort)
    return _of_backend("mml", None, counts, rasch.fit(counts))


def others(cohort: Cohort, settings: AsFoundSettings) -> Iterator[Fit]:
    """py-irt as the backend starts it, the notes' fit after each number of epochs, and the notes' fit of last responses.

    Raises:
        UserError: py-irt is not installed.
    """
    counts, tight = every_response(cohort), PyIrtSettings()
    yield _of_backend("py-irt", tight.epochs, counts, py_irt_backend.fit(counts, tight))
    yield from vague(counts, settings, "all", settings.epochs)
    yield from vague(last_responses(cohort), settings, "last", [settings.epochs_kept])


def vague(counts: Counts, settings: AsFoundSettings, responses: str, epochs: Sequence[int]) -> Iterator[Fit]:
    """The notes' fit of some responses after each number of epochs: one run, whose beginning is every shorter one.

    Raises:
        UserError: py-irt is not installed.
    """
    as_the_notes = PyIrtSettings(start="own", learning_rate=settings.learning_rate, decay=settings.decay, epochs=max(epochs))
    course = py_irt_backend.run(counts, np.zeros(counts.n_skills), as_the_notes, seed=settings.seed, theta_after=epochs)
    likelihood = rasch.MarginalLikelihood(counts)
    for so_many in epochs:
        beta, theta = course.beta[so_many], course.theta[so_many]
        handed_on = rasch.at(
            likelihood,
            np.r_[beta - theta.mean(), theta.std()],
            second_start=None,
            log_likelihood_change=None,
            iterations=so_many,
            movement=float(course.movement(so_many).max()),
        )
        yield Fit(
            fit="vague", responses=responses, epochs=so_many, beta=beta, theta_sd=theta.std(), counts=counts, calibration=handed_on
        )  # fmt: skip


def table(fits: Sequence[Fit]) -> pd.DataFrame:
    """One row per fit: `COLUMNS`; logits.

    beta_* as found; theta_sd of the fit's abilities; scores_sd of the scores that the notes' recipe makes of its difficulties and all
    responses; reliability of the EAP scores of the students that it was fitted on; r and the largest difference, once both are centred,
    with the first fit's difficulties; the names of the guards that refuse it, if any do.
    """
    first = fits[0].beta - fits[0].beta.mean()
    rows = [
        {
            "fit": fit.fit,
            "responses": fit.responses,
            "epochs": fit.epochs,
            "n_responses": int(fit.counts.trials.sum()),
            "beta_mean": fit.beta.mean(),
            "beta_sd": fit.beta.std(ddof=1),
            "beta_min": fit.beta.min(),
            "beta_max": fit.beta.max(),
            "theta_sd": fit.theta_sd,
            "scores_sd": scores(fits[0].counts, fit.beta).std(),
            "reliability": _reliability(fit),
            "mml_r": np.corrcoef(fit.beta, first)[0, 1],
            "mml_max_difference": np.abs(fit.beta - fit.beta.mean() - first).max(),
            "refused_by": ", ".join(verdict.name for verdict in guards.inspect(fit.calibration, fit.counts) if not verdict.passed),
        }
        for fit in fits
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def scores(counts: Counts, beta: Floats) -> Floats:
    """theta of each student by the notes' recipe: the mean over their responses of beta + logit((r + 0.5) / 2), `(K,)` -> `(S,)`.

    The logit is 1.0986 after a correct response and -1.0986 after a wrong one: how far two students can lie apart by what they
    answered is bounded, and how far by which skills they met is not.
    """
    met = replace(counts, successes=counts.trials).over_successes(beta)
    answered = logit(0.75) * (2 * counts.student_successes - counts.student_trials)
    mean: Floats = (met + answered) / counts.student_trials
    return mean


def _reliability(fit: Fit) -> float:
    handed_on = fit.calibration
    return eap.score(fit.counts, handed_on.beta, handed_on.sigma, handed_on.discrimination).reliability


def _of_backend(name: str, epochs: int | None, counts: Counts, fit: Calibration) -> Fit:
    return Fit(fit=name, responses="all", epochs=epochs, beta=fit.beta, theta_sd=fit.sigma, counts=counts, calibration=fit)
