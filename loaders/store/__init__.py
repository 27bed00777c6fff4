"""Reading: predicates and fetches as data, the pipeline that answers one, the revision that is published."""
