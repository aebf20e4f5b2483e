"""What lambda trades: prediction against agreement with the filter, one line per form of l_23."""

import pandas as pd
from matplotlib.figure import Figure

from glasskt.paper.figures import style


def draw(trade_off: pd.DataFrame) -> Figure:
    """Test AUC against r(theta, dynamic theta), a point for every lambda, joined by rising lambda.

    Arguments:
        trade_off: l23_lambda.csv; without rows the figure says so.
    """
    figure, (axes,) = style.canvas(2.6)
    axes.set_xlabel("r of θ with the filtered ability")
    axes.set_ylabel("test AUC of the judged path")
    if trade_off.empty:
        axes.text(0.5, 0.5, "no curve of λ in this study", ha="center", va="center", transform=axes.transAxes, color=style.LINE)
        return figure
    for (curve, points), colour in zip(trade_off.groupby("curve", sort=False), style.CYCLE, strict=False):
        points = points.sort_values("lambda")
        axes.plot(points["theta_r_dynamic"], points["auc"], color=colour, marker="o", markersize=3.5, label=str(curve))
        for place, (weight, r, auc) in enumerate(points[["lambda", "theta_r_dynamic", "auc"]].itertuples(index=False)):
            offset = (3, 3) if place % 2 else (3, -8)
            axes.annotate(f"{weight:.2g}", (r, auc), xytext=offset, textcoords="offset points", color=colour, fontsize=6.5)
    axes.legend(loc="best", frameon=False, handlelength=1.6, title="form (λ at the points)")
    axes.margins(0.08)
    return figure
