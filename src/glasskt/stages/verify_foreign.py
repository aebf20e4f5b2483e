"""Measure and check trajectories that another tool wrote: `glasskt verify` without a study."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from glasskt.checks.check import verified
from glasskt.checks.parts.evidence import PATHS, Evidence, with_irt
from glasskt.compare.metrics import scores
from glasskt.compare.report import checks_text, metrics_text
from glasskt.data.cohort import Cohort
from glasskt.data.readers.trajectories_table import COLUMNS, INNER, Trajectories, read
from glasskt.errors import UserError, did_you_mean
from glasskt.irt.reference import Reference, reference
from glasskt.outputs import write, write_json

FEW = 30
"""Fewer test students than this are too few to resample."""
HELD_AGAINST_IRT = ("mastery_before", "theta_before", "beta")


def run(*, trajectories: Path, metrics: Path | None, checks: Path | None) -> None:
    """Print metrics and findings on the test rows; write them where a file is named.

    Raises:
        UserError: The file is not as documented, or nothing in it can be scored.
    """
    _check_apart(trajectories, metrics, checks)
    given = read(trajectories)
    rows, fitted = given.scored, _reference(given)
    for line in _remarks(given, rows, fitted):
        click.echo(line, err=True)
    if isinstance(fitted, Reference):
        rows = with_irt(rows, given.test, fitted.items, fitted.students, fitted.theta)
    evidence = Evidence(rows=rows)
    measured = {path: _scores(evidence.complete([path]), path) for path in PATHS}
    found = verified(evidence)
    written = {
        metrics: write_json({"test": measured}),
        checks: write_json({"checks": found, "reference": fitted.facts if isinstance(fitted, Reference) else None}),
    }
    write({path: writer for path, writer in written.items() if path is not None})
    click.echo(f"{trajectories}: {len(rows):,} scored responses of {rows['student'].nunique():,} test students\n")
    click.echo(metrics_text(measured))
    if found:
        click.echo(checks_text(found), nl=False)


def _check_apart(trajectories: Path, metrics: Path | None, checks: Path | None) -> None:
    places = [path.resolve() for path in (trajectories, metrics, checks) if path is not None]
    for path in places:
        if places.count(path) > 1:
            raise UserError(f"{path}: named twice; give --trajectories, --metrics and --checks a file each")


def _scores(known: Evidence, path: str) -> dict[str, Any] | None:
    return scores(known[path], known["response"], known.students) if len(known) else None


def _reference(given: Trajectories) -> Reference | str:
    """The item response reference, or why there is none."""
    if not any(column in given.rows for column in HELD_AGAINST_IRT):
        return f"the file says nothing of {', '.join(HELD_AGAINST_IRT)}"
    if not len(given.train):
        return 'no row to fit the reference on (column "split": train)'
    n_skills = len(given.skills)
    try:
        return reference(Cohort.from_table(given.train, n_skills), Cohort.from_table(given.test, n_skills))
    except UserError as error:
        return str(error)


def _remarks(given: Trajectories, rows: pd.DataFrame, fitted: Reference | str) -> Iterator[str]:
    """What a reader of the figures must know of the file, a line each."""
    yield "not scored: each student's first response"
    if given.unread:
        yield f"columns not read: {', '.join(map(_with_nearest, given.unread))}"
    if rows["response"].nunique() == 1:
        yield f"every scored response is {rows['response'].iloc[0]}: AUC and correlations with the response are not defined"
    if (students := rows["student"].nunique()) < FEW:
        yield f"intervals resample whole students, and there are {students}: below {FEW} they are too narrow"
    for column in (PATHS[1], *INNER):
        known = int(rows[column].notna().sum()) if column in rows else len(rows)
        if known < len(rows):
            yield f"{column}: known in {known:,} of {len(rows):,} scored rows, measured there"
    if isinstance(fitted, str):
        yield f"checks against item response theory are left out: {fitted}"
        return
    facts = fitted.facts
    yield (
        f"item response reference: Rasch model of {facts['responses']:,} responses of {facts['students']:,} training students, "
        f"sd(theta) {facts['sigma']:.3f}, drift variance {facts['drift_variance']:.5f} per response"
    )
    unseen = given.skills[np.isnan(fitted.items["beta"])]
    if len(unseen):
        yield f"skills without a training row, hence without a reference difficulty: {len(unseen)} ({', '.join(map(str, unseen[:8]))})"


def _with_nearest(column: str) -> str:
    hint = did_you_mean(column, COLUMNS).partition(" (one of")[0]
    return f"{column} ({hint})" if hint.startswith("Did") else column
