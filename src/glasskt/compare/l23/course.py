"""The course of training: every logged quantity of the forms of l_23 by epoch, for the figure."""

import pandas as pd

from glasskt.compare.l23.tables import form_of
from glasskt.compare.study import RUN, Study

PREFIXES = ("train_", "valid_", "share_", "weight_", "gradient_", "lambda")


def table(study: Study) -> pd.DataFrame:
    """variant, epoch, key (column of history.csv), value (mean over the runs); rows of variants with an l_23 only."""
    history = study.history[study.history["variant"].map(lambda variant: form_of(study, variant) is not None)]
    columns = [column for column in history if str(column).startswith(PREFIXES)]
    long = history.melt(id_vars=[*RUN, "epoch"], value_vars=columns, var_name="key").dropna(subset="value")
    order = pd.CategoricalDtype(study.variants, ordered=True)
    means = long.groupby(["variant", "key", "epoch"])["value"].mean().reset_index()
    return means.assign(variant=means["variant"].astype(order)).sort_values(["variant", "key", "epoch"]).astype({"variant": str})
