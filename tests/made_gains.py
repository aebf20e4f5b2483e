"""Runs of gain models beside a made study: variants of the notes, three with controls or halves, and what they say of the test students."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import made_study
from made_study import check, figure, scores

AUC = {
    "gainakt3.v0": 0.49,
    "gainakt3.v1": 0.585,
    "gainakt3.v2": 0.595,
    "gainakt3.v3_warmup": 0.605,
    "gainakt3.v3_phase1": 0.592,
    "gainakt3.ranged": 0.685,
    "gainakt3.theta": 0.716,
    "gainakt2.heads": 0.719,
}
GAIN_SD = {
    "gainakt3.v1": 0.004,
    "gainakt3.v2": 0.2,
    "gainakt3.v3_warmup": 0.005,
    "gainakt3.v3_phase1": 0.4,
    "gainakt3.ranged": 0.3,
    "gainakt3.theta": 0.25,
    "gainakt2.heads": 0.1,
}
CONTROLS = {"gainakt3.ranged": ("zero", "one"), "gainakt3.theta": ("one",)}
HALVES = {"gainakt3.v1": 0.0, "gainakt3.v3_phase1": 3.0, "gainakt3.ranged": 0.05}
"""Variant -> sd of what differs between two halves' gains of a skill, in units of what they share."""
STRENGTH = {
    "gainakt3.ranged": 1.0,
    "gainakt3.ranged_zero": 0.1,
    "gainakt3.ranged_one": 0.5,
    "gainakt3.theta": 1.0,
    "gainakt3.theta_one": 1.0,
}
"""How much of the predictable part of a response a made run knows."""

_CONTROL = {
    f"{variant}_{kind}": {"base": variant, "gain": kind, "control_of": variant} for variant, kinds in CONTROLS.items() for kind in kinds
}
_HALF = {f"{variant}_half_{half}": {"base": variant, "half": half} for variant in HALVES for half in (1, 2)}
SETTINGS: dict[str, dict[str, Any]] = {**{variant: {"base": variant} for variant in AUC}, **_CONTROL, **_HALF}


def parameters() -> dict[str, Any]:
    """What the stages read of params.yaml."""
    blocks: dict[str, dict[str, Any]] = {}
    for variant, settings in SETTINGS.items():
        family, name = variant.split(".")
        blocks.setdefault(family, {})[name] = settings
    return {**made_study.PARAMETERS, "variants": blocks}


def add(root: Path, files: dict[str, Any]) -> dict[str, Any]:
    """Write the gain runs below `root`; `files` of `made_study.write` with theirs."""
    interactions = pd.read_parquet(files["interactions"])
    rows = interactions.loc[interactions["split"] == "test", ["student", "step", "skill", "response"]].reset_index(drop=True)
    found = {key: list(files[key]) for key in ("metrics", "checks", "history", "by_student")} | {"traced": []}
    for variant, settings in SETTINGS.items():
        for seed in (1,) if "half" in settings else (1, 2):
            name = {"dataset": "made", "fold": 0, "variant": variant, "seed": seed}
            folder = root / f"made/fold0/{variant}/seed{seed}"
            auc = AUC[settings["base"]] - (0.01 if "gain" in settings else 0) - (0.02 if settings.get("gain") == "zero" else 0)
            shift = 0.002 * (seed - 1.5)
            glass = variant.startswith("gainakt3.")
            body = {"p_before": scores(auc + shift), "p_blackbox_before": scores(0.69 + shift) if glass else scores(auc + shift)}
            metrics = {**name, "settings": settings, "fit": {"parameters": 1000, "valid_auc": auc, "selected_epoch": 2}, "validation": body}
            said = {**metrics, "test": body, "calibration": made_study.judged(folder, auc + shift)}
            found["metrics"].append(made_study._json(folder / "metrics.json", said))
            found["by_student"].append(folder / "by_student.parquet")
            found["checks"].append(made_study._json(folder / "checks.json", {**name, "checks": checks(settings["base"], auc, shift)}))
            history = pd.DataFrame({"epoch": [1, 2], "valid_auc": auc, "beta_std": [0.5, 0.45], "theta_global_mean": [0.8, 0.42]})
            history.to_csv(folder / "history.csv", index=False)
            found["history"].append(folder / "history.csv")
            if variant in STRENGTH or variant in HALVES or "half" in settings:
                trajectories(rows, variant, settings, seed).to_parquet(folder / "trajectories.parquet", index=False)
                found["traced"].append(folder / "trajectories.parquet")
    return files | found


def checks(variant: str, auc: float, shift: float) -> list[dict[str, Any]]:
    """As `verify` writes them."""
    lowers = 0.3 if "theta" in variant else 0.0
    found = [
        check("mastery_response", "r(mastery before, response)", 0.32 if auc > 0.65 else 0.04, threshold=0.4, better="higher"),
        check("mastery_as_noted", "r(mean mastery, response) within students", 0.037 + shift),
        check("monotonicity", "share of responses that lower mastery", lowers, null=None, threshold=0.0, better="lower"),
        check("gain_spread", "mean of practised gains", 0.5, null=None),
        check("gain_spread", "sd of practised gains", 0.1, null=None, threshold=0.05, better="higher"),
        check("gain_spread", "mean of the legacy scalar", 0.59, null=None),
        {**check("gain_spread", "sd of the legacy scalar", 0.0, null=None), **figure(0.003 + shift / 10, 0.0001)},
        check("gain_by_response", "gain after right / after wrong", 1.4, null=1.0),
        check("gain_by_response", "legacy scalar after right / after wrong", 1.001, null=1.0),
        check("gain_by_response", "r(gain, response)", 0.2),
        check("gain_by_skill", "CV of skill mean legacy scalars", 0.002),
        check("gain_by_skill", "CV of skill mean gains", 0.3, threshold=0.2, better="higher"),
    ]  # fmt: skip
    if variant.startswith("gainakt3."):
        found.append(check("glass_path_auc", "AUC of p before", auc + shift, null=0.61, threshold=0.62, better="higher"))
        found.append(check("prediction_width", "range of p before", 0.16, null=0.5, threshold=0.3, better="higher"))
    if variant in GAIN_SD:
        found.append(check("gain_spread", "sd of gains over skills", GAIN_SD[variant] + shift / 2, threshold=0.1, better="higher"))
    return found


def trajectories(rows: pd.DataFrame, variant: str, settings: dict[str, Any], seed: int) -> pd.DataFrame:
    """Gains that are a skill's own plus what differs between halves; predictions that know as much as `STRENGTH` says."""
    base = settings["base"]
    own = 0.5 + 0.1 * np.sin(np.arange(made_study.SKILLS))
    apart = (
        np.random.default_rng(settings.get("half", 0)).normal(0, 0.1 * HALVES.get(base, 0), made_study.SKILLS) if "half" in settings else 0
    )
    known = STRENGTH.get(variant, 1.0) * (0.8 * (rows["response"] - 0.6) + 0.2 * rows["skill"])
    noise = np.random.default_rng(seed).normal(0, 1, len(rows))
    p = 1 / (1 + np.exp(-(known + noise)))
    gain = (own + apart)[rows["skill"]].astype(np.float32)
    return rows.assign(p_before=p.astype(np.float32), gain=gain, legacy_gain=np.float32(0.59))
