"""Which figures are ranked together, and what follows from them: pages of rankings, standings, sums."""
