"""How fast a causal ability approaches the final one: r against the number of responses seen, filter and model."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from glasskt.compare import note_003
from glasskt.paper.figures import style

LEAST_STUDENTS = 30
"""Fewer students than this at a step give no point."""


def draw(theta: pd.DataFrame, students: pd.DataFrame, trajectories: pd.DataFrame, model: str) -> Figure:
    """Correlation over test students of theta before a response with the static EAP from all responses, by responses seen.

    Arguments:
        theta: student, step, theta_before of the filter.
        students: student, theta (static EAP), role.
        trajectories: student, step, theta_before of the model; a model without an ability leaves its line out.
        model: The model's name.
    """
    figure, (axes,) = style.canvas(2.4)
    final = students.loc[students["role"] == "test", ["student", "theta"]]
    last = 1
    curves = {"exact filter": (by_step(theta, final), style.FILTER), model: (by_step(trajectories, final), style.MODEL)}
    if _one(curves["exact filter"][0], curves[model][0]):  # the lower line could not be seen
        curves = {f"exact filter and {model}": curves[model]}
    for name, (curve, colour) in curves.items():
        if curve.empty:
            continue
        axes.fill_between(curve["step"], curve["low"], curve["high"], color=colour, alpha=0.2, linewidth=0)
        axes.plot(curve["step"], curve["r"], color=colour, label=name)
        last = max(last, int(curve["step"].iloc[-1]))
    axes.axhline(note_003.ASKED_R, color=style.LINE, linewidth=0.6, linestyle=(0, (4, 3)))
    axes.annotate(
        f"asked by {note_003.SOURCE}", (1, note_003.ASKED_R), xytext=(0, 2), textcoords="offset points", va="bottom", color=style.LINE
    )
    axes.set_xscale("log")
    axes.set_xticks([tick for tick in (1, 2, 5, 10, 20, 50, 100, 200) if tick <= last])
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.minorticks_off()
    axes.set_ylim(max(axes.get_ylim()[0], -0.05), 1.02)
    axes.set_xlabel("responses seen before")
    axes.set_ylabel("r with final static ability")
    axes.legend(loc="lower right", frameon=False, handlelength=1.4)
    return figure


def _one(filtered: pd.DataFrame, own: pd.DataFrame) -> bool:
    """Whether two curves are the same to the eye."""
    return not own.empty and filtered["step"].tolist() == own["step"].tolist() and bool(np.allclose(filtered["r"], own["r"], atol=1e-4))


def by_step(table: pd.DataFrame, final: pd.DataFrame) -> pd.DataFrame:
    """step, r, low, high (95 %, Fisher's z) at each step from 1 that enough students reach."""
    joined = table[["student", "step", "theta_before"]].merge(final, on="student").dropna()
    groups = joined[joined["step"] > 0].groupby("step")
    enough = min(LEAST_STUDENTS, max(4, len(final) // 4))
    rows = []
    for step, group in groups:
        if len(group) >= enough and group["theta_before"].nunique() > 1:
            r = float(np.corrcoef(group["theta_before"], group["theta"])[0, 1])
            half = 1.96 / np.sqrt(len(group) - 3)
            rows.append((step, r, np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)))
    return pd.DataFrame(rows, columns=["step", "r", "low", "high"])
