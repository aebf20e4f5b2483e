"""What track-ability writes: the filtered and the smoothed ability at every response.

Apart from the static tables, so that an edit of the filter leaves fit-irt as it is.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt.ability_filter import Filtered
from glasskt.irt.ability_smoother import Smoothed
from glasskt.irt.two_level_filter import TwoLevel
from glasskt.irt.two_level_smoother import TwoLevelSmoothed


def theta_table(cohort: Cohort, filtered: Filtered, smoothed: Smoothed) -> pd.DataFrame:
    """One row per response, in the cohort's order.

    Returns:
        student, step, theta_before, theta_before_sd, theta_after, theta_after_sd, p_before, theta_smoothed, theta_smoothed_sd; the last two
        know the student's later responses.
    """
    quantities = {
        "theta_before": filtered.theta_before,
        "theta_before_sd": filtered.theta_before_sd,
        "theta_after": filtered.theta_after,
        "theta_after_sd": filtered.theta_after_sd,
        "p_before": filtered.p_before,
        "theta_smoothed": smoothed.theta,
        "theta_smoothed_sd": smoothed.theta_sd,
    }
    return _table(cohort, quantities)


def two_level_table(cohort: Cohort, tracked: TwoLevel, smoothed: TwoLevelSmoothed) -> pd.DataFrame:
    """One row per response, in the cohort's order: theta is the general ability, level the log-odds of success at the practised skill.

    Returns:
        The columns of `theta_table`, then level_before, level_before_sd, level_after, level_after_sd, level_smoothed, level_smoothed_sd.
    """
    quantities = {
        "theta_before": tracked.general_before,
        "theta_before_sd": tracked.general_before_sd,
        "theta_after": tracked.general_after,
        "theta_after_sd": tracked.general_after_sd,
        "p_before": tracked.p_before,
        "theta_smoothed": smoothed.general,
        "theta_smoothed_sd": smoothed.general_sd,
        "level_before": tracked.level_before,
        "level_before_sd": tracked.level_before_sd,
        "level_after": tracked.level_after,
        "level_after_sd": tracked.level_after_sd,
        "level_smoothed": smoothed.level,
        "level_smoothed_sd": smoothed.level_sd,
    }
    return _table(cohort, quantities)


def _table(cohort: Cohort, quantities: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "student": cohort.students[cohort.student_of_row],
            "step": cohort.step.astype(np.int32),
            **{name: values.astype(np.float32, copy=False) for name, values in quantities.items()},
        },
        copy=False,
    )
