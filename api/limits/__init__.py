"""Who may work and how much: admission by client, fair queues, rate limits."""
