"""The headline figures of a study: at most eight numbers of its focus variant, flat, so that `dvc exp show` stays readable."""

import pandas as pd

from glasskt.compare.l23.quantities import CHECKS
from glasskt.errors import UserError

OF_MODEL = ("test_auc", "test_log_loss", "test_ece", "valid_auc")
OF_CHECKS = ("theta_r_dynamic", "l_21_kl", "l_23_r2_dynamic")


def summary(focus: str, models: pd.DataFrame, checks: pd.DataFrame) -> dict[str, float]:
    """The focus variant's figures and, beside them, the test AUC of the best reference; a figure that the variant lacks is left out.

    Arguments:
        focus: The variant, as `family.name`.
        models: models.csv.
        checks: checks.csv.

    Raises:
        UserError: The study has no run of the focus variant.
    """
    ours = models[(models["variant"] == focus) & (models["source"] == "this study")]
    if ours.empty:
        raise UserError(f"compare: the focus variant {focus!r} has no run; add its metrics.json or change the study's focus")
    model = ours.iloc[0]
    figures = {key: model[key if key in models else key.removeprefix("test_")] for key in OF_MODEL}
    own = checks[checks["variant"] == focus].set_index(["check", "quantity"])["value"]
    figures |= {key: own[name] for key in OF_CHECKS if (name := CHECKS[key]) in own.index}
    figures["best_reference_auc"] = models.loc[models["group"] == "reference", "test_auc"].max()
    return {key: float(value) for key, value in figures.items() if value == value}
