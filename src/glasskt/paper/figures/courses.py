"""The ability of three students as the filter followed it and as the smoother sees it afterwards, with their bands."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glasskt.errors import UserError
from glasskt.paper.figures import style

LENGTHS = (40, 80)
"""Students shown have so many responses, if any test student has."""
LEVELS = {"low": 0.1, "middle": 0.5, "high": 0.9}
"""Where their static abilities lie among those students: quantiles."""


def chosen(students: pd.DataFrame) -> pd.DataFrame:
    """One test student for each of `LEVELS`: of those with 40 to 80 responses, the one whose static ability is nearest to that quantile.

    Ties go to the first id. Where no test student has so many responses, all test students are eligible.

    Arguments:
        students: student, theta, role, n_responses.

    Raises:
        UserError: There is no test student.
    """
    test = students[students["role"] == "test"]
    if test.empty:
        raise UserError("students.parquet: no test student; the paper shows some: set the data set's test_share above 0")
    fit = test[test["n_responses"].between(*LENGTHS)]
    eligible = fit if len(fit) else test
    away = {name: (eligible["theta"] - float(eligible["theta"].quantile(level))).abs() for name, level in LEVELS.items()}
    rows = [eligible.assign(level=name, away=gap).sort_values(["away", "student"]).iloc[0] for name, gap in away.items()]
    return pd.DataFrame(rows)[["level", "student", "theta", "n_responses"]].reset_index(drop=True)


def draw(students: pd.DataFrame, theta: pd.DataFrame, interactions: pd.DataFrame) -> Figure:
    """A panel for each of three test students, in logits over responses; bands are 95 %.

    The filter stands still between responses and jumps at each: left of a jump is the ability before the response, right of it after.

    Arguments:
        students: student, theta, role, n_responses.
        theta: student, step, theta_before, theta_after, theta_smoothed, each with its sd.
        interactions: student, step, response.
    """
    shown = chosen(students)
    figure, panels = style.rows(3.7, len(shown))
    for axes, (level, who, static) in zip(panels, shown[["level", "student", "theta"]].itertuples(index=False), strict=True):
        rows = theta[theta["student"] == who].sort_values("step")
        _filter(axes, rows)
        _smoother(axes, rows)
        axes.axhline(static, color=style.LINE, linewidth=0.7, linestyle=(0, (4, 3)), label="static")
        answers = interactions.loc[interactions["student"] == who].sort_values("step")["response"].to_numpy()
        for response, height, colour in ((1, 0.95, style.SKILLS), (0, 0.05, style.LINE)):
            marks = np.flatnonzero(answers == response) + 1
            axes.plot(
                marks, [height] * len(marks), "|", transform=axes.get_xaxis_transform(), color=colour, markersize=4, markeredgewidth=0.9
            )  # fmt: skip
        axes.set_title(f"{level} ability", loc="left", pad=2)
        axes.margins(x=0.01, y=0.16)
    panels[len(panels) // 2].set_ylabel("ability θ (logits)")
    panels[-1].set_xlabel("responses seen")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=3, frameon=False, handlelength=1.4)
    return figure


def _filter(axes: Axes, rows: pd.DataFrame) -> None:
    centre, sd = (np.r_[rows[f"theta_before{end}"].iloc[0], rows[f"theta_after{end}"]] for end in ("", "_sd"))  # (n + 1,)
    at = np.arange(len(centre))
    axes.fill_between(at, centre - 1.96 * sd, centre + 1.96 * sd, color=style.FILTER, alpha=0.18, linewidth=0, step="post")
    axes.plot(at, centre, color=style.FILTER, linewidth=1, label="filter", drawstyle="steps-post")


def _smoother(axes: Axes, rows: pd.DataFrame) -> None:
    centre, sd = rows["theta_smoothed"].to_numpy(), rows["theta_smoothed_sd"].to_numpy()  # (n,)
    at = np.arange(1, len(centre) + 1)
    axes.fill_between(at, centre - 1.96 * sd, centre + 1.96 * sd, color=style.MODEL, alpha=0.18, linewidth=0)
    axes.plot(at, centre, color=style.MODEL, linewidth=1, label="smoother")
