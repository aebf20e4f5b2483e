"""The curve of a model's ability beside the filter's: two lines where there are two, one where they are the same."""

import numpy as np
import pandas as pd
import pytest

from glasskt.paper.figures import ability


@pytest.mark.parametrize(("offset", "names"), [(0.0, ["exact filter and m"]), (0.5, ["exact filter", "m"])])
def test_an_ability_that_is_the_filters_is_one_line(offset: float, names: list[str]) -> None:
    rng = np.random.default_rng(0)
    final = rng.normal(size=60)
    steps = pd.MultiIndex.from_product([range(60), range(6)], names=["student", "step"]).to_frame(index=False)
    filtered = steps.assign(theta_before=final[steps["student"]] + rng.normal(size=len(steps)))
    own = filtered.assign(theta_before=filtered["theta_before"] + offset * rng.normal(size=len(steps)))
    students = pd.DataFrame({"student": range(60), "theta": final, "role": "test"})
    (axes,) = ability.draw(filtered, students, own, "m").axes
    assert axes.get_legend_handles_labels()[1] == names


def test_a_model_without_an_ability_leaves_the_filter_alone() -> None:
    steps = pd.MultiIndex.from_product([range(8), range(3)], names=["student", "step"]).to_frame(index=False)
    filtered = steps.assign(theta_before=np.random.default_rng(1).normal(size=len(steps)))
    students = pd.DataFrame({"student": range(8), "theta": np.linspace(-1, 1, 8), "role": "test"})
    (axes,) = ability.draw(filtered, students, filtered.assign(theta_before=np.nan), "m").axes
    assert axes.get_legend_handles_labels()[1] == ["exact filter"]
