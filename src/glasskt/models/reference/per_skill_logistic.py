"""Logistic regression with an intercept and slopes for every skill.

    logit P(r = 1) = b + b_k + sum_f w_kf x_f

b is free, b_k and w_kf have a small ridge: a skill that was never practised in training gets b.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from glasskt.data.cohort import Cohort

Floats = NDArray[np.float64]
RIDGE = 1.0
"""Precision of the normal prior on b_k and w_kf."""


def learn(train: Cohort, features: dict[str, Floats]) -> dict[str, Floats]:
    """Fit by L-BFGS.

    Arguments:
        train: Training students.
        features: By name, `(N,)` each, from earlier responses only.

    Returns:
        `intercept` and `slope_<name>`, `(C,)` each, b included in the intercept.
    """
    columns = np.column_stack([np.ones(len(train)), *features.values()])  # (N, F + 1)
    n_columns = columns.shape[1]
    places = train.skill[:, None] * n_columns + np.arange(n_columns)  # (N, F + 1)
    rows = np.repeat(np.arange(len(train)), n_columns)
    design = csr_array((columns.ravel(), (rows, places.ravel())), shape=(len(train), train.n_skills * n_columns))
    found = LogisticRegression(C=1 / RIDGE, tol=1e-6, max_iter=2000).fit(design, train.response)
    per_skill = found.coef_.reshape(train.n_skills, n_columns).copy()
    per_skill[:, 0] += found.intercept_[0]
    names = ["intercept", *(f"slope_{name}" for name in features)]
    return {name: np.ascontiguousarray(per_skill[:, column], np.float64) for column, name in enumerate(names)}


def predict(weights: dict[str, Floats], cohort: Cohort, features: dict[str, Floats]) -> Floats:
    """P(r = 1) for every response, `(N,)`."""
    logit = weights["intercept"][cohort.skill]
    for name, values in features.items():
        logit = logit + weights[f"slope_{name}"][cohort.skill] * values
    p: Floats = expit(logit)
    return p
