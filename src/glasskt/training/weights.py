"""A network with weights that were kept, ready to be read."""

from collections.abc import Callable

import torch
from numpy.typing import NDArray
from torch import nn

from glasskt.training.reproducible import device


def loaded(network: Callable[[], nn.Module], weights: dict[str, NDArray]) -> nn.Module:
    """A network with these weights, in evaluation mode, on the device of this run."""
    made = network()
    made.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in weights.items()})
    return made.to(device()).eval()
