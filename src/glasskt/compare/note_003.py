"""Figures that note 003 reports for its two iKT3 runs on ASSIST2015 (fold 0, seed 42) and for its item response reference.

Source: note 003, "Comparison: l_23 Loss Modification Impact" (7 December 2025), runs 290365 (mean form) and 161656 (direct form).
The note labels the two correlations "theta"; its evaluation correlates mastery with the reference's mastery, so they stand as that here.
"""

SOURCE = "note 003"

REFERENCE: dict[str, float] = {
    "theta_sd": 2.53,
    "beta_mean": -5.76,
    "beta_sd": 3.99,
    "beta_min": -13.22,
    "beta_max": 5.01,
}
"""The item response reference that both runs were aligned with, in logits."""

RUNS: dict[str, dict[str, float]] = {
    "mean (290365)": {
        "auc_blackbox": 0.7185,
        "accuracy_blackbox": 0.7466,
        "l_21": 9.5794,
        "l_22": 0.0048,
        "l_23_mean": 0.0185,
        "theta_mean": 28.22,
        "theta_sd": 33.89,
        "theta_min": -13.37,
        "theta_max": 64.67,
        "mastery_mean": 0.683,
        "mastery_sd": 0.430,
        "mastery_r": 0.309,
        "mastery_rho": 0.494,
    },
    "direct (161656)": {
        "auc_blackbox": 0.7182,
        "accuracy_blackbox": 0.7473,
        "l_21": 4.5743,
        "l_22": 0.0327,
        "l_23": 0.2229,
        "theta_mean": -0.18,
        "theta_sd": 0.14,
        "theta_min": -0.53,
        "theta_max": 0.13,
        "beta_mean": -4.96,
        "beta_sd": 3.78,
        "mastery_mean": 0.857,
        "mastery_sd": 0.242,
        "mastery_r": 0.071,
        "mastery_rho": 0.100,
    },
}
"""By run. AUC and accuracy are the black-box head's on the test rows; l_21 is a cross-entropy, l_22 and l_23 are mean squared errors, the
latter in each run's own form; theta and beta are in logits."""

EPOCH_30: dict[str, dict[str, float]] = {"mean (290365)": {"l_bce": 0.0909}, "direct (161656)": {"l_bce": 0.0929}}
"""The prediction loss of the last epoch, by run, from the note's table of training; the only one it gives."""

FORM_OF_RUN = {"mean (290365)": "mean", "direct (161656)": "direct"}
"""The form of l_23 that each run trained with."""

ASKED_R = 0.85
"""The correlation with the reference that the note asks of theta."""
