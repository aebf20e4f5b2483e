"""Why a model predicts what it does: the terms of one prediction, and what one more answer would do to them."""
