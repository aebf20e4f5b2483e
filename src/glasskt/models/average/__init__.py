"""The mean of what finished runs say: no model of its own, and the best predictor where its members err apart."""
