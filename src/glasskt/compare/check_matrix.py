"""The check matrix: quantities that were asked for by models, each cell a value with its verdict."""

import pandas as pd

from glasskt.compare.layout import NOTHING, compact
from glasskt.compare.verdicts import BEATS, EMPTY, FAIL, INVALID, PASS, REPORTED, TIES

UNATTAINABLE = " u"
_MARKS = {PASS: "", BEATS: "", FAIL: " f", INVALID: " i", EMPTY: " e", TIES: " n", REPORTED: ""}
"""Verdict -> what stands behind the value; the rest is not attainable here."""


def verdict_matrix(checks: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """A row for every quantity that can be passed, a column for every variant, in `order`: value, and the verdict unless it is a pass.

    A quantity for which nobody asked a figure is passed by beating its nulls.
    """
    nulled = checks["threshold"].isna() & checks["null"].notna() & checks["low"].notna()
    judged = checks[(checks["threshold"].notna() | nulled) & (checks["better"] != "none")]
    sign = judged["better"].map({"higher": " ≥ ", "lower": " ≤ "})
    asked = judged["quantity"] + (sign + judged["threshold"].map(compact)).where(judged["threshold"].notna(), "")
    marks = judged["verdict"].map(lambda verdict: _MARKS.get(verdict, UNATTAINABLE)).where(judged["value"].notna(), "")
    cells = judged["value"].map(compact) + marks
    frame = pd.DataFrame({"asked": asked, "variant": judged["variant"], "cell": cells})
    known, rows = set(frame["variant"]), list(dict.fromkeys(frame["asked"]))
    variants = [variant for variant in order if variant in known]
    wide = frame.drop_duplicates(["asked", "variant"]).pivot(index="asked", columns="variant", values="cell")
    return wide.reindex(index=rows, columns=variants).fillna(NOTHING).reset_index().rename(columns={"asked": ""})
