"""The item response reference in one call: items from training students, abilities of test students.

What `fit-irt` and `track-ability` make in a study with their default settings: the Rasch model by marginal maximum likelihood, held by the
guards, EAP scores, and the exact filter with its drift learned on the training students.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.irt import ability_filter, drift, eap, guards, rasch
from glasskt.irt.counts import every_response
from glasskt.irt.settings import DynamicSettings
from glasskt.irt.two_level import sample


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What a model's quantities are held against; logits.

    Attributes:
        items: skill, beta; NaN for a skill that no training student practised.
        students: student, theta (EAP from all responses) of the test students.
        theta: student, step, theta_before, p_before of their responses (filter).
        facts: students and responses that it was fitted on, sigma, drift_variance.
    """

    items: pd.DataFrame
    students: pd.DataFrame
    theta: pd.DataFrame
    facts: dict[str, Any]


def reference(train: Cohort, test: Cohort) -> Reference:
    """Fit on one cohort, score and filter the other.

    Raises:
        UserError: The training responses allow no fit, or a guard failed.
    """
    counts, of_test = every_response(train), every_response(test)
    fit = rasch.fit(counts)
    failed = [verdict.sentence() for verdict in guards.inspect(fit, counts) if not verdict.passed]
    if failed:
        raise UserError(f"the Rasch fit on the {len(train.students)} training students is unsound: {' | '.join(failed)}")
    settings = DynamicSettings()
    drifting = drift.choose(settings.drift, sample(train, settings.drift_students), fit.beta, fit.sigma)
    filtered = ability_filter.track(test, fit.beta, fit.sigma, drifting.variance)
    keys = {"student": test.students[test.student_of_row], "step": test.step}
    facts = {"students": len(train.students), "responses": len(train), "sigma": fit.sigma, "drift_variance": drifting.variance}
    return Reference(
        items=pd.DataFrame({"skill": np.arange(train.n_skills), "beta": np.where(counts.skill_trials > 0, fit.beta, np.nan)}),
        students=pd.DataFrame({"student": test.students, "theta": eap.score(of_test, fit.beta, fit.sigma).theta}),
        theta=pd.DataFrame(keys | {"theta_before": filtered.theta_before, "p_before": filtered.p_before}),
        facts=facts,
    )
