"""One test student: the model's ability and mastery beside the filter's, with the responses that moved them."""

import pandas as pd
from matplotlib.axes import Axes
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
    """Above: ability before each response, in logits; the filter with its 95 % band. Below: mastery of the practised skill, the model's and
    the filter's probability of success. Responses as marks; runs of one skill shaded in turn.

    Arguments:
        interactions: student, step, skill, response, split.
        theta: student, step, theta_before, theta_before_sd, p_before of the filter.
        trajectories: student, step, theta_before, mastery_before of the model.
        model: The model's name.
    """
    who = student(interactions)
    rows, filtered, modelled = (table[table["student"] == who].sort_values("step") for table in (interactions, theta, trajectories))
    figure, (ability, mastery) = style.rows(2.9, 2, share_y=False, width=style.PAGE)
    for axes in (ability, mastery):
        _runs(axes, rows)
    _ability(ability, filtered, modelled, model)
    _responses(ability, rows)
    _mastery(mastery, rows, filtered, modelled)
    figure.legend(
        *ability.get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False, handlelength=1.4, columnspacing=1.2
    )
    return figure


def _runs(axes: Axes, rows: pd.DataFrame) -> None:
    for number, part in rows.groupby(_run_of(rows)):
        if number % 2:
            axes.axvspan(part["step"].iloc[0] + 0.5, part["step"].iloc[-1] + 1.5, color=style.SHADE, linewidth=0)


def _run_of(rows: pd.DataFrame) -> "pd.Series[int]":
    number: pd.Series[int] = (rows["skill"] != rows["skill"].shift()).astype(int).cumsum()
    return number


def _ability(axes: Axes, filtered: pd.DataFrame, modelled: pd.DataFrame, model: str) -> None:
    step, centre, sd = filtered["step"] + 1, filtered["theta_before"], filtered["theta_before_sd"]
    axes.fill_between(step, centre - 1.96 * sd, centre + 1.96 * sd, color=style.FILTER, alpha=0.2, linewidth=0)
    axes.plot(step, centre, color=style.FILTER, label="exact filter, 95 % band")
    axes.plot(modelled["step"] + 1, modelled["theta_before"], color=style.MODEL, label=model)
    axes.margins(x=0.01, y=0.18)
    axes.set_ylabel("ability θ before it\n(logits)")


def _responses(axes: Axes, rows: pd.DataFrame) -> None:
    place = blended_transform_factory(axes.transData, axes.transAxes)
    for response, height, colour, word in ((1, 0.97, style.SKILLS, "correct"), (0, 0.03, style.LINE, "wrong")):
        at = rows.loc[rows["response"] == response, "step"] + 1
        axes.plot(at, [height] * len(at), "|", transform=place, color=colour, markersize=6, markeredgewidth=1.2)
        axes.annotate(word, (1.01, height), xycoords="axes fraction", va="center", color=colour)


def _mastery(axes: Axes, rows: pd.DataFrame, filtered: pd.DataFrame, modelled: pd.DataFrame) -> None:
    """A line per run: between two skills mastery does not move, another one is asked."""
    run = dict(zip(rows["step"], _run_of(rows), strict=True))
    for table, column, colour in ((filtered, "p_before", style.FILTER), (modelled, "mastery_before", style.MODEL)):
        for _, part in table.groupby(table["step"].map(run)):
            axes.plot(part["step"] + 1, part[column], ".-", color=colour, markersize=3)
    axes.set_ylim(-0.02, 1.02)
    axes.margins(x=0.01)
    axes.set_xlabel("response")
    axes.set_ylabel("mastery of the\nasked skill before it")
