"""Verification checks, one module each: does an inner quantity mean what its name claims? What they share lies in `parts`."""
