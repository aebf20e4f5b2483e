"""Students drawn from the Rasch model on a ragged incidence: few of the skills each, in runs, lengths skewed as in a tutoring system."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort


@dataclass(frozen=True)
class Drawn:
    cohort: Cohort
    theta: NDArray[np.float64]
    beta: NDArray[np.float64]


def draw(*, students: int, skills: int = 20, sigma: float = 0.75, drift: float = 0.0, seed: int = 0) -> Drawn:
    rng = np.random.default_rng(seed)
    beta = rng.normal(-1.3, 0.7, skills)
    theta = sigma * rng.standard_normal(students)
    popularity = rng.dirichlet(np.full(skills, 2.0))
    rows = []
    for student in range(students):
        ability, step = theta[student], 0
        for skill in rng.choice(skills, size=min(skills, 2 + rng.poisson(4)), replace=False, p=popularity):
            for _ in range(1 + rng.geometric(0.25)):
                rows.append((student, step, skill, int(rng.random() < 1 / (1 + np.exp(beta[skill] - ability)))))
                ability, step = ability + np.sqrt(drift) * rng.standard_normal(), step + 1
    return Drawn(Cohort.from_table(pd.DataFrame(rows, columns=["student", "step", "skill", "response"]), skills), theta, beta)
