"""Was training finite and stable?

    figures of the history that are not finite; largest rise of the prediction loss from one epoch to the next, as a share of its range.

A pass means that nothing blew up. It does not mean that the model has learned, which validation shows; a loss whose weights are scheduled
may rise by design. There is no null: a network that is never trained is stable too.

Source: note 000 (finite, stable training).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import Estimate

NEEDS = ("response",)
LOSSES = ("train_l_bce", "train_l_im")
"""The prediction loss, of the black box or of mastery alone: unlike the total it is on one scale from beginning to end."""


def findings(evidence: Evidence) -> Iterator[Finding]:
    """What is not finite, and how much the loss rises."""
    history = evidence.history
    loss = next((name for name in LOSSES if history is not None and name in history), None)
    if history is None or loss is None:
        return
    numbers = history.select_dtypes("number").to_numpy(np.float64)
    yield _finding("infinite figures in training", float(np.isinf(numbers).sum() + history[loss].isna().sum()), len(history), 0.0)
    if len(history) > 1:
        yield _finding("largest rise of the training loss", largest_rise(history[loss]), len(history), 0.5)


def largest_rise(loss: "pd.Series[float]") -> float:
    """From an epoch to the next, as a share of the range; 0 for a loss that only falls, or stays.

    Example:
        >>> largest_rise(pd.Series([1.0, 0.5, 0.6, 0.4])).__round__(3)
        0.167
    """
    span = loss.max() - loss.min()
    return float(max(0.0, loss.diff().max()) / span) if span > 0 else 0.0


def _finding(quantity: str, value: float, n: int, threshold: float) -> Finding:
    return Finding(
        quantity=quantity,
        question="Was training finite and stable?",
        estimate=Estimate(value),
        null=None,
        null_is="",
        threshold=threshold,
        better="lower",
        source="note 000; the share is ours",
        n=n,
    )
