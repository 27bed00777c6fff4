"""What is written differently folds alike, and everything that is found can be shown where it stands."""

import opencc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loaders.values.folding import (
    _IS_PLAIN,
    MAX_CACHED_LENGTH,
    cache_short_texts,
    fold,
    fold_all,
    fold_characters,
    folded_texts,
    normalize_accents,
    normalize_text,
)
from loaders.values.tokens import needles_of, search_tokens, terms, tokens
from schema.graph.search import ranges_of

GB_2312 = [
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xF8)
    for cell in range(0xA1, 0xFF)
    if not (row == 0xD7 and cell > 0xF9)
]
IGNORABLE = "\u00ad\u034f\u061c\u180e\u200b\u200d\u200e\u202e\u2060\u2066\u3164\ufe0f\ufeff\U000e0041\U000e0100"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("智慧热线", " 智慧热线 "),
        ("智慧熱線", " 智慧热线 "),
        ("12345热线", " 12345 热线 "),
        ("１２３４５热线", " 12345 热线 "),
        ("Smart Hotline 12345", " smart hotline 12345 "),
        ("“一站式”综合门户", " 一站式 综合门户 "),
        ("CNY 9.095 billion", " cny 9 095 billion "),
        ("Straße", " strasse "),
        ("snake_case", " snake case "),
        ("e-Sports", " e sport "),
        ("hotlines", " hotline "),
        ("著力", " 着力 "),
        ("着力", " 着力 "),
        ("著作", " 著作 "),
        ("著名", " 著名 "),
        ("顯著", " 显著 "),
        ("保障衞生", " 保障卫生 "),
        ("保障衛生", " 保障卫生 "),
        ("乾隆", " 乾隆 "),
        ("乾淨", " 干净 "),
        ("〇", " 〇 "),
        ("𫫇", " 𫫇 "),
        ("", " "),
        (" … ", " "),
    ],
)
def test_width_case_script_number_and_punctuation_make_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_character_of_gb_2312_is_found_as_hong_kong_and_taiwan_write_it() -> None:
    assert len(GB_2312) == 6763
    for place in ("s2hk", "s2tw"):
        convert = opencc.OpenCC(place).convert
        assert {one: convert(one) for one in GB_2312 if fold(convert(one)) != fold(one)} == {}


def test_words_that_hyphens_join_are_also_one_word() -> None:
    assert fold_all(["e-Sports 2025", None, "E‑SPORTS 2025"]) == " e sport 2025  esport 2025 "
    assert fold_all(["smart hotline"]) == " smart hotline "


def test_characters_that_are_normalized_alone_have_the_place_where_they_stand() -> None:
    # All that stand in most texts, each between others that might combine with it.
    characters = [chr(code) for code in (*range(0x80), *range(0x3400, 0xFA30), *range(0x20000, 0x32000))]
    plain = [one for one in (*characters, *"、。，：；！？（）《》“”—") if _IS_PLAIN.fullmatch(one)]
    assert len(plain) > 90_000
    for one in plain:
        text = f"a{one}数{one}b"
        assert len(normalize_text(text)) == len(text), f"U+{ord(one):04X}"
    parted = folded_texts("汇聚（data）超过，3 个！")[0]
    assert parted.folded == " 汇聚 data 超过 3 个 "
    gap, word = (0, 0), (3, 7)
    one_by_one = {at: (at, at + 1) for at in (0, 1, 8, 9, 11, 13)}
    assert [*parted.spans] == [
        *(gap, one_by_one[0], one_by_one[1], gap, word, word, word, word),
        *(gap, one_by_one[8], one_by_one[9], gap, one_by_one[11], gap, one_by_one[13], gap),
    ]


@given(st.text(max_size=20), st.sampled_from(IGNORABLE), st.integers(0, 20))
def test_ignorable_characters_make_no_difference(text: str, ignorable: str, at: int) -> None:
    assert fold(text[:at] + ignorable + text[at:]) == fold(text)


@given(st.text(max_size=20))
@example("ﬁ\u0301x")
@example("e\u200b\u0301")
@example("각\u11a8")
@example("が")
@example("ｶﾞ")
def test_a_layout_is_the_folded_text_with_a_place_for_each_character(text: str) -> None:
    parted = folded_texts(text)[0]
    assert parted.folded == fold(text)
    assert len(parted.spans) == len(parted.folded)
    assert all(0 <= start <= end <= len(text) for start, end in parted.spans)


