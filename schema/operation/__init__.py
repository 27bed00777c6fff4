"""From the text of an operation to its response: parse, validate, check limits and cost, cache, execute."""
