"""Convert between field names and stored keys."""


def stored_key(name: str) -> str:
    """The stored key of a field: `streakYears` → `streak_years`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def field_name(key: str) -> str:
    """The field of a stored key: `streak_years` → `streakYears`."""
    first, *others = key.split("_")
    return first + "".join(word.capitalize() for word in others)
