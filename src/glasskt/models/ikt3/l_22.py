"""l_22, difficulty anchor: how far beta_k lies from the difficulty that item response theory assigns. Source: note 003."""

from torch import Tensor

from glasskt.models.parts.masked import masked_mean


def l_22(beta: Tensor, beta_irt: Tensor, valid: Tensor) -> Tensor:
    """Mean squared distance over the responses, so that a skill weighs as often as it is practised.

    Arguments:
        beta: Difficulty of the practised skill, in logits, `(B, L)`.
        beta_irt: The same from the static fit, `(B, L)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> l_22(torch.zeros(1, 2), torch.tensor([[2.0, 9.0]]), torch.tensor([[True, False]]))
        tensor(4.)
    """
    return masked_mean((beta - beta_irt) ** 2, valid)  # (B, L) -> ()
