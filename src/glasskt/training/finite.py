"""A fit that has left the numbers stops at once, and says which term or parameter left them first."""

import math

from torch import Tensor

from glasskt.errors import UserError
from glasskt.training.settings import NeuralSettings


def refuse_broken_terms(values: dict[str, float], place: str, settings: NeuralSettings) -> None:
    """Let finite terms pass.

    Arguments:
        values: Terms by name, and perhaps their weighted `total`.
        place: Epoch and batch.
        settings: Named in the fix.

    Raises:
        UserError: A term is not finite, or only their total is not.
    """
    broken = {name: value for name, value in values.items() if not math.isfinite(value)}
    if broken:
        terms = ", ".join(f"{name} is {value}" for name, value in broken.items() if name != "total")
        whole = ", ".join(f"{name} {value:.4g}" for name, value in values.items() if name not in broken)
        raise UserError(f"{place}: the loss is not finite: {terms or 'the weighted total'} (finite: {whole or 'none'}); {_fix(settings)}")


def refuse_broken_gradient(norm: Tensor, gradients: dict[str, Tensor], place: str, settings: NeuralSettings) -> None:
    """Let a gradient of finite norm pass.

    Raises:
        UserError: It is not finite; the first parameter is named for which that is so.
    """
    if not math.isfinite(norm.item()):
        broken = next((name for name, gradient in gradients.items() if not gradient.isfinite().all()), "all parameters together")
        raise UserError(f"{place}: every term is finite, the gradient of {broken} is not; {_fix(settings)}")


def _fix(settings: NeuralSettings) -> str:
    return f"lower learning_rate ({settings.learning_rate}) or clip ({settings.clip})"
