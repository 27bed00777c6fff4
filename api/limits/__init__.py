"""Limits per client: admission of operations, a fair semaphore, rate limits."""
