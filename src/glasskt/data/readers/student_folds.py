"""The fold of every student of a table: as its columns say, else made."""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.readers.named_columns import Integers, NamedColumns, first
from glasskt.data.readers.refusal import refusal
from glasskt.data.splits import TEST, divide
from glasskt.errors import UserError, did_you_mean

SPLITS = ("train_valid", "test")


def folds_of(source: NamedColumns, code: Integers, *, folds: int, test_share: float, seed: int) -> Integers:
    """The fold of every student, `(S,)`: as the table says, else made."""
    n_students = int(code.max()) + 1
    test = _test_rows(source)
    if source.has("fold"):
        return _per_student(source, "fold", _fold_rows(source, test), code, n_students)
    if test is None:
        return _made(source, n_students, folds, test_share, seed)
    fold = np.where(_per_student(source, "split", test.astype(np.int64), code, n_students) == 1, TEST, 0)
    trained = np.flatnonzero(fold != TEST)
    fold[trained] = _made(source, len(trained), folds, 0.0, seed)
    return fold


def _made(source: NamedColumns, n_students: int, folds: int, test_share: float, seed: int) -> Integers:
    try:
        return divide(n_students, folds=folds, test_share=test_share, seed=seed)
    except UserError as error:
        raise refusal(f"{source.path}: {error}") from error


def _test_rows(source: NamedColumns) -> NDArray[np.bool_] | None:
    """Whether a row is a test student's, `(N,)`; None if no column says so."""
    if not source.has("split"):
        return None
    split = source.filled("split").to_numpy(zero_copy_only=False)
    wrong = ~np.isin(split, SPLITS)
    if wrong.any():
        raise source.fault("split", first(wrong), f'"{split[first(wrong)]}" is no split. {did_you_mean(split[first(wrong)], SPLITS)}')
    return np.asarray(split == "test", np.bool_)


def _fold_rows(source: NamedColumns, test: NDArray[np.bool_] | None) -> Integers:
    fold = source.numbers("fold")
    if test is not None:
        wrong = test & ~np.isnan(fold) & (fold != TEST)
        if wrong.any():
            raise source.fault("fold", first(wrong), f"fold {fold[first(wrong)]:g} in the test split; leave it empty or -1 there")
        fold = np.where(test & np.isnan(fold), TEST, fold)
    wrong = np.isnan(fold) | (fold != np.floor(fold)) | (fold < (TEST if test is None else np.where(test, TEST, 0)))
    if wrong.any():
        found = source.column("fold")[first(wrong)]
        shown = "nothing" if found.as_py() in (None, "") else f'"{found}"'
        raise source.fault("fold", first(wrong), f"{shown} is not a fold; give the student 0, 1, ... or, for the test set, -1")
    return fold.astype(np.int64)


def _per_student(source: NamedColumns, holds: str, values: Integers, code: Integers, n_students: int) -> Integers:
    of_student = np.empty(n_students, np.int64)
    of_student[code[::-1]] = values[::-1]  # the first row counts
    differs = of_student[code] != values
    if differs.any():
        row = first(differs)
        student = source.column("student")[row]
        raise source.fault(
            holds, row, f"student {student} has another {holds} in an earlier row; whole students are split, never their rows"
        )
    return of_student
