"""What the table of gain models holds: keys, words, and the file that each figure comes from."""

from glasskt.compare.layout import compact, number

WORDS = {
    "auc_glass": "AUC, glass path",
    "auc_blackbox": "AUC, black box",
    "auc_glass_valid": "AUC, glass path, validation",
    "auc_blackbox_valid": "AUC, black box, validation",
    "width": "range of predictions",
    "mastery_r": "mastery r",
    "mastery_r_noted": "mastery r, as noted",
    "gain_mean": "mean gain",
    "legacy_mean": "mean scalar",
    "legacy_sd": "scalar sd",
    "gain_sd": "gain sd",
    "gain_sd_practised": "gain sd, practised",
    "gain_cv": "CV of skills' gains",
    "legacy_cv": "CV of skills' scalars",
    "gain_ratio": "gain after right / wrong",
    "legacy_ratio": "scalar after right / wrong",
    "gain_r": "r of gain and response",
    "split_half_r": "split-half r",
    "reliability": "reliability",
    "split_half_r_equal": "split-half r, equal contexts",
    "reliability_equal": "reliability, equal contexts",
    "seed_r": "r of seeds",
    "beta_sd": "β sd",
    "theta_global": "threshold of mastery",
    "violations": "lowers mastery",
}
"""Key -> words."""

PRINTED = {
    "auc_glass": "AUC, glass path",
    "auc_blackbox": "AUC, black box",
    "mastery_r": "mastery r",
    "legacy_sd": "scalar sd",
    "gain_sd": "gain sd",
    "gain_cv": "gain CV",
    "split_half_r": "r of halves",
    "split_half_r_equal": "r of halves, equal contexts",
    "seed_r": "r of seeds",
    "beta_sd": "β sd",
    "violations": "lowers mastery",
}
"""Key -> head of its column where the table is read."""

METRICS = {
    "auc_glass": ("test", "p_before", "auc"),
    "auc_glass_valid": ("validation", "p_before", "auc"),
    "auc_blackbox": ("test", "p_blackbox_before", "auc"),
    "auc_blackbox_valid": ("validation", "p_blackbox_before", "auc"),
}
"""Key -> rows, path and metric. A model without a glass path has the black box's only."""

CHECKS = {
    "width": ("prediction_width", "range of p before"),
    "mastery_r": ("mastery_response", "r(mastery before, response)"),
    "mastery_r_noted": ("mastery_as_noted", "r(mean mastery, response) within students"),
    "gain_mean": ("gain_spread", "mean of practised gains"),
    "legacy_mean": ("gain_spread", "mean of the legacy scalar"),
    "legacy_sd": ("gain_spread", "sd of the legacy scalar"),
    "gain_sd": ("gain_spread", "sd of gains over skills"),
    "gain_sd_practised": ("gain_spread", "sd of practised gains"),
    "gain_cv": ("gain_by_skill", "CV of skill mean gains"),
    "legacy_cv": ("gain_by_skill", "CV of skill mean legacy scalars"),
    "gain_ratio": ("gain_by_response", "gain after right / after wrong"),
    "legacy_ratio": ("gain_by_response", "legacy scalar after right / after wrong"),
    "gain_r": ("gain_by_response", "r(gain, response)"),
    "violations": ("monotonicity", "share of responses that lower mastery"),
}
"""Key -> the check and the quantity that it comes from."""

HISTORY = {"beta_sd": "beta_std", "theta_global": "theta_global_mean"}
"""Key -> column of history.csv, at the epoch that was kept."""


AGREEMENTS = ("split_half_r", "reliability", "split_half_r_equal", "reliability_equal", "seed_r")
"""Of gains, between runs; the interval is over skills."""


def text(key: str, value: float) -> str:
    """A figure of `key` as text."""
    return number(value, 4) if key in METRICS else number(value, 2) if key in AGREEMENTS else compact(value)
