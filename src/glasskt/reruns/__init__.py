"""What would run again, why, and what no study accounts for: from run records, without asking an engine."""
