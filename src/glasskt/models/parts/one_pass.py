"""What families that are fitted in one pass, without epochs, share: what they refuse to learn from, and how they are scored."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import log_loss, roc_auc_score

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError


def refuse_what_teaches_nothing(train: Cohort, valid: Cohort) -> None:
    """Before anything is fitted.

    Raises:
        UserError: A cohort is empty, or the training responses are all equal.
    """
    for name, cohort in {"training": train, "validation": valid}.items():
        if not len(cohort):
            raise UserError(f"no {name} students: check the fold of this run and the folds of the data set")
    if len(np.unique(train.response)) < 2:
        raise UserError(
            f"the {len(train)} training responses are all {train.response[0]}; nothing can be learned: check the response column"
        )


def scores(cohort: Cohort, p_before: NDArray[np.float64]) -> tuple[float, float]:
    """AUC (0.5 where all responses are equal) and log loss over scored rows: all but each student's first response.

    Raises:
        UserError: There is no such row.
    """
    scored = cohort.step > 0
    if not scored.any():
        raise UserError("no student answered twice; a prediction needs a response before it")
    response, p = cohort.response[scored], p_before[scored]
    auc = float(roc_auc_score(response, p)) if len(np.unique(response)) == 2 else 0.5
    return auc, float(log_loss(response, p, labels=[0, 1]))
