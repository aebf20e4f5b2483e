"""On which responses does the focus variant fall short of the ceiling? By what the response is to its student, and by how many came before.

The ceiling is the average of runs with the best validation AUC. The differences pair every run of the focus with that average on the same
test responses; their intervals speak of the sampling of students. An AUC within some rows asks how well these are told apart among
themselves, so the AUCs of parts do not add up to that of all; the log loss does.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.compare import contributions
from glasskt.compare.contributions import Contributions
from glasskt.compare.layout import interval, number
from glasskt.compare.metrics import surprise
from glasskt.compare.replication import traced as runs_of
from glasskt.compare.replication.traced import Traced
from glasskt.compare.study import Study

TEXT = ("rows", "variant", "ceiling")
_DIFFERENCES = ("auc", "auc_low", "auc_high", "log_loss", "log_loss_low", "log_loss_high")
COLUMNS = [*TEXT, "n", "share", "variant_auc", "ceiling_auc", *_DIFFERENCES, "log_loss_share", "runs"]
SEEN = (1, 5, 10, 20, 50)
"""Least numbers of earlier responses of the groups of rows."""
DIGITS = 4


def table(study: Study, traced: Sequence[Traced], focus: str, interactions: pd.DataFrame) -> pd.DataFrame:
    """One row per group of test responses; none in a study that averages no runs.

    Columns: rows (the group), variant, ceiling, n, share (of the scored test responses), variant_auc, ceiling_auc, auc (ceiling - variant),
    log_loss (variant - ceiling, per response), each with its 95 % interval, log_loss_share (of all that is lost), runs (of the variant).
    """
    ceiling = _ceiling(study)
    own, best = (runs_of.of(traced, name) if ceiling else {} for name in (focus, ceiling))
    pairs = [(run, other) for (fold, _), run in own.items() for (of_fold, _), other in best.items() if of_fold == fold]
    if not pairs:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(COLUMNS[len(TEXT) :], float))
    groups = _groups(pairs[0][0].rows, interactions)
    found = [{"rows": name, "variant": focus, "ceiling": ceiling, **_figures(pairs, rows)} for name, rows in groups.items()]
    frame = pd.DataFrame(found).assign(runs=float(len(own)))
    lost = frame["n"] * frame["log_loss"]
    return frame.assign(share=frame["n"] / frame["n"].iloc[0], log_loss_share=lost / lost.iloc[0])[COLUMNS]


def shown(rows: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    heads = {"n": "responses", "variant_auc": "AUC", "ceiling_auc": "AUC of ceiling", "auc": "AUC left", "log_loss": "log loss left"}
    frame = pd.DataFrame({"": rows["rows"]})
    for column, head in heads.items():
        frame[head] = [text(column, value) for value in rows[column]]
        if f"{column}_low" in rows:
            limits = zip(rows[f"{column}_low"], rows[f"{column}_high"], strict=True)
            frame[f"{head}, 95 %"] = [interval(low, high, DIGITS) for low, high in limits]
    return frame.assign(**{"share of it": [text("log_loss_share", value) for value in rows["log_loss_share"]]})


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return number(value, {"n": 0, "runs": 0, "share": 2, "log_loss_share": 2}.get(column, DIGITS))


def _ceiling(study: Study) -> str:
    """The average with the best validation AUC; "" where there is none."""
    judged = study.metrics.query("rows == 'validation' and path == 'p_before' and metric == 'auc'")
    means = judged[judged["variant"].str.startswith("average.")].groupby("variant", sort=False)["value"].mean()
    return str(means.idxmax()) if len(means) else ""


def _groups(rows: pd.DataFrame, interactions: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Name -> which of the rows, `(N,)`."""
    each = interactions.drop_duplicates(["student", "step"])  # one row of several skills
    earlier = each.duplicated(["student", "skill"])
    inside = each["skill"].eq(each.groupby("student")["skill"].shift())
    kind = each[["student", "step"]].assign(kind=np.select([inside, earlier], ["inside", "return"], "first"))
    kinds = rows[["student", "step"]].merge(kind, on=["student", "step"], how="left")["kind"].to_numpy()
    seen = rows["step"].to_numpy()
    bounds = zip(SEEN, (*SEEN[1:], np.inf), strict=True)
    return {
        "all": np.full(len(rows), True),
        "first response to its skill": kinds == "first",
        "return to a skill": kinds == "return",
        "same skill as the response before": kinds == "inside",
        **{_between(low, high): (seen >= low) & (seen < high) for low, high in bounds},
    }


def _between(low: int, high: float) -> str:
    return f"{low} to {int(high) - 1} responses before" if np.isfinite(high) else f"{low} responses before, or more"


def _figures(pairs: Sequence[tuple[Traced, Traced]], chosen: NDArray[np.bool_]) -> dict[str, float]:
    """n, the two AUCs and what is left, over the chosen rows; NaN where there are no right or no wrong responses among them."""
    response = pairs[0][0].rows["response"].to_numpy(np.float64)[chosen]
    figures = {"n": float(chosen.sum())}
    if not len(response) or not np.ptp(response):
        return figures | dict.fromkeys(("variant_auc", "ceiling_auc", *_DIFFERENCES), np.nan)
    student = pd.factorize(pairs[0][0].rows["student"].to_numpy()[chosen])[0]
    said = {id(run): run.rows["p_before"].to_numpy(np.float64)[chosen] for pair in pairs for run in pair}
    areas = {key: contributions.area(p, response, student) for key, p in said.items()}
    losses = {key: contributions.mean(surprise(p, response), student) for key, p in said.items()}
    return {
        **figures,
        "variant_auc": float(np.mean([areas[id(own)].value for own, _ in pairs])),
        "ceiling_auc": float(np.mean([areas[id(best)].value for _, best in pairs])),
        **_left("auc", [(areas[id(best)], areas[id(own)]) for own, best in pairs]),
        **_left("log_loss", [(losses[id(own)], losses[id(best)]) for own, best in pairs]),
    }


def _left(name: str, differences: Sequence[tuple[Contributions, Contributions]]) -> dict[str, float]:
    found = contributions.mean_difference([one for one, _ in differences], [other for _, other in differences])
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
