"""What the history says of an epoch: schedules, terms, the terms' shares and gradients, learned quantities."""

from torch import Tensor

from glasskt.training import gradients
from glasskt.training.objective import Objective
from glasskt.training.settings import NeuralSettings
from glasskt.training.state import Row, State


def accounts(means: dict[str, float], minimised: list[str], *, measured: bool) -> Row:
    """The means in a fixed order of columns, with each minimised term's share of the weighted loss."""
    size = sum(abs(means[f"weighted_{name}"]) for name in minimised)
    shares = {f"share_{name}": abs(means[f"weighted_{name}"]) / size if size else None for name in minimised}
    pulls = gradients.columns(minimised) if measured else []
    plain = {name: value for name, value in means.items() if not name.startswith("gradient_")}
    return plain | shares | {name: means.get(name) for name in pulls}


def schedules(state: State, settings: NeuralSettings, objective: Objective, share: float) -> Row:
    """The epoch, and what is scheduled at its end: learning rates, the objective's own quantities, weights."""
    rates_now = [group["lr"] for group in state.optimizer.param_groups]
    names = ["learning_rate", *(f"learning_rate_{name}" for name in settings.learning_rates)]
    return {
        "epoch": state.epoch + 1,
        **dict(zip(names, rates_now, strict=True)),
        **objective.schedule(share),
        **{f"weight_{name}": value for name, value in objective.weights(share).items()},
    }


def spread(learned: dict[str, Tensor]) -> Row:
    """Mean, standard deviation, least and largest of each quantity."""
    flat = {name: value.detach().double().flatten() for name, value in learned.items()}
    return {
        f"{name}_{what}": number
        for name, value in flat.items()
        for what, number in {
            "mean": value.mean().item(),
            "std": value.std(correction=0).item(),
            "min": value.min().item(),
            "max": value.max().item(),
        }.items()
    }


def line(row: Row, epochs: int) -> str:
    """An epoch in a line, for whoever waits."""
    losses = f"train {row['train_total']:.4f}  valid {row['valid_total']:.4f}"
    return f"epoch {row['epoch']}/{epochs}  {losses}  valid AUC {row['valid_auc']:.4f}"
