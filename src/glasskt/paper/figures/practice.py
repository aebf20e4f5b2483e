"""What a mastery-stop rule does to accuracy: by attempt, and by right answers in a row."""

import pandas as pd
from matplotlib.figure import Figure

from glasskt.compare.practice_table import STOP, stops
from glasskt.paper.figures import style

_PANELS = (("attempt", "attempt at the skill"), ("run", "right in a row before"))


def draw(practice: pd.DataFrame) -> Figure:
    """Accuracy with 95 % intervals, left by a student's attempt at a skill, right by the right answers in a row before it.

    Arguments:
        practice: practice.csv.
    """
    figure, panels = style.canvas(2.2, 2, share_y=True)
    for axes, (by, label) in zip(panels, _PANELS, strict=True):
        rows = practice[practice["by"] == by]
        at = rows["key"].astype(int)
        if stops(practice):
            axes.axvspan(STOP - 0.5 if by == "run" else STOP + 0.5, max(at.max(), STOP) + 0.5, color=style.SHADE, linewidth=0)
        axes.errorbar(
            at, rows["value"], yerr=(rows["value"] - rows["low"], rows["high"] - rows["value"]),
            fmt="o-", color=style.FILTER, markersize=3, linewidth=0.8, elinewidth=1,
        )  # fmt: skip
        axes.set_xticks(range(at.min(), at.max() + 1, 2 if at.max() - at.min() > 6 else 1))
        axes.set_xlabel(label)
    panels[0].set_ylabel("accuracy")
    return figure
