"""GainAKT2Exp: a predicting head, and beside it gains whose sum is mastery, held to the responses by auxiliary losses (note 004)."""
