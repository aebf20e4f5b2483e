"""Logistic regression with an intercept and slopes for every skill.

    logit P(r = 1) = b + mean over the skills k of the response of ( b_k + sum_f w_kf x_kf )

A mean, not a sum, as everywhere here: a response to several skills is not harder for their number. b is free, b_k and w_kf have a small
ridge: a skill that was never practised in training gets b.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from glasskt.data.cohort import Cohort
from glasskt.models.parts.combinations import practised

Floats = NDArray[np.float64]
RIDGE = 1.0
"""Precision of the normal prior on b_k and w_kf."""


def learn(train: Cohort, features: dict[str, Floats]) -> dict[str, Floats]:
    """Fit by L-BFGS.

    Arguments:
        train: Training students.
        features: By name, from earlier responses only, `(E,)` each: of every skill of every response (`parts.combinations.practised`).

    Returns:
        `intercept` and `slope_<name>`, `(C,)` each, b included in the intercept.
    """
    row, skill = practised(train)
    columns = np.column_stack([np.ones(len(row)), *features.values()]) / np.bincount(row)[row, None]  # (E, F + 1)
    n_columns = columns.shape[1]
    places = skill[:, None] * n_columns + np.arange(n_columns)  # (E, F + 1)
    rows = np.repeat(row, n_columns)
    design = csr_array((columns.ravel(), (rows, places.ravel())), shape=(len(train), train.n_skills * n_columns))
    found = LogisticRegression(C=1 / RIDGE, tol=1e-6, max_iter=2000).fit(design, train.response)
    per_skill = found.coef_.reshape(train.n_skills, n_columns).copy()
    per_skill[:, 0] += found.intercept_[0]
    names = ["intercept", *(f"slope_{name}" for name in features)]
    return {name: np.ascontiguousarray(per_skill[:, column], np.float64) for column, name in enumerate(names)}


def predict(weights: dict[str, Floats], cohort: Cohort, features: dict[str, Floats]) -> Floats:
    """P(r = 1) for every response, `(N,)`."""
    row, skill = practised(cohort)
    of_skill = weights["intercept"][skill]  # (E,)
    for name, values in features.items():
        of_skill = of_skill + weights[f"slope_{name}"][skill] * values
    p: Floats = expit(np.bincount(row, of_skill) / np.bincount(row))
    return p
