"""GainAKT3Exp: gains of every response add up to practice, practice to mastery, and mastery predicts (notes 000, 001, 002)."""
