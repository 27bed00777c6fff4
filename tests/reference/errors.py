"""The errors of the contract."""

from graphql import GraphQLError


class BadInput(GraphQLError):
    """An invalid argument."""

    def __init__(self, why: str) -> None:
        super().__init__(why, extensions={"code": "BAD_USER_INPUT"})
