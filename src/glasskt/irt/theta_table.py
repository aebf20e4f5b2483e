"""What track-ability writes: the filtered and the smoothed ability at every response.

Apart from the static tables, so that an edit of the filter leaves fit-irt as it is.
"""

import numpy as np
import pandas as pd

from glasskt.data.cohort import Cohort
from glasskt.irt.ability_filter import Filtered
from glasskt.irt.ability_smoother import Smoothed


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
    return pd.DataFrame(
        {
            "student": cohort.students[cohort.student_of_row],
            "step": cohort.step.astype(np.int32),
            **{name: values.astype(np.float32) for name, values in quantities.items()},
        }
    )
