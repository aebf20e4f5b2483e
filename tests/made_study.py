"""A small made study: files of `preprocess`, `fit-irt`, `track-ability`, `trajectories` and `verify` with figures that a test can know."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.bootstrap import Clusters
from glasskt.compare.calibration import calibration
from glasskt.compare.contributions import METRICS

FOCUS = "ikt3.split"
SKILLS = 6
PARAMETERS: dict[str, Any] = {
    "studies.made": {"dataset": "made", "folds": [0], "seeds": [1, 2], "focus": FOCUS, "variants": ["*"]},
    "variants": {},
}
AUC = {
    "reference.skill_easiness": 0.637,
    "reference.rasch_filter": 0.688,
    "dkt.base": 0.728,
    "ikt3.mean": 0.719,
    "ikt3.direct": 0.7185,
    "ikt3.dynamic": 0.7105,
    FOCUS: 0.727,
    "ikt3.dynamic_light": 0.715,
    "ikt3.dynamic_heavy": 0.695,
    "ikt3.direct_as_found": 0.70,
}
FORMS = {
    "ikt3.mean": "mean",
    "ikt3.direct": "direct",
    "ikt3.dynamic": "dynamic",
    FOCUS: "dynamic",
    "ikt3.dynamic_light": "dynamic",
    "ikt3.dynamic_heavy": "dynamic",
    "ikt3.direct_as_found": "direct",
}
LAMBDA = {"ikt3.dynamic_light": 0.1, "ikt3.dynamic_heavy": 0.9}
THETA_R = {"ikt3.dynamic_light": 0.8, "ikt3.dynamic_heavy": 0.95, "reference.rasch_filter": 0.99}
SPECIAL: dict[str, dict[str, Any]] = {
    FOCUS: {"split": True},
    "ikt3.direct_as_found": {"as_found": {"unmasked": True, "zero_filled": "missing"}},
    **{variant: {"lambda": {"target": target}} for variant, target in LAMBDA.items()},
}
THETA_SD = {
    "ikt3.mean": 3.1,
    "ikt3.direct": 0.52,
    "ikt3.dynamic": 0.61,
    FOCUS: 0.63,
    "ikt3.dynamic_light": 0.7,
    "ikt3.dynamic_heavy": 0.6,
    "ikt3.direct_as_found": 0.12,
    "reference.rasch_filter": 0.64,
}


def figure(value: float, width: float = 0.005) -> dict[str, float]:
    return {"value": value, "low": value - width, "high": value + width}


def scores(auc: float) -> dict[str, Any]:
    return {
        "n": 400,
        "auc": figure(auc),
        "accuracy": figure(0.75),
        "log_loss": figure(0.51),
        "brier": figure(0.17),
        "ece": {"value": 0.012},
        "r": figure(auc - 0.36, 0.008),
    }


def check(
    name: str, quantity: str, value: float, *, null: float | None = 0.0, threshold: float | None = None, better: str = "none"
) -> dict[str, Any]:
    return {
        "check": name,
        "quantity": quantity,
        "question": f"What is {quantity}?",
        **figure(value, 0.01),
        "null": null,
        "null_is": "permuted responses",
        "threshold": threshold,
        "better": better,
        "source": "note 003",
        "n": 400,
    }


def settings(variant: str) -> dict[str, Any]:
    family, name = variant.split(".")
    if family == "reference":
        return {"predictor": name}
    return {"l_23": {"form": FORMS[variant]}, **SPECIAL.get(variant, {})} if variant in FORMS else {"width": 64}


def history(variant: str) -> pd.DataFrame:
    epochs = pd.DataFrame({"epoch": [1, 2, 3], "valid_auc": AUC[variant]})
    if variant not in FORMS:
        return epochs
    return epochs.assign(
        **{"lambda": [0.1, 0.3, 0.5]},
        valid_l_bce=[0.6, 0.55, 0.1],
        valid_l_21=[9.0, 7.0, 4.0],
        valid_l_23=[5.0, 4.0, 1.0],
        valid_theta_sd=[0.3, 0.2, THETA_SD[variant]],
        share_l_bce=0.7,
        share_l_23=[0.1, 0.2, 0.3],
        gradient_norm_l_23=0.4,
        gradient_cosine_l_bce_l_23=[0.3, 0.0, -0.2],
    )


def checks(variant: str, shift: float) -> list[dict[str, Any]]:
    if variant not in THETA_SD:
        return []
    found = [
        check("theta_static", "r(theta, static theta)", 0.84 + shift, threshold=0.85, better="higher"),
        check("theta_dynamic", "r(theta, dynamic theta)", THETA_R.get(variant, 0.9) + shift, threshold=0.85, better="higher"),
    ]
    if variant in FORMS:
        found += [
            check("mastery_response", "r(mastery before, response)", 0.33 + shift, threshold=0.4, better="higher"),
            check("mastery_irt", "r(mastery, IRT mastery)", 0.8 + shift, threshold=0.85, better="higher"),
            check("glass_path_auc", "AUC of p before", AUC[variant] + shift, null=0.61, threshold=0.62, better="higher"),
            check("prediction_width", "range of p before", 0.7, null=0.5, threshold=0.3, better="higher"),
            check("l_21", "l_21", 0.53, null=0.58, threshold=0.15, better="lower"),
            check("l_21", "l_21 KL", 0.02, null=0.05, better="lower"),
            check("l_23", "l_23", 2.0 if variant == "ikt3.mean" else 0.2, null=0.34),
            check("l_23", "l_23 mean form", 0.02, null=0.34),
            check("l_23", "l_23 R2 dynamic", 0.8, better="higher"),
            check("scale", "theta sd", THETA_SD[variant], null=0.58),
        ]
    return found


def judged(folder: Path, auc: float) -> dict[str, Any]:
    """Write by_student.parquet of a made run; what its metrics.json says of calibration."""
    rng = np.random.default_rng(int(1e4 * auc))
    adds = pd.DataFrame({"student": np.arange(40, 60), **{metric: 1e-3 * rng.standard_normal(20) for metric in METRICS}})
    folder.mkdir(parents=True, exist_ok=True)
    adds.to_parquet(folder / "by_student.parquet", index=False)
    p = rng.uniform(0.2, 0.95, 400)
    students = Clusters.of(np.repeat(np.arange(20), 20), resamples=20)
    return calibration(p, (rng.random(400) < p).astype(float), students)


def write(root: Path, *, scored_test: int = 400) -> dict[str, Any]:
    """Write every file below `root`; the arguments that the stages compare and paper take, by name."""
    interactions = _interactions()
    facts = _facts(interactions, scored_test)
    files: dict[str, Any] = {"metrics": [], "checks": [], "history": [], "by_student": []}
    for variant, auc in AUC.items():
        for seed in (1, 2):
            name = {"dataset": "made", "fold": 0, "variant": variant, "seed": seed}
            shift = 0.002 * (seed - 1.5)
            head = scores(auc + shift - 0.01) if variant in FORMS else None
            body = {"p_before": scores(auc + shift), "p_blackbox_before": head}
            fit = {"parameters": 1000, "valid_auc": auc, **({"lambda": LAMBDA.get(variant, 0.5), "selected_epoch": 3} if head else {})}
            folder = root / f"made/fold0/{variant}/seed{seed}"
            metrics = {**name, "settings": settings(variant), "fit": fit, "validation": body, "test": body}
            files["metrics"].append(_json(folder / "metrics.json", {**metrics, "calibration": judged(folder, auc + shift)}))
            files["by_student"].append(folder / "by_student.parquet")
            files["history"].append(folder / "history.csv")
            folder.mkdir(parents=True, exist_ok=True)
            history(variant).to_csv(folder / "history.csv", index=False)
            files["checks"].append(_json(folder / "checks.json", {**name, "checks": checks(variant, shift)}))
    irt = root / "made/fold0/irt"
    tables = _tables(interactions)
    for key, frame in {"items": tables["items"], "students": tables["students"], "theta": tables["theta"]}.items():
        irt.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(irt / f"{key}.parquet", index=False)
        files[key] = irt / f"{key}.parquet"
    fit = {
        "model": "rasch",
        "backend": "mml",
        "sigma": 0.74,
        "eap_sd": 0.58,
        "reliability": 0.71,
        "log_likelihood": -1234.5,
        "n_students": 40,
        "n_responses": 900,
    }
    files["irt_fit"] = _json(irt / "fit.json", fit)
    files["tracking"] = _json(irt / "tracking.json", {"drift_variance": 0.0078, "log_likelihood": -1200.0})
    fits = irt / "as_found/fits.parquet"
    fits.parent.mkdir()
    _fits().to_parquet(fits, index=False)
    files["as_found_fits"] = fits
    files["facts"] = _json(root / "made/dataset.json", facts)
    interactions.to_parquet(root / "made/interactions.parquet", index=False)
    files["interactions"] = root / "made/interactions.parquet"
    run = root / f"made/fold0/{FOCUS}/seed1/trajectories.parquet"
    tables["trajectories"].to_parquet(run, index=False)
    files["trajectories"] = run
    return files


def _json(path: Path, content: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _interactions() -> pd.DataFrame:
    random = np.random.default_rng(0)
    rows = []
    for student in range(60):
        theta = random.normal(0, 0.8)
        for step in range(int(random.integers(5, 50))):
            skill = int(random.integers(SKILLS))
            p = 1 / (1 + np.exp(-(theta + 0.02 * step + 1.2 - 0.4 * skill)))
            rows.append(
                (
                    student,
                    step,
                    skill,
                    int(random.random() < p),
                    "test" if student >= 40 else "train_valid",
                    None if student >= 40 else student % 5,
                )
            )
    frame = pd.DataFrame(rows, columns=["student", "step", "skill", "response", "split", "fold"])
    return frame.assign(fold=frame["fold"].astype("Int64"), item=None, time=np.nan)


def _facts(interactions: pd.DataFrame, scored_test: int) -> dict[str, Any]:
    lengths = interactions.groupby("student").size()
    parts = {
        name: {"students": int(part["student"].nunique()), "responses": len(part), "success_rate": float(part["response"].mean())}
        for name, part in interactions.groupby("split")
    }
    return {
        "dataset": "made",
        "n_students": 60,
        "n_skills": SKILLS,
        "n_responses": len(interactions),
        "folds": [0, 1, 2, 3, 4],
        "skill_names": [f"skill_{skill}" for skill in range(SKILLS)],
        "splits": parts,
        "scored_test": scored_test,
        "lengths": {
            "median": float(lengths.median()),
            "mean": float(lengths.mean()),
            "p95": float(lengths.quantile(0.95)),
            "max": int(lengths.max()),
        },
    }


def _fits() -> pd.DataFrame:
    """As fit-as-found writes them."""
    rows = [
        ("mml", "all", None, -1.3, 0.7, 0.74, 1.0, 0.0, ""),
        ("2pl", "all", None, -1.8, 0.9, 1.0, 0.99, 0.9, ""),
        ("mml", "first", None, -1.2, 0.7, 0.8, 0.98, 0.2, ""),
        ("2pl", "first", None, -1.6, 0.9, 1.0, 0.97, 0.9, ""),
        ("py-irt", "all", 300, -1.3, 0.71, 0.75, 0.999, 0.1, ""),
        ("vague", "all", 500, -5.5, 3.9, 1.6, 0.93, 10.0, "movement, location"),
        ("vague", "last", 500, -13.0, 4.1, 0.9, 0.76, 10.4, "movement, extremes"),
    ]
    columns = ["fit", "responses", "epochs", "beta_mean", "beta_sd", "theta_sd", "mml_r", "mml_max_difference", "refused_by"]
    fits = pd.DataFrame(rows, columns=columns).assign(n_responses=900, beta_min=-9.0, beta_max=1.0, scores_sd=2.5, reliability=0.8)
    return fits.astype({"epochs": "Int64"})


def _tables(interactions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rate = interactions.groupby("skill")["response"].agg(["mean", "size"])
    logit = np.log(rate["mean"] / (1 - rate["mean"]))
    items = pd.DataFrame(
        {
            "skill": rate.index,
            "beta": -logit.to_numpy(),
            "se": 0.1,
            "discrimination": 1.0,
            "infit": 1.0,
            "outfit": 0.98,
            "n_responses": rate["size"].to_numpy(),
            "success_rate": rate["mean"].to_numpy(),
        }
    )
    seen = interactions.groupby("student")["response"]
    running = (interactions["response"] - 0.6).groupby(interactions["student"]).cumsum() / 5
    before = running.groupby(interactions["student"]).shift(fill_value=0.0)
    sd = 0.74 / np.sqrt(1 + 0.1 * interactions["step"])
    theta = interactions[["student", "step"]].assign(
        theta_before=before,
        theta_before_sd=sd,
        theta_after=running,
        theta_after_sd=sd * 0.98,
        theta_smoothed=running,
        theta_smoothed_sd=sd * 0.5,
        p_before=1 / (1 + np.exp(-before)),
    )
    final = running.groupby(interactions["student"]).last()
    students = pd.DataFrame(
        {
            "student": final.index,
            "theta": final.to_numpy(),
            "sd": 0.4,
            "role": np.where(final.index >= 40, "test", np.where(final.index % 5 == 0, "validation", "train")),
            "n_responses": seen.size().to_numpy(),
        }
    )
    held_out = (interactions["split"] == "test") | (interactions["fold"] == 0).fillna(False)
    part = interactions.loc[held_out.astype(bool), ["student", "step", "skill", "response"]]
    own = 0.9 * before[part.index] + 0.05
    trajectories = part.assign(
        p_before=theta["p_before"], p_blackbox_before=np.nan, mastery_before=theta["p_before"], mastery_after=theta["p_before"],
        gain=np.nan,
        theta_before=own, theta_after=0.9 * running[part.index] + 0.05, beta=items["beta"].to_numpy()[part["skill"]],
    )  # fmt: skip
    return {"items": items, "students": students, "theta": theta, "trajectories": trajectories.reset_index(drop=True)}
