"""The executor: graphql-core's own, with whole documents completed by compiled functions."""
