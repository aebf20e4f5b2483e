"""Boosted trees on the two-level filter: the ceiling, what a black box predicts from all that a history says.

    logit P(r = 1) = logit p_filter + sum_m tree_m(features of the history, state of the filter, skill)

The trees begin at the prediction of the two-level filter, learned as in `two_level`, and add to it what they find in the features of
`parts.features`, the filter's state and the skill as a category. Every tenth training student is held out: trees are added while its log
loss falls, `TREES` at most. Where they find nothing, the prediction stays near the filter's. The trees are kept as LightGBM's own text.

Sources: Friedman 2001 (gradient boosting); Ke et al. 2017 (LightGBM).
"""

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from glasskt.data.cohort import Cohort
from glasskt.irt.two_level_filter import track
from glasskt.models.family import Targets
from glasskt.models.parts.combinations import as_skills
from glasskt.models.parts.features.history import features
from glasskt.models.reference import two_level
from glasskt.models.reference.settings import Settings

Floats = NDArray[np.float64]
Weights = dict[str, NDArray]
TREES, PATIENCE = 400, 30
"""Trees at most; trees without a smaller held-out log loss that end the search."""
HELD_OUT = 10
"""One training student in so many."""
LARGEST_SMALLEST_LEAF = 100
"""Responses that a leaf must have; a twentieth of all where there are fewer than 2,000."""
BOOSTING = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "feature_fraction": 0.5,
    "lambda_l2": 1.0,
    "seed": 0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""Chosen on the validation students of ASSIST2015."""


def learn(train: Cohort, targets: Targets, settings: Settings) -> Weights:
    """The weights of `two_level`, and `trees`: bytes of the text, `(B,)`.

    Raises:
        UserError: The outputs of fit-irt were not given, or are those of a two-parameter model.
    """
    weights = two_level.learn(train, targets, settings)
    columns, start = _inputs(weights, train)
    rest = train.student_of_row % HELD_OUT != HELD_OUT - 1
    held_out = ~rest if not rest.all() else rest  # fewer than ten students: none can be spared
    parameters = BOOSTING | {"min_data_in_leaf": min(LARGEST_SMALLEST_LEAF, 1 + len(train) // 20)}
    table, names = np.column_stack(list(columns.values())), list(columns)  # (N, F)
    learn_from = lightgbm.Dataset(
        table[rest], train.response[rest], init_score=start[rest], feature_name=names, categorical_feature=["skill"], params=parameters
    )
    stop_on = lightgbm.Dataset(table[held_out], train.response[held_out], init_score=start[held_out], reference=learn_from)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    found = lightgbm.train(parameters, learn_from, TREES, valid_sets=[stop_on], callbacks=[stop])
    text = found.model_to_string(num_iteration=found.best_iteration)
    return {**weights, "trees": np.frombuffer(text.encode(), np.uint8).copy()}


def quantities(weights: Weights, cohort: Cohort) -> dict[str, Floats]:
    """p_before, `(N,)`."""
    columns, start = _inputs(weights, cohort)
    added = _trees(weights).predict(np.column_stack(list(columns.values())), raw_score=True, num_threads=1)  # (N, F) -> (N,)
    return {"p_before": expit(start + np.asarray(added))}


def parameters(weights: Weights) -> int:
    """Leaves of all trees, and the numbers of the filter."""
    leaves = sum(tree["num_leaves"] for tree in _trees(weights).dump_model()["tree_info"])
    return int(leaves) + sum(value.size for name, value in weights.items() if name != "trees")


def _inputs(weights: Weights, cohort: Cohort) -> tuple[dict[str, Floats], Floats]:
    """What the trees read, by name, and the log-odds at which they begin, `(N,)` each."""
    tracked = track(as_skills(cohort), two_level.parameters_of(weights))
    beta = weights["beta"][cohort.skill]
    state = {
        "general": tracked.general_before,
        "general_sd": tracked.general_before_sd,
        "deviation": tracked.level_before - tracked.general_before + beta,
        "level": tracked.level_before,
        "level_sd": tracked.level_before_sd,
        "p_filter": tracked.p_before,
    }
    of_skill = {name: weights[name][cohort.skill] for name in ("beta", "learning_wrong", "learning_correct")}
    return {**features(cohort), **state, **of_skill, "skill": cohort.skill.astype(np.float64)}, logit(tracked.p_before)


def _trees(weights: Weights) -> lightgbm.Booster:
    return lightgbm.Booster(model_str=weights["trees"].tobytes().decode())
