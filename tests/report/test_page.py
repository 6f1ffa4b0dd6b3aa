"""The page as text: everything is there, nothing breaks out, nothing is half-written, gaps have a reason."""

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.report.made_up_evidence import HOSTILE, NAN, headline, models, predictions, report_data, trading

from auriga.report import ReportData, headline_lines, verdict_line, write_report
from auriga.report._blocks import Chart, Table
from auriga.report._figures import MOST_POINTS, histogram, rounded, thinned
from auriga.report._page import render as render_sections
from auriga.report._page import sections_of
from auriga.report._palette import BANDS, DARK, MARKS
from auriga.report._tables import DASH, Column, cell, frame_table, number, percent

EMPTY = ReportData(
    title="RegimeStrategy",
    result="a.zip",
    currency="USDT",
    missing={"trading": "the candles are gone", "verdict": "no <b>split</b>"},
)
PARTS = ("trading", "predictions", "regimes", "models", "verdict", "trials")


def render(data: ReportData) -> str:
    return render_sections(data, sections_of(data))


@pytest.fixture(scope="module")
def page() -> str:
    return render(report_data())


def without_library(page: str) -> str:
    return re.sub(r'<script id="plotly">.*?</script>', "", page, flags=re.S)


def embedded(page: str, name: str):
    return json.loads(first(rf'id="{name}">(.*?)</script>', page, re.S))


def first(pattern: str, page: str, flags: re.RegexFlag = re.NOFLAG) -> str:
    """What the group of a pattern stands for where it is found first."""
    found = re.search(pattern, page, flags)
    assert found is not None, pattern
    return str(found[1])


def test_the_same_data_give_the_same_page(page) -> None:
    assert render(report_data()) == page


def test_sections_come_in_their_order(page) -> None:
    found = re.findall(r'<section id="(\w+)"', page)
    assert found == ["headline", "trading", "predictions", "regimes", "verdict"]


def test_better_predictions_are_not_taken_for_profit(page) -> None:
    data: Any = report_data()
    earned = 100 * data.trading.headline.loc["net_profit_frac", "estimate"]
    assert (
        f"not money: after costs the strategy made {earned:+.2f} % here" in page.split('<main id="main">')[0]
    )


def test_verdict_stands_at_the_top_and_large_in_its_section(page) -> None:
    data: Any = report_data()
    sentence = data.verdict.sentence
    top, below = page.split('<main id="main">')
    assert 'class="answer no"' in top and sentence.removeprefix("No: ")[1:] in top
    assert '<p class="sentence no">No.</p>' in below and sentence.removeprefix("No: ")[1:] in below


def test_numbers_for_machines_are_unrounded_and_nan_is_null(page) -> None:
    numbers = embedded(page, "auriga-numbers")
    assert numbers["headline"]["sharpe"]["estimate"] == -2.345678
    assert numbers["headline"]["trades"]["low"] is None
    assert numbers["verdict"]["pays"] is False
    assert numbers["trials"]["n_trials"] == 101
    assert numbers["break_even_cost_frac"] == 0.00022


def test_shown_numbers_carry_units_and_the_number_behind(page) -> None:
    row = first(r'<tr data-key="net_profit_frac">(.*?)</tr>', page)
    assert 'data-value="-0.0512345">-5.12 %</td>' in row
    assert "-9.00 % to +2.00 %" in row


def test_what_is_not_known_is_a_dash_with_its_reason(page) -> None:
    row = first(r'<tr data-key="trades">(.*?)</tr>', page)
    assert f'title="a count has no interval">{DASH}</td>' in row


def test_hostile_names_stay_text(page) -> None:
    assert HOSTILE not in page
    assert "&lt;/script&gt;&lt;img" in page  # in a table
    assert "\\u003c/script" not in embedded(page, "auriga-figures").__repr__()
    assert without_library(page).count("</script>") == 4


def test_no_address_outside_of_the_library(page) -> None:
    assert re.findall(r"(?:https?:)?//[a-z]", without_library(page)) == []


def test_every_figure_says_how_to_read_it_and_what_is_bad() -> None:
    charts = [
        block
        for section in sections_of(report_data())
        for block in section.blocks
        if isinstance(block, Chart)
    ]
    assert len(charts) > 20
    for chart in charts:
        assert chart.read.endswith(".") and chart.bad.endswith((".", "?")) and chart.alt, chart.key


