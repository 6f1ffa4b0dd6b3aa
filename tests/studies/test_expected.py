"""The study's own computations: groups of rows, and the page."""

import json

import numpy as np
import pandas as pd
from studies.expected.__main__ import moves
from studies.expected._page import PAGE, write

from auriga.columns import EXPECTED_BP, REGIME
from auriga.evaluation import expected_move_slope
from auriga.host.predictions import MOVED_BP


def rows(n: int = 4000) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    expected = rng.normal(0, 15, n)
    dates = pd.date_range("2024-01-01", periods=n, freq="1h", tz="UTC")
    came = 0.5 * expected + rng.normal(0, 10, n)
    frame = pd.DataFrame({"date": dates, EXPECTED_BP: expected, MOVED_BP: came, REGIME: np.arange(n) % 3 - 1})
    frame.loc[::100, EXPECTED_BP] = np.nan
    frame.loc[50::100, MOVED_BP] = np.nan
    return frame


def test_known_rows_are_judged_together_by_regime_and_by_side() -> None:
    found = moves(rows())
    counts = {name: sum(bucket["rows"] for bucket in found["buckets"][name]) for name in found["buckets"]}
    assert counts["all"] == 4000 - 80
    assert counts["bear"] + counts["sideways"] + counts["bull"] == counts["all"]
    assert counts["rises expected"] + counts["falls expected"] == counts["all"]
    bull = rows()[lambda frame: frame[REGIME] == 1].dropna()
    slope = found["slopes"]["bull"]
    assert slope["low"] < 0.5 < slope["high"]
    plain = expected_move_slope(bull[EXPECTED_BP].to_numpy(), bull[MOVED_BP].to_numpy(), np.arange(len(bull)))
    assert slope["slope"] == plain.estimate


def test_the_page_says_what_the_numbers_say(tmp_path, monkeypatch) -> None:
    found = json.loads(json.dumps(moves(rows())))
    window = {"first": "2024-01-01", "slope": 2.5, "error": 0.75, "pooled": 2.2}
    facts = {"pairs": "BTC/USDT", "span": "20240101-20240616", "config": "config.json"}
    monkeypatch.setattr("studies.expected._page.PAGE", tmp_path / PAGE.name)
    write({"facts": facts, **found, "windows": [window]})
    page = (tmp_path / PAGE.name).read_text()
    slope = found["slopes"]["all"]
    assert f"| all | {slope['slope']:.2f} | {slope['low']:.2f} to {slope['high']:.2f} |" in page
    assert "| 2024-01-01 | 2.50 | 0.75 | 2.20 |" in page
    last = found["buckets"]["all"][-1]
    assert last["high"] is None
    assert f"| 40 and more | {last['rows']:,} |" in page
    assert "### All, 3,920 candles" in page
