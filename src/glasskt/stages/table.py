"""Print the figures of a study's runs by group, in the folder and at git revisions: `glasskt table`."""

import json
from collections.abc import Callable, Sequence

import click
import pandas as pd

from glasskt.compare import long_form, recorded
from glasskt.compare.layout import as_markdown
from glasskt.errors import UserError
from glasskt.provenance.revisions import WORKSPACE, files

FORMS: dict[str, Callable[[pd.DataFrame, Sequence[str]], str]] = {
    "text": lambda long, by: long_form.as_text(long_form.shown(long, by)),
    "md": lambda long, by: as_markdown(long_form.shown(long, by)).rstrip(),
    "csv": lambda long, _: str(long.to_csv(index=False, lineterminator="\n")).rstrip(),
    "json": lambda long, _: json.dumps(long_form.records(long), indent=2, allow_nan=False),
}


def run(
    *, by: Sequence[str], metrics: Sequence[str], split: str, study: str | None, revs: Sequence[str], sort: str | None, form: str
) -> None:
    """Print the table on stdout; on stderr what a revision lacks.

    Arguments:
        by: Columns that make a group, of `long_form.GROUPS`.
        metrics: Names of figures.
        split: "test" or "valid".
        study: Its name, or a pattern of several such as `cross-*`; None for the one of params.yaml.
        revs: Revisions, `workspace` among them or not; none for the folder alone, without a column.
        sort: The metric whose best comes first.
        form: One of `FORMS`.

    Raises:
        UserError: A name is unknown, or there is no run at all.
    """
    long_form.check_columns(by)
    places = {rev: files(rev) for rev in revs or [WORKSPACE]}
    name = study or recorded.chosen_study(files(WORKSPACE))
    found, remarks = [], []
    for rev, place in places.items():
        try:
            named = recorded.studies(place, rev, name)
        except UserError as error:  # of one revision: the others are shown
            remarks.append(str(error))
            continue
        for one in named:
            there = recorded.read(place, rev, one)
            found += [{**run, "rev": rev} for run in there.runs]
            remarks += [f"{one}: {remark}" if len(named) > 1 else remark for remark in there.remarks]
    if not found:
        raise UserError(f"study {name}: nothing to show. {'. '.join(remarks)}")
    columns = [*by, *(["rev"] if revs else [])]
    rows = long_form.tidy(found, split)
    long = long_form.table(rows, columns, list(dict.fromkeys([*metrics, *([sort] if sort else [])])), sort)
    click.echo(FORMS[form](long, columns))
    if form == "text":
        click.echo(f"\n{name}: {long_form.footnote(rows, long, columns, split)}")
    for remark in remarks:
        click.echo(remark, err=True)
