"""Do the gains of skills repeat? Their means, between models that saw different students and between seeds.

Mean gain of a skill: over the scored test responses that practise it, skills with at least 30 of them. Gains that differ between skills
and do not repeat are noise; but a gain that follows the response repeats without being learned, since easy skills are answered right more
often, and so does one that follows who practises a skill and when. In equal contexts neither enters: every skill is given the same test
responses. The interval is a bootstrap over skills.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.bootstrap import Clusters, interval
from glasskt.compare.learned import Learned, values
from glasskt.compare.metrics import Estimate, pearson
from glasskt.compare.replication import traced as runs_of
from glasskt.compare.replication.members import halves_of
from glasskt.compare.replication.traced import Traced
from glasskt.compare.study import Study

LEAST_ROWS = 30


def by_skill(study: Study, traced: Sequence[Traced]) -> pd.DataFrame:
    """Mean gain and mean legacy scalar of every skill.

    Columns: variant (those that have halves), skill, n (scored test responses), gain, low, high (95 %, by student), legacy; means over the
    responses, then over runs.
    """
    frames = [_with_limits(run.rows).assign(variant=whole) for whole in halves_of(study) for run in _with_gains(traced, whole).values()]
    columns = ["variant", "skill", "n", "gain", "low", "high", "legacy"]
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames).groupby(["variant", "skill"], sort=False)[columns[2:]].mean().reset_index()[columns]


def figures(study: Study, traced: Sequence[Traced], variant: str, learned: Sequence[Learned] = ()) -> list[dict[str, Any]]:
    """Agreement of a variant's gains, where the study has two halves, and two seeds of a variant with halves.

    `split_half_r` and `seed_r` between runs, `reliability` of the fit to all students; `split_half_r_equal` and `reliability_equal` of
    gains in equal contexts, where the family tells them.
    """
    if variant not in (halves := halves_of(study)):
        return []
    first, second = (_with_gains(traced, half) for half in halves[variant])
    own = _with_gains(traced, variant)
    shared = [run for run in first if run in second]
    both = [(_gains(first[run].rows), _gains(second[run].rows)) for run in shared]
    seeds = [(_gains(own[one].rows), _gains(own[other].rows)) for one, other in combinations(own, 2) if one[0] == other[0]]
    one, other = (_equal(learned, half) for half in halves[variant])
    # of the skills that the others rest on
    equal = [
        (one[run].reindex(mean.index), other[run].reindex(mean.index)) for run, (mean, _) in zip(shared, both, strict=True) if run in one
    ]
    return [
        *_figures("split_half_r", "reliability", both),
        *_figures("split_half_r_equal", "reliability_equal", equal),
        *_figures("seed_r", None, seeds),
    ]


def agreement(pairs: Iterable[tuple[pd.Series, pd.Series]]) -> Estimate:
    """Mean over pairs of the correlation of two series by skill, or by skill and something else; NaN where one of a pair is constant."""
    found, draws = [], []
    for one, other in pairs:
        both = pd.concat([one, other], axis=1, keys=["one", "other"]).dropna()
        x, y = (both[name].to_numpy(np.float64) for name in ("one", "other"))
        found.append(pearson(x, y))
        draws.append(Clusters.of(both.index.get_level_values(0).to_numpy()).pearson(x, y))
    return Estimate(float(np.mean(found)), *interval(np.mean(draws, axis=0)))


def of_whole(r: float) -> float:
    """Reliability of a fit to all students from the correlation of fits to two halves of them.

    Sources: Spearman (1910) and Brown (1910), British Journal of Psychology 3; for r < 0 Krus and Helmstadter (1993), "The problem of
    negative reliabilities", Educational and Psychological Measurement 53, 643-650.

    Example:
        >>> of_whole(1.0), of_whole(0.0), of_whole(-1.0)
        (1.0, 0.0, -1.0)
    """
    return 2 * r / (1 + abs(r))


def _figures(key: str, corrected: str | None, pairs: list[tuple[pd.Series, pd.Series]]) -> list[dict[str, Any]]:
    """The agreement of pairs under `key`, and what it says of a fit to all students under `corrected`."""
    if not pairs:
        return []
    found = agreement(pairs)
    ends = {"value": found.value, "low": found.low, "high": found.high}
    rest = {"seed_sd": np.nan, "runs": len(pairs)}
    whole = [{"key": corrected, **{end: of_whole(value) for end, value in ends.items()}, **rest}] if corrected else []
    return [{"key": key, **ends, **rest}, *whole]


def _with_gains(traced: Sequence[Traced], variant: str) -> dict[tuple[int, int], Traced]:
    """The runs of a variant that have gains: one may be fitted to halves for the sake of other quantities."""
    return {name: run for name, run in runs_of.of(traced, variant).items() if run.rows["gain"].notna().any()}


def _equal(learned: Sequence[Learned], variant: str) -> dict[tuple[int, int], pd.Series]:
    """By (fold, seed) the gain of every skill in equal contexts."""
    return {run: gains.iloc[:, 0] for run, gains in values(learned, variant, "gain").items()}


def _gains(rows: pd.DataFrame) -> pd.Series:
    return _skills(rows).set_index("skill")["gain"]


def _skills(rows: pd.DataFrame) -> pd.DataFrame:
    """skill, n, gain, legacy."""
    grouped = rows.astype({"gain": np.float64, "legacy_gain": np.float64}).groupby("skill")
    skills = grouped.agg(n=("gain", "size"), gain=("gain", "mean"), legacy=("legacy_gain", "mean")).reset_index()
    return skills[skills["n"] >= LEAST_ROWS]


def _with_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """`_skills` with the 95 % interval of each mean gain over students: low, high."""
    draws = Clusters.of(rows["student"].to_numpy()).means_by_group(rows["gain"].to_numpy(np.float64), rows["skill"].to_numpy())  # (B, C)
    skills = _skills(rows)
    limits = [interval(draws[:, skill]) for skill in skills["skill"]]
    return skills.assign(low=[low for low, _ in limits], high=[high for _, high in limits])
