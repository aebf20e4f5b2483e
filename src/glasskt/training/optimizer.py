"""AdamW over groups of parameters with learning rates of their own, and how the rates go along a run."""

from collections.abc import Callable, Iterable

from torch import nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import ConstantLR, LRScheduler, OneCycleLR

from glasskt.errors import UserError, did_you_mean
from glasskt.training.settings import NeuralSettings


def adamw(network: nn.Module, groups: dict[str, Iterable[nn.Parameter]], settings: NeuralSettings) -> Optimizer:
    """One group for everything at `learning_rate`, then one for each name in `learning_rates`, at that factor of it.

    Raises:
        UserError: This variant has no such group, though its family knows the name.
    """
    for name in settings.learning_rates:
        if name not in groups:
            raise UserError(f"learning_rates.{name}: this variant has no such group of parameters. {did_you_mean(name, groups)}")
    apart = {name: list(groups[name]) for name in settings.learning_rates}
    taken = {id(parameter) for parameters in apart.values() for parameter in parameters}
    base = {"params": [parameter for parameter in network.parameters() if id(parameter) not in taken], "lr": settings.learning_rate}
    own = [{"params": parameters, "lr": settings.learning_rate * settings.learning_rates[name]} for name, parameters in apart.items()]
    # fused: one pass over the weights of a table with many skills, where the plain loop makes a dozen
    return AdamW([base, *own], lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True)


def rates(optimizer: Optimizer, settings: NeuralSettings, steps: int) -> LRScheduler:
    """The learning rates of all groups over so many steps."""
    return RATES[settings.learning_rate_schedule](optimizer, steps)


def _one_cycle(optimizer: Optimizer, steps: int) -> LRScheduler:
    return OneCycleLR(optimizer, max_lr=[group["lr"] for group in optimizer.param_groups], total_steps=steps + 1)


def _constant(optimizer: Optimizer, steps: int) -> LRScheduler:
    return ConstantLR(optimizer, factor=1.0)


RATES: dict[str, Callable[[Optimizer, int], LRScheduler]] = {"one_cycle": _one_cycle, "constant": _constant}
