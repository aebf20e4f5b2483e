"""How often a check passes a model with the property, and one without it, over cohorts that are drawn anew."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from glasskt.checks.check import checks, verified
from glasskt.checks.parts.evidence import Evidence, scored, with_irt, with_truth
from glasskt.compare.power_table import COLUMNS, says
from glasskt.compare.verdicts import BEATS, EMPTY, PASS, REPORTED, Judged, verdict
from glasskt.data.catalogue import Simulated
from glasskt.data.cohort import Cohort
from glasskt.data.simulator import Simulation, simulate
from glasskt.irt.reference import reference
from glasskt.power.claims import WITHOUT, Claims, World, permuted, truth

STUDENTS = 500
"""Of each cohort; a fifth of them are judged, from the rest item response theory is fitted."""


@dataclass(frozen=True, kw_only=True)
class Passing:
    """What a check says of one claim: its value, whether that is a pass, whether there could be one, whether a null meets it too."""

    value: float = np.nan
    passes: bool = False
    judged: bool = True
    empty: bool = False


def table(settings: Simulated, cohorts: int, progress: Callable[[str], None]) -> pd.DataFrame:
    """One row per check and quantity.

    Arguments:
        settings: The simulator's; students and seed are replaced.
        cohorts: How many are drawn.
        progress: Told one line per cohort.

    Columns: check, quantity, without (the model that lacks the property), value_with and value_without (means), passes_with and
    passes_without (shares of the cohorts in which the verdict is a pass, or beats the null; no ceiling is used), replications, says (see
    `says`).
    """
    rows = []
    for replication in range(cohorts):
        rows += list(_of_cohort(settings, replication))
        progress(f"cohort {replication + 1}/{cohorts}")
    found = pd.DataFrame(rows).groupby(["check", "quantity", "without"], sort=False)
    means = found[["value_with", "value_without", "passes_with", "passes_without"]].mean()
    frame = means.assign(replications=found.size(), judged=found["judged"].max(), empty=found["empty"].mean()).reset_index()
    frame["says"] = [says(*row) for row in frame[["judged", "empty", "passes_with", "passes_without"]].itertuples(index=False)]
    return frame.sort_values("check", kind="stable")[COLUMNS].reset_index(drop=True)


def _of_cohort(settings: Simulated, replication: int) -> Iterator[dict[str, Any]]:
    simulation = simulate(settings.model_copy(update={"students": STUDENTS, "seed": settings.seed + 1000 + replication}))
    joined = _references(simulation)
    world = World.of(simulation, replication)
    right = _judged(truth(world), joined, tuple(checks()))
    lacking: dict[Callable[[World], Claims], list[str]] = {}
    for name in checks():
        for make in WITHOUT.get(name, (permuted,)):
            lacking.setdefault(make, []).append(name)
    for make, names in lacking.items():
        wrong = _judged(make(world), joined, names)
        for (check, quantity), own in right.items():
            if check in names:
                other = wrong.get((check, quantity), Passing())
                yield {
                    "check": check,
                    "quantity": quantity,
                    "without": make.__name__,
                    "value_with": own.value,
                    "value_without": other.value,
                    "passes_with": own.passes,
                    "passes_without": other.passes,
                    "judged": own.judged,
                    "empty": own.empty,
                }


def _references(simulation: Simulation) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """What joins item response theory, fitted on the other students, and the truth to the rows of a claim."""
    answers = simulation.responses.rename(columns={"order": "step"})
    n_skills = len(simulation.skills)
    of_test = answers["split"] == "test"
    irt = reference(Cohort.from_table(answers[~of_test], n_skills), Cohort.from_table(answers[of_test], n_skills))

    def joined(trajectories: pd.DataFrame) -> pd.DataFrame:
        rows = with_irt(scored(trajectories, answers), answers, irt.items, irt.students, irt.theta)
        return with_truth(rows, simulation.steps, simulation.skills, simulation.students)

    return joined


def _judged(claims: Claims, joined: Callable[[pd.DataFrame], pd.DataFrame], names: Sequence[str]) -> dict[tuple[str, str], Passing]:
    """By check and quantity, of the checks that are named."""
    evidence = Evidence(
        rows=joined(claims.trajectories),
        gains=claims.gains,
        flips=claims.flips,
        movement=claims.movement,
        states=claims.states,
        history=claims.history,
    )
    return {(entry["check"], entry["quantity"]): _passing(entry) for entry in verified(evidence, names)}


def _passing(entry: dict[str, Any]) -> Passing:
    value, low, high, threshold, null = (
        np.nan if entry[name] is None else float(entry[name]) for name in ("value", "low", "high", "threshold", "null")
    )
    said = verdict(Judged(value=value, low=low, high=high, nulls=(null,), threshold=threshold, better=entry["better"]))
    return Passing(value=value, passes=said in (PASS, BEATS), judged=said != REPORTED, empty=said == EMPTY)
