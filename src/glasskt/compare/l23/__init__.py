"""The report of note 003, rebuilt: what the form of l_23 does to prediction, alignment, scale, agreement and training."""
