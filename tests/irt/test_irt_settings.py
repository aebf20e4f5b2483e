"""The keys of the irt blocks and of the reference family."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from glasskt.config import load
from glasskt.errors import UserError
from glasskt.irt.settings import DynamicSettings, StaticSettings
from glasskt.models.family import settings_class

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("model", "block"),
    [
        (StaticSettings, {"model": "3pl"}),
        (StaticSettings, {"discrimination_prior": 0}),
        (StaticSettings, {"backends": "mml"}),
        (DynamicSettings, {"levels": 3}),
        (DynamicSettings, {"levels": 2, "drift": 0.01}),
        (DynamicSettings, {"drift": -0.1}),
        (DynamicSettings, {"drift": float("inf")}),
        (DynamicSettings, {"drift": "fast"}),
        (DynamicSettings, {"drift_students": 0}),
        (settings_class("reference"), {"predictor": "best_lr"}),
        (settings_class("reference"), {"predictor": "pfa", "drift": True}),
    ],
)
def test_what_is_not_offered_is_refused(model, block):
    with pytest.raises(ValidationError):
        model.model_validate(block)


def test_a_wrong_name_in_params_yaml_is_one_line_with_the_nearest(tmp_path):
    lines = (ROOT / "params.yaml").read_text(encoding="utf-8").replace("backend: mml}", "backend: mml, override: [largest_spred]}")
    (tmp_path / "params.yaml").write_text(lines, encoding="utf-8")
    with pytest.raises(UserError, match=r'irt\.static\.override: no guard .largest_spred.\. Did you mean "largest_spread"'):
        load(tmp_path / "params.yaml")


def test_only_predictors_from_difficulties_depend_on_item_response_theory():
    reads = {name: settings_class("reference").model_validate({"predictor": name}).irt_files for name in ("afm", "pfa")}
    assert set(reads.values()) == {()}
    for predictor in ("rasch_filter", "skill_easiness", "two_level", "boosted"):
        assert settings_class("reference").model_validate({"predictor": predictor}).irt_files == ("items", "irt_fit")
