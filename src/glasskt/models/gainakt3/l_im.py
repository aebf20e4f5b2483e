"""l_im, the loss of the interpretable path: how badly mastery predicts the responses.

`next`: mastery before a response against that response. `current`: mastery after it, to which the gain that saw the response has been
added; the fault of the notes' V3, kept to show it.
"""

from collections.abc import Callable

from torch import Tensor

from glasskt.models.gainakt3.network import GainOutput
from glasskt.models.parts.l_bce import l_bce

LOGITS: dict[str, Callable[[GainOutput], Tensor]] = {
    "next": lambda output: output.logit_before,
    "current": lambda output: output.logit_after,
}


def l_im(output: GainOutput, response: Tensor, valid: Tensor, target: str) -> Tensor:
    """Mean binary cross-entropy over valid positions, `(B, L)` each -> a scalar, in nats."""
    return l_bce(LOGITS[target](output), response, valid)
