"""One test student: the model's ability beside the filter's, with the responses that moved them."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from glasskt.errors import UserError
from glasskt.paper.figures import style

LENGTHS = (30, 60)
"""The student shown has this many responses, if any test student has."""


def student(interactions: pd.DataFrame) -> int | str:
    """A typical test student: of those with 30 to 60 responses the one whose success rate is nearest to all test students', then the one
    with more skills, then the first id.

    Where no test student has so many, all of them are eligible.

    Raises:
        UserError: There is no test student.
    """
    test = interactions[interactions["split"] == "test"]
    if test.empty:
        raise UserError("interactions: no row of the split 'test'; the paper shows a test student: set the data set's test_share above 0")
    by_student = test.groupby("student")
    counted = by_student.agg(responses=("step", "size"), skills=("skill", "nunique"), rate=("response", "mean")).reset_index()
    counted["away"] = (counted["rate"] - test["response"].mean()).abs().round(3)
    fit = counted[counted["responses"].between(*LENGTHS)]
    eligible = fit if len(fit) else counted
    chosen = eligible.sort_values(["away", "skills", "student"], ascending=[True, False, True])["student"].iloc[0]
    return chosen if isinstance(chosen, str) else int(chosen)


def draw(interactions: pd.DataFrame, theta: pd.DataFrame, trajectories: pd.DataFrame, model: str) -> Figure:
    """Ability before each response, in logits; the filter with its 95 % band; responses as marks; runs of one skill shaded in turn.

    Arguments:
        interactions: student, step, skill, response, split.
        theta: student, step, theta_before, theta_before_sd of the filter.
        trajectories: student, step, theta_before of the model.
        model: The model's name.
    """
    figure, (axes,) = style.canvas(2.6)
    who = student(interactions)
    rows, filtered, modelled = (table[table["student"] == who].sort_values("step") for table in (interactions, theta, trajectories))
    run = (rows["skill"] != rows["skill"].shift()).cumsum()
    for number, part in rows.groupby(run):
        if number % 2:
            axes.axvspan(part["step"].iloc[0] + 0.5, part["step"].iloc[-1] + 1.5, color=style.SHADE, linewidth=0)
    step, centre, sd = filtered["step"] + 1, filtered["theta_before"], filtered["theta_before_sd"]
    axes.fill_between(step, centre - 1.96 * sd, centre + 1.96 * sd, color=style.FILTER, alpha=0.2, linewidth=0)
    axes.plot(step, centre, color=style.FILTER, label="exact filter, 95 % band")
    if modelled["theta_before"].notna().any():
        axes.plot(modelled["step"] + 1, modelled["theta_before"], color=style.MODEL, label=model)
    place = blended_transform_factory(axes.transData, axes.transAxes)
    for response, height, colour in ((1, 0.97, style.SKILLS), (0, 0.03, style.LINE)):
        at = rows.loc[rows["response"] == response, "step"] + 1
        axes.plot(at, [height] * len(at), "|", transform=place, color=colour, markersize=6, markeredgewidth=1.2)
    axes.annotate("correct", (1.01, 0.97), xycoords="axes fraction", va="center", color=style.SKILLS)
    axes.annotate("wrong", (1.01, 0.03), xycoords="axes fraction", va="center", color=style.LINE)
    axes.margins(x=0.01, y=0.18)
    axes.set_xlabel("response")
    axes.set_ylabel("ability θ before it (logits)")
    figure.legend(loc="outside upper left", ncols=2, frameon=False, handlelength=1.4, columnspacing=1.2)
    return figure
