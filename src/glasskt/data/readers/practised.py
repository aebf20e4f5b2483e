"""Rows of a table as responses: which rows are one response, and every skill that it practises."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.readers.named_columns import Integers, NamedColumns, first
from glasskt.data.splits import TEST
from glasskt.errors import UserError

CONTRADICTORY = "contradictory"


@dataclass(frozen=True, kw_only=True)
class Practised:
    """Every skill of every response, the responses in order.

    Attributes:
        row: Row of the table that the response is read from, the first of those that are one response, `(E,)`.
        skill: `(E,)`.
        joined: True for every skill of a response but its first; None if each has one.
        counts: Rows that joined another's response, and skills that stood twice in one.
    """

    row: Integers
    skill: Integers
    joined: NDArray[np.bool_] | None
    counts: dict[str, int]


def in_order(
    source: NamedColumns,
    code: Integers,
    response: NDArray[np.int8],
    order: Integers,
    skill: Integers,
    sizes: Integers | None,
    *,
    drop_contradictory: bool = False,
) -> Practised:
    """Every skill of every response.

    Arguments:
        source: The table.
        code: Number of the student, `(N,)`.
        response: `(N,)`.
        order: The rows in their order, `(N,)`.
        skill: The skills of all rows one after another, `(sum of sizes,)`.
        sizes: How many skills each row names, `(N,)`; None for one each.
        drop_contradictory: Leave out, and count, rows that are one response and have different answers.

    Raises:
        UserError: There are such rows, and they are not to be left out; names two of them.
    """
    if sizes is None and not source.has("response_id"):
        return Practised(row=order, skill=skill[order], joined=None, counts={})
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    lead = _leading_rows(source, code, rank, order)  # (N,)
    contradictory = np.isin(lead, lead[response != response[lead]])  # (N,)
    if contradictory.any() and (not drop_contradictory or contradictory.all()):
        raise _contradiction(source, response, lead)
    row = np.arange(len(order)) if sizes is None else np.repeat(np.arange(len(order)), sizes)  # (E,) of each skill
    row, skill = row[~contradictory[row]], skill[~contradictory[row]]
    sorted_ = np.lexsort((np.arange(len(row)), rank[row], rank[lead[row]]))
    row, skill = row[sorted_], skill[sorted_]
    again = pd.DataFrame({"response": lead[row], "skill": skill}).duplicated().to_numpy()
    row, skill = lead[row[~again]], skill[~again]
    return Practised(
        row=row,
        skill=skill,
        joined=np.r_[False, row[1:] == row[:-1]],
        counts={
            **({CONTRADICTORY: int(contradictory.sum())} if drop_contradictory else {}),
            "joined_rows": int((lead != np.arange(len(lead)))[~contradictory].sum()),
            "repeated_skills": int(again.sum()),
        },
    )


def _leading_rows(source: NamedColumns, code: Integers, rank: Integers, order: Integers) -> Integers:
    """For every row the first, in order, of those that are one response with it, `(N,)`."""
    if not source.has("response_id"):
        return np.arange(len(code))
    source.filled("response_id")
    names = [source.named["response_id"], *([source.named["item"]] if source.has("item") else [])]
    groups = pd.DataFrame({"student": code, **{name: source.codes_of(name) for name in names}})
    foremost = pd.Series(rank).groupby([groups[name] for name in groups], sort=False).transform("min").to_numpy()
    return np.asarray(order[foremost])


def _contradiction(source: NamedColumns, response: NDArray[np.int8], lead: Integers) -> UserError:
    row = first(response != response[lead])
    shared = ("student", "response_id", *(["item"] if source.has("item") else []))
    same = ", ".join(f"{source.named[holds]} {source.column(holds)[row]}" for holds in shared)
    apart = "" if source.has("item") else " name what tells them apart as columns.item,"
    return source.fault(
        "response",
        row,
        f"differs from that of data row {source.row(lead[row]) + 1}, which is the same response ({same}); correct one of them,{apart} "
        f"or leave such rows out with drop: [{CONTRADICTORY}]",
    )


def sets_of_skills(names: tuple[str, ...], practised: Practised) -> tuple[tuple[str, ...], Practised]:
    """Every set of skills as one skill, named by theirs."""
    if practised.joined is None:
        return names, practised
    starts = np.flatnonzero(~practised.joined)
    sizes = np.diff(np.r_[starts, len(practised.skill)])
    response = np.repeat(np.arange(len(starts)), sizes)
    skill = practised.skill[np.lexsort((practised.skill, response))]
    sets = [tuple(skill[start : start + size].tolist()) for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)]
    known = {skills: number for number, skills in enumerate(sorted(set(sets)))}
    of_response = np.array([known[skills] for skills in sets])
    named = tuple("+".join(names[skill] for skill in skills) for skills in known)
    return named, replace(practised, row=practised.row[starts], skill=of_response, joined=None)


def trained_only(names: tuple[str, ...], practised: Practised, fold: Integers) -> tuple[tuple[str, ...], Practised, int]:
    """Without responses of test students to a skill that no other student practised, the skills numbered anew; how many these are."""
    trained = np.zeros(len(names), bool)
    trained[practised.skill[fold[practised.row] != TEST]] = True
    joined = practised.joined
    response = np.arange(len(practised.row)) if joined is None else np.cumsum(~joined) - 1
    lost = np.unique(response[~trained[practised.skill]])
    kept = ~np.isin(response, lost)
    known = Practised(
        row=practised.row[kept],
        skill=(np.cumsum(trained) - 1)[practised.skill[kept]],
        joined=None if joined is None else joined[kept],
        counts=practised.counts,
    )
    return tuple(name for name, there in zip(names, trained.tolist(), strict=True) if there), known, len(lost)


def every_skill_is_trained(source: NamedColumns, names: tuple[str, ...], practised: Practised, fold: Integers) -> None:
    """Refuse a skill that test students alone practise.

    Raises:
        UserError: There is one; names it and its first row.
    """
    trained = np.zeros(len(names), bool)
    trained[practised.skill[fold[practised.row] != TEST]] = True
    if not trained.all():
        unseen = int(np.flatnonzero(~trained)[0])
        raise source.fault(
            "skill" if source.has("skill") else "item",
            int(practised.row[practised.skill == unseen].min()),
            f'skill "{names[unseen]}" occurs in the test set only, where nothing is learned; drop its rows, leave them out with '
            "drop: [untrained_skill], or try another split_seed",
        )
