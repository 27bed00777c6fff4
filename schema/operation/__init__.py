"""From a text to a result: parse, validate, limit, weigh, keep, run."""
