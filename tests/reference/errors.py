"""The errors that the contract gives, told apart by their codes."""

from graphql import GraphQLError


class BadInput(GraphQLError):
    """An argument that can't be used."""

    def __init__(self, why: str) -> None:
        super().__init__(why, extensions={"code": "BAD_USER_INPUT"})