def test_every_color_has_another_in_the_dark() -> None:
    assert set(BANDS.values()) | set(MARKS.values()) <= set(DARK)
    assert len(set(DARK.values())) == len(DARK)
    colors = {
        color
        for section in sections_of(report_data())
        for block in section.blocks
        if isinstance(block, Chart)
        for color in re.findall(r'"(#[0-9a-f]{6}|rgba\([^)]*\))"', block.figure.to_json())
    }
    assert colors - set(DARK) == {"rgba(0,0,0,0)"}


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_is_told_and_the_rest_is_there(part) -> None:
    page = render(report_data(**{part: None, "missing": {part: "because of <moon>"}}))
    assert "because of &lt;moon&gt;" in page
    assert page.count("<section") == 5


def test_a_page_without_anything_is_a_page() -> None:
    page = render(EMPTY)
    assert "Not shown: the candles are gone" in page
    assert 'class="answer missing"' in page and "no &lt;b&gt;split" in page
    assert embedded(page, "auriga-figures") == {}


def test_a_backtest_without_trades_has_costs_and_curves() -> None:
    none = replace(trading(), trades=trading().trades.iloc[:0], break_even_cost_frac=NAN)
    page = render(report_data(trading=none))
    assert "There were no trades" in page and 'id="plot-equity"' in page


def test_models_that_were_not_saved_are_named() -> None:
    page = render(report_data(models=replace(models(), missing="no models were saved")))
    assert "Not shown: no models were saved" in page


def test_predictions_that_are_gone_are_named() -> None:
    whole = predictions()
    gone = replace(whole, by_regime=whole.by_regime.iloc[:0], notes=("predicted anew since",))
    assert "Not shown: predicted anew since" in render(report_data(predictions=gone))


def test_page_is_replaced_as_a_whole(tmp_path, monkeypatch) -> None:
    target = tmp_path / "plot" / "a.html"
    write_report(EMPTY, target)
    before = target.read_text()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_report(report_data(), target)
    assert [file.name for file in target.parent.iterdir()] == ["a.html"]
    assert target.read_text() == before


def test_a_year_of_four_pairs_has_few_points() -> None:
    days = pd.DataFrame({"wallet": np.arange(50_000)})
    short = thinned(days)
    assert len(short) <= MOST_POINTS + 1
    assert short["wallet"].iloc[[0, -1]].tolist() == [0, 49_999]


def test_no_bin_holds_gains_and_losses() -> None:
    values = np.random.default_rng(0).normal(0.3, 1, 500)
    bars = histogram(values, x="", y="", colors=("#000000", "#ffffff")).data[0]
    below = sum(count for count, color in zip(bars.y, bars.marker.color, strict=True) if color == "#000000")
    assert sum(bars.y) == 500 and below == (values < 0).sum()


def test_equal_values_have_a_histogram() -> None:
    assert sum(histogram(np.zeros(7), x="", y="", colors=("#000000", "#ffffff")).data[0].y) == 7


def test_gaps_are_none_in_figures() -> None:
    assert rounded([1.23456789, NAN, np.inf]) == [1.23457, None, None]


def test_color_of_an_interval_needs_one_side() -> None:
    frame = pd.DataFrame({"mean": [0.1, 0.1], "low": [-0.1, 0.05], "high": [0.3, 0.2]}, index=["a", "b"])
    column = Column("", percent(0, sign=True), interval=("low", "high"), toned=True)
    tones = [row.cells[0].tone for row in frame_table("k", "c", "", frame, {"mean": column}).rows]
    assert tones == ["", "good"]


@pytest.mark.parametrize(
    ("value", "text"), [(-0.004, "0.00"), (1234.5, "1,234.50"), (NAN, DASH), (None, DASH), (np.inf, DASH)]
)
def test_cells(value, text) -> None:
    assert cell(value, number(2)).text == text


def test_terminal_has_the_headline_and_the_verdict() -> None:
    lines = headline_lines(report_data())
    assert len(lines) == 2 + len(headline())
    assert any(line.startswith("Net profit") and "-5.12 %" in line for line in lines)
    assert verdict_line(report_data()).startswith("Does the split by regime pay? No. One model of all rows")
    assert headline_lines(EMPTY) == ["the candles are gone"]


def test_tables_have_one_cell_for_each_column() -> None:
    for section in sections_of(report_data()):
        for block in section.blocks:
            if isinstance(block, Table):
                assert {len(row.cells) for row in block.rows} == {len(block.columns)}, block.key
