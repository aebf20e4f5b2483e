"""How the predictions of each family are told as terms; one file per family, found by its name."""
