"""What the models of each family learned of each skill; one file per family, found by its name."""
