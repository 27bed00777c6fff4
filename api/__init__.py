"""HTTP: the application, its settings, the GraphQL endpoint, the explorer, health.

Introduces the other rooms to each other; knows no MongoDB.
"""
