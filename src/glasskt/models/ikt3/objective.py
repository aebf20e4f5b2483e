"""L = (1 - lambda) l_bce + c l_22 + lambda (l_21 + l_23), each a mean over valid positions. Source: note 003."""

from copy import copy
from typing import Self

import torch
from torch import Tensor

from glasskt.data.cohort import Cohort
from glasskt.models.family import Targets
from glasskt.models.ikt3.l_21 import divergence, l_21
from glasskt.models.ikt3.l_22 import l_22
from glasskt.models.ikt3.l_23 import FORMS
from glasskt.models.ikt3.reference import REFERENCES, beta_of_indices
from glasskt.models.ikt3.settings import Settings
from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.output import Output
from glasskt.training.objective import TensorBatch
from glasskt.training.schedules import warm_up


class Alignment:
    """The loss over one cohort; satisfies `training.objective.Objective`.

    `l_bce` is that of the black-box head where there is one, else of the judged path.
    `kl_21` is l_21 without its entropy floor, logged only.
    l_21 and l_23 may have targets of their own in place of lambda's, and are scaled where the weights are calibrated.
    """

    def __init__(self, settings: Settings, cohort: Cohort, targets: Targets) -> None:
        lambda_ = settings.lambda_
        own = {"l_21": lambda_.l_21, "l_23": lambda_.l_23}
        self.c = settings.c
        self.gamma = settings.gamma
        self.lambda_ = warm_up(lambda_.target, lambda_.warmup)
        self.aligned = {name: warm_up(lambda_.target if target is None else target, lambda_.warmup) for name, target in own.items()}
        self.scales = dict.fromkeys(own, 1.0)
        self.l_23 = FORMS[settings.l_23.form]
        self.beta_irt = beta_of_indices(targets, cohort)  # (C + J,)
        self.reference = REFERENCES[settings.l_23.form](cohort, targets)

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """l_bce, l_21, l_22, l_23 and kl_21, unweighted."""
        assert output.theta_before is not None
        assert output.beta is not None
        predicted = output.logit_before if output.logit_blackbox_before is None else output.logit_blackbox_before
        theta, beta, beta_irt = output.theta_before, output.beta, self.beta_irt[batch.skill]  # (B, L) each
        target = self.reference.target(batch)
        mastery_ref = torch.sigmoid(target.theta - beta_irt)  # (B, L)
        return {
            "l_bce": l_bce(predicted, batch.response, batch.valid),
            "l_21": l_21(theta - beta, mastery_ref, batch.valid),
            "l_22": l_22(beta, beta_irt, batch.valid),
            "l_23": self.l_23(theta, target, batch.valid),
            "kl_21": divergence(theta - beta, mastery_ref, batch.valid).detach(),
        }

    def weights(self, share: float) -> dict[str, float]:
        """Of the minimised terms."""
        aligned = {name: self.scales[name] * weight(share) for name, weight in self.aligned.items()}
        return {"l_bce": 1 - self.lambda_(share), "l_21": aligned["l_21"], "l_22": self.c, "l_23": aligned["l_23"]}

    def schedule(self, share: float) -> dict[str, float]:
        """lambda."""
        return {"lambda": self.lambda_(share)}

    def calibrated(self, magnitudes: dict[str, float]) -> Self:
        """l_21 and l_23 each scaled by gamma l_bce / l_i, the magnitudes being those of the initial network.

        Source: the rule of iDKT, lambda_i = gamma l_sup / l_i with gamma = 0.1; at lambda 0.5 it is that rule.
        """
        scaled = copy(self)
        scaled.scales = {name: self.gamma * magnitudes["l_bce"] / max(magnitudes[name], 1e-6) for name in self.scales}
        return scaled
