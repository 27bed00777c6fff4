"""English words are brought into the singular and are otherwise left as they are."""

import pytest

from loaders.values.plurals import singular


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("hotline", "hotlines"),
        ("city", "cities"),
        ("service", "services"),
        ("enterprise", "enterprises"),
        ("database", "databases"),
        ("house", "houses"),
        ("branch", "branches"),
        ("cache", "caches"),
        ("box", "boxes"),
        ("class", "classes"),
        ("bus", "buses"),
        ("status", "statuses"),
        ("campus", "campuses"),
        ("gas", "gases"),
        ("gpu", "gpus"),
        ("analysis", "analyses"),
        ("movie", "movies"),
        ("hero", "heroes"),
        ("key", "keys"),
        ("drive", "drives"),
        ("tie", "ties"),
        ("use", "uses"),
        ("cause", "causes"),
        ("warehouse", "warehouses"),
        ("taxi", "taxis"),
        ("survey", "surveys"),
        ("index", "indices"),
        ("person", "people"),
        ("child", "children"),
        ("life", "lives"),
        ("lens", "lenses"),
        ("quiz", "quizzes"),
        ("menu", "menus"),
        ("process", "processes"),
        ("company", "companies"),
    ],
)
def test_the_plural_of_a_word_is_brought_into_the_singular(one: str, many: str) -> None:
    assert singular(many) == singular(one) == one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("governance", "government"),
        ("organisation", "organ"),
        ("news", "new"),
        ("goods", "good"),
        ("universe", "university"),
        ("lapse", "lap"),
        ("dense", "den"),
        ("plane", "plan"),
        ("business", "busy"),
        ("community", "communication"),
        ("process", "procession"),
    ],
)
def test_other_words_keep_forms_of_their_own(one: str, other: str) -> None:
    assert singular(one) != singular(other)


@pytest.mark.parametrize("word", ["5gs", "café", "was", "热线", "12345s", ""])
def test_what_is_no_english_word_of_four_letters_stays_as_it_is(word: str) -> None:
    assert singular(word) == word
