"""The unit of a ledger's number, from the name of its quantity."""

import re
from typing import Any

UNITS = (
    (r"runs", "runs"),
    (r"n|n_responses|responses|scored|\w+_responses", "responses"),
    (r"students|n_students", "students"),
    (r"skills|skills moved .*", "skills"),
    (r"epochs?", "epochs"),
    (r"parameters", "parameters"),
    (r"(half_[12]_)?slope(_sd)?", "logits per standard deviation"),
    (r"drift_variance", "squared logits per response"),
    (r"(theta|beta|eap|scores)[_ ](mean|sd|min|max)|mml_max_difference", "logits"),
    (r"l_2[23]([_ ](mean|dynamic|mean form))?", "squared logits"),
    (r"l_21([_ ].*)?|l_bce|(test_)?log_loss|log_likelihood", "nats"),
)
"""Quantity (a pattern of its whole name) -> unit; what is not named has none: shares, correlations, areas."""


def unit(row: dict[str, Any], column: str) -> str | None:
    """The unit of a column's number in a row, or None where it has none.

    Example:
        >>> unit({"variant": "ikt3.split", "key": "theta_sd"}, "value"), unit({"variant": "ikt3.split"}, "log_loss")
        ('logits', 'nats')
        >>> unit({"variant": "ikt3.split", "key": "theta_sd"}, "runs"), unit({"variant": "ikt3.split"}, "test_auc")
        ('runs', None)
    """
    quantity = next((row[name] for name in ("key", "quantity", "metric") if name in row), column)
    of = column if column in ("runs", "n", "p", "p_holm", "strongest", "reproduced", "beyond") else quantity
    return next((words for pattern, words in UNITS if re.fullmatch(pattern, of)), None)
