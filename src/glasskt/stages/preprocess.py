"""Turn raw responses into the interactions table."""

from collections.abc import Sequence
from functools import singledispatch
from pathlib import Path
from typing import Any

from glasskt.data import simulator
from glasskt.data.catalogue import PUBLISHED, Lines, Long, Pykt, Simulated, dataset_block
from glasskt.data.fetch import hold
from glasskt.data.interactions import Log, facts_of, table_of
from glasskt.data.readers import lines, long_table, pykt, q_matrix
from glasskt.data.readers.text_table import Dialect
from glasskt.errors import UserError
from glasskt.outputs import write, write_json, write_parquet


def run(*, parameters: dict[str, Any], dataset: str, raw: Sequence[Path], interactions: Path, facts: Path) -> None:
    """Read the raw files of a data set in any format and write interactions.parquet and dataset.json.

    Raises:
        UserError: A published file was altered, a raw file is not what its format says, or the files do not give the expected number of
            scored test responses.
    """
    settings = dataset_block(dataset, parameters[f"datasets.{dataset}"])
    if len(raw) != len(settings.files):
        names = ", ".join(settings.files)
        raise UserError(
            f"--raw: {len(raw)} file(s), but datasets.{dataset} is read from {len(settings.files)}; pass, in this order, {names}"
        )
    if dataset in PUBLISHED:
        hold(dataset, dict(zip(("train_valid.csv", "test.csv"), raw, strict=True)))
    log = _read(settings, raw)
    table = table_of(log)
    known = facts_of(dataset, table, log.skill_names) | ({} if log.rows is None else {"rows": log.rows})
    expected = settings.scored_test if isinstance(settings, Pykt) else None
    if expected not in (None, known["scored_test"]):
        raise UserError(
            f"params.yaml: datasets.{dataset}.scored_test: {expected} expected, but {raw[-1]} gives {known['scored_test']}; "
            "get the published files, or correct the number"
        )
    write({interactions: write_parquet(table), facts: write_json(known)})


@singledispatch
def _read(settings: object, raw: Sequence[Path]) -> Log:
    raise TypeError(f"no reader for {type(settings).__name__}")


@_read.register
def _(settings: Simulated, raw: Sequence[Path]) -> Log:
    (table,) = raw
    return long_table.read(
        table, simulator.COLUMNS, folds=settings.folds, test_share=settings.test_share, split_seed=settings.seed, n_skills=settings.skills
    )


@_read.register
def _(settings: Pykt, raw: Sequence[Path]) -> Log:
    train_valid, test = raw
    return pykt.read(train_valid, test, settings.skills)


@_read.register
def _(settings: Long, raw: Sequence[Path]) -> Log:
    table, *matrix = raw
    return long_table.read(
        table,
        settings.columns,
        folds=settings.folds,
        test_share=settings.test_share,
        split_seed=settings.split_seed,
        matrix=q_matrix.read(matrix[0]) if matrix else None,
        dialect=Dialect(separator=settings.separator, encoding=settings.encoding),
        skill_separator=settings.skill_separator,
        sets_as_skills=settings.sets_as_skills,
        drop=settings.drop,
        one_row_one_response=settings.one_row_one_response,
    )


@_read.register
def _(settings: Lines, raw: Sequence[Path]) -> Log:
    train_valid, *test = raw
    return lines.read(
        train_valid,
        test[0] if test else None,
        lines=settings.lines,
        first=settings.first,
        folds=settings.folds,
        test_share=settings.test_share,
        split_seed=settings.split_seed,
    )
