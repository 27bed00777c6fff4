"""A locator's numbered places are read, and free text is left alone."""

import pytest

from seeds.format.locators import places_of


@pytest.mark.parametrize(
    ("locator", "places"),
    [
        ("L5", ["line 5"]),
        ("L5-L7", ["line 5 to 7"]),
        ("L5–7, table 2", ["line 5 to 7"]),
        ("L3, L9", ["line 3", "line 9"]),
        ("lines 3-4", ["line 3 to 4"]),
        ("第12行", ["line 12"]),
        ("paragraph 4", ["paragraph 4"]),
        ("para. 4", ["paragraph 4"]),
        ("¶4", ["paragraph 4"]),
        ("第三段", []),
        ("第4段", ["paragraph 4"]),
        ("p. 12", ["page 12"]),
        ("pp. 12-14", ["page 12 to 14"]),
        ("第3页", ["page 3"]),
        ("page 2, line 9", ["line 9", "page 2"]),
        ("summary", []),
        ("part 1, section 1, on AI in government", []),
        ("detailed task 1-4", []),
        ("XL5", []),
        ("L5a", []),
    ],
)
def test_the_numbered_places_of_a_locator_are_read(locator: str, places: list[str]) -> None:
    assert [str(place) for place in places_of(locator)] == places
