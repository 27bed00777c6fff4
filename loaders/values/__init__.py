"""Values as they are stored: exact decimals, periods, units, folded words and the tokens of the index."""
