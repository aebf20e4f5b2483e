"""What 100 times as many skills cost GainAKT3Exp: time and memory at C = 10,000 against C = 100.

`mechanism` is what this family adds to an encoder: gains, practice, mastery, loss, forward and backward, at given states. `network` is the
whole network, forward and backward: its tables of skills and responses have gradients as large as the tables. `step` adds the optimizer,
which passes over every weight there is. `kept` is what the network keeps for the backward pass. One run prints all ratios:

    OMP_NUM_THREADS=1 python benchmarks/bench_gains.py
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from glasskt.data.batches import assemble
from glasskt.data.cohort import Cohort
from glasskt.models.gainakt3.estimator import groups
from glasskt.models.gainakt3.network import Network
from glasskt.models.gainakt3.objective import Losses
from glasskt.models.gainakt3.settings import Settings
from glasskt.training.objective import TensorBatch, weighted_total
from glasskt.training.optimizer import adamw

FEW, MANY = 100, 10_000
STUDENTS, LENGTH = 40, 50
TARGET = 1.3
VARIANTS: dict[str, dict[str, Any]] = {"ranged": {}, "theta": {"ability": True}, "all skills gain": {"accumulate": "all"}}


class GivenStates(Network):
    """The network without its encoder: the same states at every call."""

    def states(self, skill: torch.Tensor, response: torch.Tensor) -> torch.Tensor:
        """Random, `(B, L + 1, D)`."""
        return torch.randn(len(skill), skill.shape[1] + 1, 64, generator=torch.Generator().manual_seed(0), requires_grad=True)


def batch_of(n_skills: int) -> TensorBatch:
    """Students of equal length, each at five skills of the first hundred, the rest of the catalogue untouched."""
    rng = np.random.default_rng(0)
    skill = np.stack([rng.choice(rng.choice(FEW, 5, replace=False), LENGTH) for _ in range(STUDENTS)])
    students = Cohort(
        students=np.arange(STUDENTS),
        offsets=np.arange(STUDENTS + 1) * LENGTH,
        skill=skill.ravel(),
        response=rng.integers(2, size=skill.size).astype(np.int8),
        n_skills=n_skills,
    )
    return TensorBatch.of(assemble(students, np.arange(STUDENTS)), torch.device("cpu"))


def prepared(changes: dict[str, Any], n_skills: int) -> tuple[dict[str, Callable[[], None]], int]:
    """The three things that are timed, and the bytes that the network keeps."""
    settings = Settings.model_validate(changes)
    batch, objective = batch_of(n_skills), Losses(settings, n_skills)

    def backward(network: Network) -> Callable[[], None]:
        def once() -> None:
            network.zero_grad(set_to_none=True)
            terms = objective.terms(network(batch.skill, batch.response), batch)
            weighted_total(terms, objective.weights(1.0)).backward()

        return once

    torch.manual_seed(0)
    network = Network(settings, n_skills)
    optimizer = adamw(network, groups(network), settings)

    def step() -> None:
        backward(network)()
        optimizer.step()

    timed = {"mechanism": backward(GivenStates(settings, n_skills)), "network": backward(network), "step": step}
    return timed, kept_bytes(network, batch, objective)


def seconds(work: Callable[[], None], duration: float) -> float:
    """Median time of one call."""
    times, start = [], time.perf_counter()
    while time.perf_counter() - start < duration:
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return float(np.median(times))


def kept_bytes(network: Network, batch: TensorBatch, objective: Losses) -> int:
    """What a forward pass keeps for the backward pass, weights apart."""
    weights = {weight.untyped_storage().data_ptr() for weight in network.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        total = weighted_total(objective.terms(network(batch.skill, batch.response), batch), objective.weights(1.0))
    assert total.requires_grad  # alive until here, so that no storage is counted in place of another
    return sum(size for place, size in kept.items() if place not in weights)


def main() -> None:
    """Print the table; the two sizes take turns, so that a busy machine slows both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    print(f"{STUDENTS} students x {LENGTH} responses, width 64, {torch.get_num_threads()} thread(s); target for practised skills {TARGET}")
    print(f"{'variant':<17}{'what':<12}{'at 100':>12}{'at 10,000':>12}{'ratio':>8}")
    for name, changes in VARIANTS.items():
        (few, kept_few), (many, kept_many) = prepared(changes, FEW), prepared(changes, MANY)
        for what in few:
            times = np.array([(seconds(few[what], options.seconds), seconds(many[what], options.seconds)) for _ in range(options.rounds)])
            small, large = (np.median(times, axis=0) * 1e3).tolist()
            print(f"{name:<17}{what:<12}{small:>9.1f} ms{large:>9.1f} ms{np.median(times[:, 1] / times[:, 0]):>8.2f}")
        print(f"{name:<17}{'kept':<12}{kept_few / 1e6:>9.1f} MB{kept_many / 1e6:>9.1f} MB{kept_many / kept_few:>8.2f}")


if __name__ == "__main__":
    main()
