"""Everything that changes while a network is fitted, and nothing else: put back, a fit goes on to the same bits."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

Row = dict[str, Any]
"""One epoch of the history, by column."""


@dataclass(frozen=True, kw_only=True)
class Best:
    """The epoch that was kept: its weights as they were at its end, and its row of the history."""

    weights: dict[str, Tensor]
    row: Row


@dataclass(kw_only=True)
class State:
    """A fit between two epochs.

    Attributes:
        network: With its weights and buffers.
        optimizer: With its moments and rates.
        rates: Where the learning rates are on their way.
        generator: Order of the batches.
        history: The epochs that are done.
        best: The one to keep so far; None until one may be selected.
    """

    network: nn.Module
    optimizer: Optimizer
    rates: LRScheduler
    generator: np.random.Generator
    history: list[Row] = field(default_factory=list)
    best: Best | None = None

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return len(self.history)

    def pack(self) -> tuple[dict[str, Tensor], str]:
        """The state, with that of torch's own generators, as named tensors and a JSON text."""
        optimizer = self.optimizer.state_dict()
        tensors = {
            **_prefixed("network", self.network.state_dict()),
            **_prefixed("best", self.best.weights if self.best else {}),
            **{f"optimizer/{index}/{name}": value for index, moments in optimizer["state"].items() for name, value in moments.items()},
            **{f"random/{device}": state for device, state in _random_states().items()},
        }
        rest = {
            "groups": optimizer["param_groups"],
            "rates": self.rates.state_dict(),
            "generator": self.generator.bit_generator.state,
            "history": self.history,
            "best": self.best.row if self.best else None,
        }
        return tensors, json.dumps(rest)

    def unpack(self, tensors: dict[str, Tensor], text: str) -> None:
        """Put back what `pack` gave, on this state's own device.

        Raises:
            ValueError, KeyError, RuntimeError: It is the state of another network or optimizer.
        """
        rest = json.loads(text)
        moments: dict[int, dict[str, Tensor]] = {}
        for path, value in _under("optimizer", tensors).items():
            index, name = path.split("/")
            moments.setdefault(int(index), {})[name] = value
        device = next(self.network.parameters()).device
        self.network.load_state_dict(_under("network", tensors))
        self.optimizer.load_state_dict({"state": moments, "param_groups": rest["groups"]})
        self.rates.load_state_dict(rest["rates"])
        self.generator.bit_generator.state = rest["generator"]
        self.history[:] = rest["history"]
        best = {name: value.to(device) for name, value in _under("best", tensors).items()}
        self.best = Best(weights=best, row=rest["best"]) if rest["best"] else None
        _set_random_states(_under("random", tensors))


def _random_states() -> dict[str, Tensor]:
    cuda = {f"cuda{index}": state for index, state in enumerate(torch.cuda.get_rng_state_all())} if torch.cuda.is_available() else {}
    return {"cpu": torch.get_rng_state(), **cuda}


def _set_random_states(states: dict[str, Tensor]) -> None:
    torch.set_rng_state(states["cpu"])
    for index in range(len(states) - 1):
        torch.cuda.set_rng_state(states[f"cuda{index}"], index)


def _prefixed(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}/{name}": value for name, value in tensors.items()}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}/"): value for name, value in tensors.items() if name.startswith(f"{prefix}/")}
