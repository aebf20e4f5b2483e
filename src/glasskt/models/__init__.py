"""One folder per model family; a family is found by its folder and imported alone."""
