"""Figures that notes 000 to 002 report for GainAKT3Exp on ASSIST2015 (fold 0, seed 42), and those of GainAKT2Exp once note 004 was mended.

Sources: note 000 (V0), note 001 (V1, V2), note 002 (V3, phase 1); for GainAKT2Exp `paper/bugs.md` of the notes' repository, since note 004
gives no figure. The gains, their CV and ratio come from the notes' trajectories (659 responses of 10 students), the AUCs and the mastery r
of V1 to V3 from their test or validation students.
"""

RUNS: dict[str, dict[str, float]] = {
    "V0 (999787)": {"auc_glass_valid": 0.4842, "auc_blackbox_valid": 0.6765, "mastery_r": -0.044, "width": 0.16},
    "V1 (995130)": {
        "auc_glass_valid": 0.5868,
        "auc_glass": 0.5835,
        "auc_blackbox_valid": 0.6897,
        "mastery_r": 0.0372,
        "gain_mean": 0.5884,
        "gain_sd": 0.0015,
        "gain_cv": 0.0016,
        "gain_ratio": 1.00,
    },
    "V2 (820618)": {
        "auc_glass_valid": 0.5969,
        "auc_glass": 0.5931,
        "auc_blackbox_valid": 0.6893,
        "mastery_r": 0.0379,
        "gain_mean": 0.5854,
        "gain_sd": 0.0017,
        "gain_cv": 0.0019,
        "gain_ratio": 1.00,
    },
    "V3 (970206)": {
        "auc_glass_valid": 0.5935,
        "auc_glass": 0.5903,
        "auc_blackbox_valid": 0.6648,
        "auc_blackbox": 0.6593,
        "mastery_r": 0.039,
        "gain_mean": 0.5883,
        "gain_sd": 0.0018,
        "gain_cv": 0.0021,
        "gain_ratio": 0.9996,
        "gain_r": 0.010,
        "beta_sd": 0.448,
        "theta_global": 0.421,
    },
    "standard (677277)": {"auc_blackbox": 0.7191, "mastery_r": 0.111, "gain_r": 0.011},
    "intrinsic (322356)": {"auc_blackbox": 0.7139, "mastery_r": 0.060, "gain_r": 0.062},
}
"""By run. auc_glass is encoder 2's, auc_blackbox encoder 1's, on the test rows, or with _valid on the validation rows; width is the range
of encoder 2's predictions; beta_sd and theta_global are those of the last epoch. The "gain" that they export is the legacy scalar."""

SOURCES = {
    "V0 (999787)": "note 000",
    "V1 (995130)": "note 001",
    "V2 (820618)": "note 001",
    "V3 (970206)": "note 002",
    "standard (677277)": "bugs.md",
    "intrinsic (322356)": "bugs.md",
}

RUN_OF_VARIANT = {
    "gainakt3.v0": "V0 (999787)",
    "gainakt3.v1": "V1 (995130)",
    "gainakt3.v2": "V2 (820618)",
    "gainakt3.v3_phase1": "V3 (970206)",
    "gainakt3.v3_current": "V3 (970206)",
    "gainakt2.heads": "standard (677277)",
    "gainakt2.intrinsic": "intrinsic (322356)",
}
"""The run that a variant repeats; of V3 with the notes' fault (`v3_current`) and without."""

OTHER_SIZES = ("_attention", "_full")
"""Endings of the names of variants that repeat the same run with another encoder."""

ASKED: dict[str, float] = {"gain_sd": 0.05, "gain_cv": 0.20, "gain_ratio": 1.2, "mastery_r": 0.30}
"""What note 001 asks of gains that are not uniform."""


def run_of(variant: str) -> str | None:
    """The notes' run that a variant repeats.

    Example:
        >>> run_of("gainakt3.v1_attention"), run_of("gainakt3.ranged")
        ('V1 (995130)', None)
    """
    for ending in OTHER_SIZES:
        variant = variant.removesuffix(ending)
    return RUN_OF_VARIANT.get(variant)
