"""The numbers, figures and pages of a study's paper."""
