"""Arguments of fields, and the predicates and orders that they become."""
