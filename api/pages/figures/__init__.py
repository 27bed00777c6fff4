"""Pages of indicators, of single figures and of comparisons, with their charts and citations."""
