"""Fitting any torch family: the loop, its schedules and the estimator. Knows no family by name."""
