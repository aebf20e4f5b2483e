"""Deep knowledge tracing: the black box to compare with."""
