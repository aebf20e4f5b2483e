"""Students drawn from the two-level model on a ragged incidence, and a small set of its parameters."""

import numpy as np

from glasskt.data.cohort import Cohort
from glasskt.irt.two_level_filter import Parameters


def parameters(skills: int = 4, *, seed: int = 0) -> Parameters:
    rng = np.random.default_rng(seed)
    return Parameters(
        sigma=1.0,
        tau=0.9,
        drift_general=0.01,
        drift_skill=0.1,
        beta=rng.normal(-1.0, 0.7, skills),
        learning=np.column_stack([rng.normal(0.4, 0.2, skills), rng.normal(0.1, 0.2, skills)]),
    )


def draw(truth: Parameters, *, students: int, seed: int = 1) -> Cohort:
    rng = np.random.default_rng(seed)
    n_skills, skill, response, offsets = len(truth.beta), [], [], [0]
    for _ in range(students):
        general, deviation = truth.sigma * rng.standard_normal(), truth.tau * rng.standard_normal(n_skills)
        for k in rng.permutation(n_skills)[: 1 + rng.poisson(3)]:
            for _ in range(rng.geometric(0.15)):
                r = int(rng.random() < 1 / (1 + np.exp(truth.beta[k] - general - deviation[k])))
                skill.append(k)
                response.append(r)
                deviation[k] += truth.learning[k, r] + np.sqrt(truth.drift_skill) * rng.standard_normal()
                general += np.sqrt(truth.drift_general) * rng.standard_normal()
        offsets.append(len(skill))
    return Cohort(
        students=np.arange(students),
        offsets=np.array(offsets),
        skill=np.array(skill, np.int64),
        response=np.array(response, np.int8),
        n_skills=n_skills,
    )
