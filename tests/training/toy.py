"""A family of its own for the loop: deep knowledge tracing's network, and a loss of two terms whose weights are given."""

from dataclasses import dataclass, field, replace

import numpy as np

from glasskt.data.cohort import Cohort
from glasskt.models.dkt.network import Network
from glasskt.models.dkt.settings import Settings
from glasskt.models.family import Targets
from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.masked import masked_mean
from glasskt.training.neural import NeuralEstimator
from glasskt.training.schedules import constant

C = 3


def cohort(students, seed):
    """Half of the students answer everything right, half everything wrong."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(4, 12, students)
    return Cohort(
        students=np.arange(students),
        offsets=np.r_[0, np.cumsum(lengths)].astype(np.int64),
        skill=rng.integers(C, size=lengths.sum()),
        response=np.repeat(np.arange(students) % 2, lengths).astype(np.int8),
        n_skills=C,
    )


TRAIN, VALID = cohort(60, 0), cohort(20, 1)


@dataclass(frozen=True)
class TwoTerms:
    """l_bce, and `small`, which pulls every logit towards 0; `calibrated` divides a weight by its term's magnitude."""

    schedules: dict = field(default_factory=lambda: {"l_bce": constant(0.75), "small": constant(0.5)})
    magnitudes: dict = field(default_factory=dict)

    def terms(self, output, batch):
        small = masked_mean(output.logit_before**2, batch.valid)
        return {"l_bce": l_bce(output.logit_before, batch.response, batch.valid), "small": small, "seen": small.detach()}

    def weights(self, share):
        return {name: schedule(share) / self.magnitudes.get(name, 1.0) for name, schedule in self.schedules.items()}

    def schedule(self, share):
        return {}

    def calibrated(self, magnitudes):
        return replace(self, magnitudes=magnitudes)


class Toy(Settings):
    parameter_groups = ("head",)
    calibrates = True


KEYS = {"encoder": {"kind": "lstm", "width": 8}, "tokens_per_batch": 64, "epochs": 4}


def toy(objective=None, **keys):
    """The estimator."""
    settings = Toy.model_validate(KEYS | keys)
    return NeuralEstimator(
        settings=settings,
        network=lambda: Network(settings, C),
        objective=lambda cohort, targets: objective or TwoTerms(),
        groups=lambda network: {"head": network.head.parameters()},
        learned=lambda network: {"bias": network.head.outputs.bias},
    )


def fit(estimator, **options):
    """Fitted, and the lines it said."""
    lines = []
    return estimator.fit(TRAIN, VALID, Targets(), seed=0, progress=lines.append, **options), lines
