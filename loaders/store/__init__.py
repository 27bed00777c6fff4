"""Read from MongoDB: predicates and fetches as data, their translation into pipelines, the published revision."""
