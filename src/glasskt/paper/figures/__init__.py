"""The paper's figures, one module each: a function that draws, from tables, a figure with one message."""
