"""What each engine needs from the graph: the rules of Snakemake, the file of DVC, and who is at work in a folder."""
