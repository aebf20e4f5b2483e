"""What fit-irt writes: items and students as tables, the facts of a fit as JSON-ready values."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.irt.calibration import Calibration
from glasskt.irt.counts import Counts
from glasskt.irt.eap import Scores
from glasskt.irt.guards import Guard

CONVERGENCE = ("gradient", "last_change", "movement")
"""Guards that say whether the optimiser arrived."""


def items(fit: Calibration, counts: Counts) -> pd.DataFrame:
    """skill, beta, se, n_responses, success_rate (null without responses); one row per skill, logits."""
    trials = counts.skill_trials
    return pd.DataFrame(
        {
            "skill": np.arange(counts.n_skills, dtype=np.int32),
            "beta": fit.beta,
            "se": fit.beta_se,
            "n_responses": trials.astype(np.int64),
            "success_rate": np.divide(counts.skill_successes, trials, out=np.full(len(trials), np.nan), where=trials > 0),
        }
    )


def students(scores: Scores, counts: Counts, ids: NDArray, role: NDArray) -> pd.DataFrame:
    """student, theta, sd, role, n_responses; one row per student, logits."""
    return pd.DataFrame(
        {"student": ids, "theta": scores.theta, "sd": scores.sd, "role": role, "n_responses": counts.student_trials.astype(np.int64)}
    )


def fit_facts(fit: Calibration, counts: Counts, scores: Scores, verdicts: list[Guard]) -> dict[str, Any]:
    """Facts of a static fit whose guards hold or are overridden; `scores` are those of the students it was fitted on."""
    return {
        "sigma": fit.sigma,
        "sigma_se": fit.sigma_se,
        "log_likelihood": fit.log_likelihood,
        "log_likelihood_change": fit.log_likelihood_change,
        "gradient_norm": fit.gradient_norm,
        "iterations": fit.iterations,
        "converged": all(verdict.passed for verdict in verdicts if verdict.name in CONVERGENCE),
        "n_students": counts.n_students,
        "n_responses": int(counts.trials.sum()),
        "reliability": scores.reliability,
        "eap_sd": float(scores.theta.std()),
        "guards": [verdict.facts() for verdict in verdicts],
    }
