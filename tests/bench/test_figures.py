"""What is worked out from measurements: percentiles, medians, goals, and where tables go."""

import pytest

from bench.reporting.figures import CACHED, CEILING, FLOOR, MERCURIUS, PLAIN, UNCACHED, outcomes, percentile
from bench.reporting.plot import bars, curves
from bench.reporting.report import between_markers, comparison_tables, table
from bench.reporting.summary import Sample, summarize, throughputs


def sample(throughput: float) -> Sample:
    return Sample(throughput, p50_ms=2, p99_ms=9, generator_share=0.1, server_share=0.9, mongod_share=0.3)


@pytest.mark.parametrize(("percent", "expected"), [(1, 1), (50, 2), (51, 3), (75, 3), (99, 4), (100, 4)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(percent: float, expected: float) -> None:
    assert percentile([1, 2, 3, 4], percent) == expected


def test_the_99th_percentile_of_a_thousand_leaves_out_ten() -> None:
    assert percentile(list(range(1, 1001)), 99) == 990


def test_a_summary_has_the_median_over_rounds_and_its_spread() -> None:
    rounds = [{"tiny": {FLOOR: sample(value)}} for value in (100, 900, 200)]
    found = summarize(rounds)["tiny"][FLOOR]
    assert (found["throughput"], found["least"], found["most"]) == (200, 100, 900)
    assert found["p99_ms"] == 9


def test_goals_are_reached_at_their_ratio_and_not_below() -> None:
    measured = {
        "tiny": {UNCACHED: 750.0, FLOOR: 1000.0, PLAIN: 188.0, MERCURIUS: 500.0, CACHED: 2400.0, CEILING: 4000.0}
    }
    assert [(one.ours, one.other, one.is_reached) for one in outcomes(measured)] == [
        (UNCACHED, FLOOR, True),
        (UNCACHED, MERCURIUS, True),
        (UNCACHED, PLAIN, False),
        (CACHED, CEILING, True),
        (CACHED, MERCURIUS, False),
    ]


def test_a_goal_without_a_measurement_is_not_reached() -> None:
    [first, *_] = outcomes({"full": {UNCACHED: 10.0}})
    assert (first.ratio, first.is_reached) == (None, False)


def test_a_server_that_cannot_be_asked_has_a_dash() -> None:
    summary = summarize([{"tiny": {FLOOR: sample(1234), MERCURIUS: sample(5)}, "search": {FLOOR: sample(50)}}])
    lines = comparison_tables(summary).splitlines()
    assert "| floor | 1,234 | 50.0 |" in lines
    assert "| Mercurius | 5.00 | – |" in lines


def test_tables_replace_what_stands_between_their_markers_and_nothing_else() -> None:
    page = "before <!-- results -->old<!-- /results --> after <!-- growth -->kept<!-- /growth -->"
    assert between_markers(page, "results", "new") == (
        "before <!-- results -->\n\nnew\n\n<!-- /results --> after <!-- growth -->kept<!-- /growth -->"
    )
    with pytest.raises(ValueError, match="no markers"):
        between_markers(page, "loader", "new")


def test_a_table_is_markdown() -> None:
    assert table(["", "tiny"], [["floor", "1"]]) == "|  | tiny |\n| --- | ---: |\n| floor | 1 |"


def test_plots_name_what_they_show_and_are_well_formed() -> None:
    from xml.etree import ElementTree

    groups = throughputs(summarize([{"tiny": {"a < b": sample(10), CEILING: sample(5000)}}]))
    for plot in (bars(groups, "Answers"), curves({"district": [(200, 1.5), (2000, 1.6)]}, "Latency", "districts")):
        texts = [node.text for node in ElementTree.fromstring(plot).iter("{http://www.w3.org/2000/svg}text")]
        assert {"a < b  10", "ceiling  5,000"} <= set(texts) or {"district", "200", "2,000"} <= set(texts)
