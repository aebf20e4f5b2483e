"""Metrics, intervals and the tables of a study."""
