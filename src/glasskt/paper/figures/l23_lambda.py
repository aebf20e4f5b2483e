"""What lambda trades: prediction given up and agreement won as the alignment gains weight, one line per form of l_23."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glasskt.compare.l23.trade_off import NOISE
from glasskt.paper.figures import style


def draw(trade_off: pd.DataFrame, core: Mapping[str, str]) -> Figure:
    """Above, test AUC below the best of its curve, the noise shaded; below, r(theta, dynamic theta); over lambda above 0.

    Arguments:
        trade_off: l23_lambda.csv; without a curve the figure says so.
        core: Form of l_23 -> the variant that its curve is named after.
    """
    forms = {variant: form for form, variant in core.items()}
    points = trade_off[trade_off["lambda"] > 0].sort_values(["curve", "lambda"])
    if points.empty:
        figure, (axes,) = style.canvas(1.2)
        axes.text(0.5, 0.5, "no curve of λ in this study", ha="center", va="center", transform=axes.transAxes, color=style.LINE)
        axes.set_axis_off()
        return figure
    figure, (prediction, agreement) = style.rows(3.3, 2, share_y=False)
    prediction.axhspan(-NOISE, 0, color=style.SHADE, linewidth=0)
    prediction.annotate(
        "noise", (0, -NOISE), xycoords=("axes fraction", "data"), xytext=(2, 2), textcoords="offset points", color=style.LINE
    )
    prediction.set_ylabel("test AUC below\nthe curve's best")
    agreement.set_ylabel("r of θ with the\nfiltered ability")
    agreement.set_xlabel("λ")
    for axes, values in ((prediction, -points["lost"]), (agreement, points["theta_r_dynamic"])):
        axes.margins(y=0.1)
        _lines(axes, points.assign(y=values), forms)
    return figure


def _lines(axes: Axes, points: pd.DataFrame, forms: Mapping[str, str]) -> None:
    ends = {}
    for curve, line in points.groupby("curve", sort=False):
        look = style.form_line(forms.get(str(curve), str(curve)))
        axes.plot(line["lambda"], line["y"], markersize=3.5, **look)
        ends[look["label"]] = (float(points["lambda"].max()) + 0.03, float(line["y"].iloc[-1]), look["color"])
    style.label_ends(axes, ends, gap=0.12)
