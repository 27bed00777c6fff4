"""The cache: bounds by number and by weight, the order of eviction, and what it calls on eviction."""

from loaders.lru_cache import LruCache


def keys_of(cache: LruCache[str, int], keys: str = "abcdef") -> str:
    return "".join(key for key in keys if key in cache)


def test_the_least_recently_used_entry_is_evicted() -> None:
    cache = LruCache[str, int](max_entries=3)
    for key in "abc":
        cache.put(key, 1)
    assert cache.get("a") == 1
    cache.put("d", 1)
    assert keys_of(cache) == "acd"
    assert len(cache) == 3


def test_a_look_whether_a_key_is_there_is_no_use() -> None:
    cache = LruCache[str, int](max_entries=2)
    cache.put("a", 1)
    cache.put("b", 1)
    assert "a" in cache
    cache.put("c", 1)
    assert keys_of(cache) == "bc"


def test_weights_are_bounded_in_total() -> None:
    cache = LruCache[str, int](max_weight=100)
    for key, weight in (("a", 40), ("b", 30), ("c", 30)):
        cache.put(key, 1, weight)
    assert (keys_of(cache), cache.weight) == ("abc", 100)
    cache.put("d", 1, 50)
    assert (keys_of(cache), cache.weight) == ("cd", 80)


def test_a_value_can_be_replaced_with_another_weight() -> None:
    cache = LruCache[str, int](max_weight=100)
    for key in "abc":
        cache.put(key, 1, 30)
    cache.put("a", 2, 60)
    assert (keys_of(cache), cache.weight, cache.get("a")) == ("ac", 90, 2)


def test_a_value_heavier_than_the_bound_is_not_kept() -> None:
    cache = LruCache[str, int](max_weight=100)
    cache.put("a", 1, 10)
    cache.put("b", 1, 101)
    assert (len(cache), cache.weight) == (0, 0)


def test_a_bound_of_zero_keeps_nothing_that_has_a_weight() -> None:
    cache = LruCache[str, int](max_weight=0)
    cache.put("a", 1, 1)
    assert cache.get("a") is None


def test_a_false_value_is_a_value() -> None:
    cache = LruCache[str, int](max_entries=1)
    cache.put("a", 0)
    assert cache.get("a") == 0
    assert cache.get("b") is None


def test_removed_entries_weigh_nothing() -> None:
    cache = LruCache[str, int](max_weight=100)
    cache.put("a", 1, 60)
    cache.remove("a")
    cache.remove("a")
    assert (len(cache), cache.weight) == (0, 0)


def test_evicted_values_are_handed_over_and_replaced_or_removed_ones_are_not() -> None:
    evicted: list[int] = []
    cache = LruCache[str, int](max_entries=2, on_evict=evicted.append)
    cache.put("a", 1)
    cache.put("a", 2)
    cache.put("b", 3)
    cache.remove("b")
    cache.put("c", 4)
    cache.put("d", 5)
    assert evicted == [2]
    cache.clear()
    assert evicted == [2, 4, 5]
    assert (len(cache), cache.weight) == (0, 0)
