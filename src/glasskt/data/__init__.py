"""Response logs as one table: catalogue, readers, simulator, cohorts and batches. Knows no model."""
