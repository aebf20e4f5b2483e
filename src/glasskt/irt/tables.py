"""What fit-irt writes: items and students as tables, the facts of a fit as JSON-ready values."""

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.irt.calibration import Calibration
from glasskt.irt.counts import Counts
from glasskt.irt.eap import Scores
from glasskt.irt.guards import Guard
from glasskt.irt.item_fit import item_fit

CONVERGENCE = ("gradient", "last_change", "movement")
"""Guards that say whether the optimiser arrived."""


def items(fit: Calibration, counts: Counts) -> pd.DataFrame:
    """skill, beta, se, discrimination, discrimination_se, infit, outfit, n_responses, success_rate; one row per skill.

    infit, outfit and success_rate are null without responses.
    """
    trials, squares = counts.skill_trials, item_fit(fit, counts)
    return pd.DataFrame(
        {
            "skill": np.arange(counts.n_skills, dtype=np.int32),
            "beta": fit.beta,
            "se": fit.beta_se,
            "discrimination": fit.discrimination,
            "discrimination_se": fit.discrimination_se,
            "infit": squares.infit,
            "outfit": squares.outfit,
            "n_responses": counts.skill_responses,
            "success_rate": np.divide(counts.skill_successes, trials, out=np.full(len(trials), np.nan), where=trials > 0),
        }
    )


def students(scores: Scores, counts: Counts, ids: NDArray, role: NDArray) -> pd.DataFrame:
    """student, theta, sd, role, n_responses; one row per student, logits."""
    return pd.DataFrame(
        {"student": ids, "theta": scores.theta, "sd": scores.sd, "role": role, "n_responses": counts.student_trials.astype(np.int64)}
    )


def fit_facts(fit: Calibration, counts: Counts, scores: Scores, verdicts: list[Guard]) -> dict[str, Any]:
    """Facts of a static fit whose guards hold or are overridden; `scores` are those of the students it was fitted on.

    BIC counts students: they are what is independent. Both criteria are exact at the maximum only: a prior on the discriminations, as any
    other way of ending beside it, makes them a little worse.
    """
    return {
        "sigma": fit.sigma,
        "sigma_se": fit.sigma_se,
        "log_likelihood": fit.log_likelihood,
        "n_parameters": fit.n_parameters,
        "aic": 2 * fit.n_parameters - 2 * fit.log_likelihood,
        "bic": fit.n_parameters * math.log(counts.n_students) - 2 * fit.log_likelihood,
        "log_likelihood_change": fit.log_likelihood_change,
        "gradient_norm": fit.gradient_norm if math.isfinite(fit.gradient_norm) else None,
        "iterations": fit.iterations,
        "converged": all(verdict.passed for verdict in verdicts if verdict.name in CONVERGENCE),
        "n_students": counts.n_students,
        "n_responses": int(counts.trials.sum()),
        "reliability": scores.reliability,
        "eap_sd": float(scores.theta.std()),
        "guards": [verdict.facts() for verdict in verdicts],
    }


def line(fit: Calibration) -> str:
    """A fit in one line, for the log."""
    a = "" if (fit.discrimination == 1).all() else f", a {fit.discrimination.mean():.3f} +- {fit.discrimination.std():.3f}"
    return f"sd(theta) {fit.sigma:.3f}, beta {fit.beta.mean():.3f} +- {fit.beta.std():.3f}{a}, {fit.iterations} iterations"
