"""Questions worked out from the tables to a plot: examples to begin from."""
