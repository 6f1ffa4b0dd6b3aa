"""The rooms' benchmark: what it computes is what it says, and what it writes can be read."""

import json

import numpy as np
import pandas as pd
import pytest
from benchmarks.rooms.__main__ import main
from benchmarks.rooms._features import CANDLE_GROUPS, feature_matrix, measure_parts, part_names
from benchmarks.rooms._freqai_example import example_frame
from benchmarks.rooms._inputs import load_market
from benchmarks.rooms._page import costs, page, ratio_line, verdict
from benchmarks.rooms._rows import Row

from auriga.features import FEATURE_PARTS, basic_features, period_features


@pytest.fixture(autouse=True)
def simulated(monkeypatch) -> None:
    monkeypatch.delenv("AURIGA_REAL_DATA", raising=False)


@pytest.fixture(scope="module")
def market():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AURIGA_REAL_DATA", raising=False)
        return load_market(3000)


def test_every_part_has_a_name_of_its_own_and_is_measured_or_explained(market) -> None:
    assert len(set(part_names())) == len(FEATURE_PARTS)
    rows, left_out = measure_parts(market, repeats=1)
    assert len(rows) + len(left_out) == len(FEATURE_PARTS)
    assert all(row.seconds > 0 and row.columns for row in rows)
    measured = {row.name for row in rows}
    candles_suffice = [
        n for n, p in zip(part_names(), FEATURE_PARTS, strict=True) if p.group in CANDLE_GROUPS
    ]
    assert measured >= set(candles_suffice)


def test_the_matrix_holds_every_timeframe_when_its_candles_have_closed(market) -> None:
    frames = market.frames()
    matrix = feature_matrix(frames, market.leaders)
    per_timeframe = [
        pd.concat(
            [period_features(c, period=14, groups=CANDLE_GROUPS), basic_features(c, groups=CANDLE_GROUPS)],
            axis=1,
        )
        for c in frames.values()
    ]
    width = per_timeframe[0].shape[1]
    hourly = per_timeframe[2].assign(known=frames["1h"]["date"] + pd.Timedelta(hours=1))
    asked = pd.DataFrame({"known": frames["5m"]["date"] + pd.Timedelta(minutes=5)})
    expected = pd.merge_asof(asked, hourly, on="known").drop(columns="known").to_numpy(np.float32)
    np.testing.assert_array_equal(matrix[:, 2 * width : 3 * width], expected)
    np.testing.assert_array_equal(matrix[:, :width], per_timeframe[0].to_numpy())
    assert matrix.dtype == np.float32


def test_freqais_example_is_its_own(market) -> None:
    frame = example_frame(market.frames())
    assert len(frame) == 3000
    assert {"%-rsi-period_14_SOL/USDT_5m", "%-raw_price_gen_SOL/USDT_1h", "%-hour_of_day"} <= set(
        frame.columns
    )


def test_quick_run_writes_a_page_and_costs(tmp_path, capsys) -> None:
    main(["--quick", "--output", str(tmp_path)])
    known = json.loads((tmp_path / "costs.json").read_text())["features"]
    text = (tmp_path / "ROOMS.md").read_text()
    for name in known:
        assert f"| {name} |" in text
    assert "momentum, each period" in known
    assert "cores" in text
    assert "Auriga at" in text
    assert "times the time for" in capsys.readouterr().out


def test_costs_are_per_100_000_candles() -> None:
    rows = [
        Row("labels", "direction", "1,000,000 candles", 0.5),
        Row("regimes", "rules", "365 daily candles", 0.00365),
        Row("features", "live", "one new candle", 0.1),
    ]
    assert costs(rows) == {"labels": {"direction": 50.0}, "regimes": {"rules": 1000.0}}


def test_page_says_what_was_met_and_compares_with_the_example() -> None:
    year = Row("features", "ours", "105,120 candles", 3.0, 6.0, 500.0, 400.0, columns=150)
    stock = Row("features", "theirs", "105,120 candles", 2.0, columns=50)
    assert verdict(year) == "missed"
    assert "1.50 times the time for 150 columns instead of 50, 0.50 times" in ratio_line(
        [year, stock], "ours", "theirs"
    )
    text = page({"features": [year, stock]}, ["a note"], ["- a machine"])
    assert "| ours | 105,120 candles | 150 | 3.00 s | <= 6.00 s | 500 MiB | <= 400 MiB | missed |" in text
    assert "a note" in text
