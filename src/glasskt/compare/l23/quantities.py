"""What the five tables of the report hold: keys, words, and the file that each figure comes from."""

from glasskt.compare.layout import compact, number

WORDS: dict[str, dict[str, str]] = {
    "l23_prediction": {
        "auc": "AUC",
        "accuracy": "accuracy",
        "log_loss": "log loss",
        "auc_blackbox": "AUC, black-box head",
        "accuracy_blackbox": "accuracy, black-box head",
    },
    "l23_alignment": {
        "l_21": "l_21",
        "l_21_kl": "KL, static",
        "l_21_kl_dynamic": "KL, dynamic",
        "l_22": "l_22",
        "l_23_mean": "l_23, mean form",
        "l_23": "l_23, direct form",
        "l_23_dynamic": "l_23, dynamic form",
        "l_23_r2": "R², static",
        "l_23_r2_dynamic": "R², dynamic",
    },
    "l23_scale": {
        "theta_mean": "θ mean",
        "theta_sd": "θ sd",
        "theta_min": "θ least",
        "theta_max": "θ greatest",
        "beta_mean": "β mean",
        "beta_sd": "β sd",
        "mastery_mean": "mastery mean",
        "mastery_sd": "mastery sd",
    },
    "l23_agreement": {
        "theta_r_dynamic": "θ, dynamic",
        "theta_r_static": "θ, static",
        "theta_r_static_1": "after 1",
        "theta_r_static_5": "after 5",
        "theta_r_static_10": "after 10",
        "theta_r_static_20": "after 20",
        "theta_r_static_50": "after 50",
        "mastery_r": "mastery r",
        "mastery_rho": "mastery ρ",
    },
    "l23_training": {
        "lambda": "λ",
        "epoch": "epoch",
        "share_l_bce": "share l_bce",
        "share_l_21": "share l_21",
        "share_l_23": "share l_23",
        "gradient_norm_l_bce": "norm l_bce",
        "gradient_norm_l_21": "norm l_21",
        "gradient_norm_l_23": "norm l_23",
        "gradient_cosine_l_bce_l_21": "cosine l_bce, l_21",
        "gradient_cosine_l_bce_l_23": "cosine l_bce, l_23",
    },
}
"""Table -> key -> words at the head of its column, in the order of the page."""

CHECKS = {
    "l_21": ("l_21", "l_21"),
    "l_21_kl": ("l_21", "l_21 KL"),
    "l_21_kl_dynamic": ("l_21", "l_21 KL dynamic"),
    "l_22": ("l_22", "l_22"),
    "l_23_mean": ("l_23", "l_23 mean form"),
    "l_23": ("l_23", "l_23"),
    "l_23_dynamic": ("l_23", "l_23 dynamic"),
    "l_23_r2": ("l_23", "l_23 R2"),
    "l_23_r2_dynamic": ("l_23", "l_23 R2 dynamic"),
    "theta_mean": ("scale", "theta mean"),
    "theta_sd": ("scale", "theta sd"),
    "theta_min": ("scale", "theta min"),
    "theta_max": ("scale", "theta max"),
    "beta_mean": ("scale", "beta mean"),
    "beta_sd": ("scale", "beta sd"),
    "mastery_mean": ("scale", "mastery mean"),
    "mastery_sd": ("scale", "mastery sd"),
    "theta_r_static": ("theta_static", "r(theta, static theta)"),
    **{f"theta_r_static_{seen}": ("theta_static", f"r(theta, static theta) after {seen}") for seen in (1, 5, 10, 20, 50)},
    "theta_r_dynamic": ("theta_dynamic", "r(theta, dynamic theta)"),
    "mastery_r": ("mastery_irt", "r(mastery, IRT mastery)"),
    "mastery_rho": ("mastery_irt", "rho(mastery, IRT mastery)"),
}
"""Key -> the check and the quantity that it comes from."""

METRICS = {
    "auc": ("p_before", "auc"),
    "accuracy": ("p_before", "accuracy"),
    "log_loss": ("p_before", "log_loss"),
    "auc_blackbox": ("p_blackbox_before", "auc"),
    "accuracy_blackbox": ("p_blackbox_before", "accuracy"),
}
"""Key -> path and metric of the test rows."""

HISTORY = tuple(WORDS["l23_training"])
"""Columns of history.csv, at the epoch that was kept."""

FOUR_DIGITS = frozenset(METRICS)


def text(key: str, value: float) -> str:
    """A figure of the column `key` as text."""
    if key == "epoch":
        return number(value, 0 if float(value).is_integer() else 1)
    return number(value, 4) if key in FOUR_DIGITS else compact(value)
