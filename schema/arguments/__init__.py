"""Filter and order arguments, and the predicates and sort orders made from them."""
