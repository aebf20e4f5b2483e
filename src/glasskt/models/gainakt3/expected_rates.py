"""Where learning rates begin that follow the difficulties of item response theory: the start of a variant with a weight `beta_prior`."""

from typing import cast

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from glasskt.errors import UserError
from glasskt.models.family import Targets
from glasskt.models.gainakt3.network import Network
from glasskt.models.parts.gain_losses.beta_prior import expected_rates


def begin(network: nn.Module, targets: Targets) -> None:
    """Put the rates where they are expected; leave a network that expects nothing as it was built.

    Raises:
        UserError: The items were not given, or hold no difficulty.
    """
    network = cast(Network, network)
    if network.mastery.beta_prior is None:
        return
    if targets.items is None:
        raise UserError("weights.beta_prior needs items.parquet: pass --items, the output of fit-irt")
    difficulty = _difficulties(targets.items, len(network.mastery.raw_m_sat))
    network.mastery.expect(expected_rates(difficulty, network.settings.initial.beta))


def _difficulties(items: pd.DataFrame, n_skills: int) -> Tensor:
    """Of every skill, `(C,)`; one that no training student practised gets the mean of the others."""
    beta = np.full(n_skills, np.nan, np.float32)
    beta[items["skill"].to_numpy()] = items["beta"].to_numpy()
    if not np.isfinite(beta).any():
        raise UserError("items.parquet: no skill has a finite beta; rerun fit-irt")
    return torch.from_numpy(np.where(np.isfinite(beta), beta, np.nanmean(beta)))