@given(st.text(max_size=20))
def test_folding_replaces_characters_one_by_one(text: str) -> None:
    assert len(fold_characters(text)) == len(normalize_accents(text))


TEXTS = st.text(
    st.one_of(
        st.sampled_from([*"智慧热线著着作名乾隆〇干淨衞衛e-‐s \"“”「」'.", *IGNORABLE, *"𫫇𠮷𪚥々éＡﾞﬁ\u0301"]),
        st.sampled_from(GB_2312),
        st.characters(),
    ),
    max_size=14,
)


@given(TEXTS, TEXTS, st.integers(0, 14), st.integers(1, 6))
@example("乾隆", "", 0, 1)
@example("著作", "", 0, 1)
@example("著力", "", 0, 2)
@example("〇", "", 0, 1)
@example("𠮷", "", 0, 1)
@example("e-sports", "esports", 0, 0)
@example("esports", "e-sports", 0, 8)
def test_what_is_found_has_a_highlight(text: str, query: str, start: int, length: int) -> None:
    """By the tokens of its text and the rule of the index, for any query and for a stretch of the text itself."""
    folded = fold_all([text])
    found = set(tokens(folded))
    for asked in (query, text[start : start + length]):
        for term in terms(asked):
            for forms in term.parts:
                for form in forms:
                    if form in folded:
                        assert ranges_of(text, [form])
                        assert search_tokens(folded) >= {needle.strip() for needle in needles_of(form)}
                        assert all(
                            piece in found or any(token.startswith(piece[0]) for token in found)
                            for piece in form.split()
                            if len(piece) <= 2 or form[0] == " "
                        )


@given(TEXTS.filter(str.strip))
def test_a_text_is_found_by_itself(text: str) -> None:
    folded = fold_all([text])
    for term in terms(text):
        assert all(any(form in folded for form in forms) for forms in term.parts)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("着力保障", "著力"),
        ("著力保障", "着力"),
        ("保障卫生", "保障衞生"),
        ("保障卫生", "保障衛生"),
        ("保障衞生", "卫生"),
        ("著作权", "著作"),
        ("著作权", "著"),
        ("乾隆年间", "乾"),
        ("智慧热线", "智\u200b慧\ufeff热线"),
        ("智慧\u00ad热线", "智慧热线"),
        ("hotlines", "hotline"),
        ("Hotline", "hotlines"),
        ("E-sports city", "esports"),
        ("Esports city", "e-sports"),
        ("Low-altitude economy", "low altitude"),
        ("Low altitude economy", "low-altitude"),
        ("Smart governance", '"smart governance"'),
        ("智慧治理", "「智慧治理」"),
        ("दिन में सेवा", "दिन"),
        ("दिन में सेवा", "सेवा"),
        ("हिन्दी", "हिन्\u200dदी"),
        ("\u0958लम", "\u0915\u093cलम"),
        ("தமிழ் நாடு", "தமிழ்"),
        ("บริการ", "บริการ"),
        ("Málaga दिन", "malaga"),
        ("a\u20dd b", "a b"),
    ],
)
def test_a_query_finds_a_text_that_is_written_another_way(text: str, query: str) -> None:
    folded = fold_all([text])
    assert all(any(form in folded for form in forms) for term in terms(query) for forms in term.parts)
    assert ranges_of(text, [form for term in terms(query) for forms in term.parts for form in forms])


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("着作业服", "著作"),
        ("著作权", "着作"),
        ("穿着名牌", "著名"),
        ("Smart city governance", '"smart governance"'),
        ("Governance, smart", '"smart governance"'),
        ("智慧城市治理", "「智慧治理」"),
        ("Government", "governance"),
        ("दीन", "दिन"),
        ("दान", "दिन"),
        ("दिन", "दन"),
        ("द न", "दिन"),
        ("தமிழ்", "தமழ"),
        ("ปลา", "ปลี"),
    ],
)
def test_a_query_does_not_find_what_reads_otherwise(text: str, query: str) -> None:
    folded = fold_all([text])
    assert not all(any(form in folded for form in forms) for term in terms(query) for forms in term.parts)


def test_results_for_short_texts_are_kept_and_those_for_long_ones_are_not() -> None:
    asked: list[str] = []

    @cache_short_texts
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    short, long = "热" * MAX_CACHED_LENGTH, "热" * (MAX_CACHED_LENGTH + 1)
    assert [length(text) for text in (short, long, short, long)] == [len(text) for text in (short, long, short, long)]
    assert asked == [short, long, long]
