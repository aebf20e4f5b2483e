"""Published test AUCs on ASSIST2015: means over five folds on pyKT's window test, 134,640 scored responses."""

SCORED_TEST = 134_640
"""Scored test responses of pyKT's ASSIST2015 files: every response but a student's first. A data set with this number is that one."""

AUC: dict[str, tuple[float, str]] = {
    "DKT": (0.7271, "pyKT"),
    "AKT": (0.7281, "pyKT"),
    "DKVMN": (0.7227, "pyKT"),
    "SAKT": (0.7114, "pyKT"),
    "qDKT": (0.7307, "leap-kt"),
    "BKT": (0.7019, "leap-kt"),
}
"""Model -> test AUC and who reports it: the pyKT benchmark (NeurIPS 2022) or leap-kt."""

GOOD_AUC = 0.727
"""The least test AUC of a predictor that may serve as a ceiling on these rows: what the published networks reach."""
