"""Do the gains of skills repeat? Their means, between models that saw different students and between seeds.

Mean gain of a skill: over the scored test responses that practise it, skills with at least 30 of them. Gains that differ between skills
and do not repeat are noise; but a gain that follows the response repeats without being learned, since easy skills are answered right more
often. The interval is a bootstrap over skills.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.bootstrap import Clusters, interval
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
    frames = [_with_limits(run.rows).assign(variant=whole) for whole in halves_of(study) for run in runs_of.of(traced, whole).values()]
    columns = ["variant", "skill", "n", "gain", "low", "high", "legacy"]
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames).groupby(["variant", "skill"], sort=False)[columns[2:]].mean().reset_index()[columns]


def figures(study: Study, traced: Sequence[Traced], variant: str) -> list[dict[str, Any]]:
    """`split_half_r` and `seed_r` of a variant, where the study has two halves, and two seeds of a variant with halves."""
    if variant not in (halves := halves_of(study)):
        return []
    first, second = (runs_of.of(traced, half) for half in halves[variant])
    own = runs_of.of(traced, variant)
    pairs = {
        "split_half_r": [(first[run], second[run]) for run in first if run in second],
        "seed_r": [(own[one], own[other]) for one, other in combinations(own, 2) if one[0] == other[0]],
    }
    return [_figure(key, of_key) for key, of_key in pairs.items() if of_key]


def agreement(pairs: Iterable[tuple[pd.Series, pd.Series]]) -> Estimate:
    """Mean over pairs of the correlation of two series of skills' mean gains; NaN where one of a pair is constant."""
    values, draws = [], []
    for one, other in pairs:
        both = pd.concat([one, other], axis=1, keys=["one", "other"]).dropna()
        x, y = (both[name].to_numpy(np.float64) for name in ("one", "other"))
        values.append(pearson(x, y))
        draws.append(Clusters.of(both.index.to_numpy()).pearson(x, y))
    return Estimate(float(np.mean(values)), *interval(np.mean(draws, axis=0)))


def _figure(key: str, pairs: list[tuple[Traced, Traced]]) -> dict[str, Any]:
    found = agreement([(_gains(one.rows), _gains(other.rows)) for one, other in pairs])
    return {"key": key, "value": found.value, "low": found.low, "high": found.high, "seed_sd": np.nan, "runs": len(pairs)}


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
