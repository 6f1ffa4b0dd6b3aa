"""Order flow from the columns that Freqtrade adds; numbers small enough to add up by hand."""

import numpy as np
import pandas as pd
import pytest

from auriga import features
from auriga.errors import CandleError

(PART,) = (part for part in features.FEATURE_PARTS if part.group == "orderflow")


def with_flow(bid: np.ndarray, ask: np.ndarray, volume: np.ndarray | None = None) -> pd.DataFrame:
    """Candles whose takers sold `bid` and bought `ask`."""
    dates = pd.date_range("2025-01-01", periods=len(bid), freq="5min", tz="UTC")
    frame = pd.DataFrame({"date": dates, "open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0})
    traded = {"bid": bid, "ask": ask, "delta": ask - bid, "total_trades": 5.0}
    return frame.assign(volume=bid + ask if volume is None else volume, **traded)


def computed(candles: pd.DataFrame) -> pd.DataFrame:
    return PART.compute(features.PairInputs(candles))


def test_shares_by_hand() -> None:
    bid, ask = np.full(60, 1.0), np.full(60, 3.0)
    ask[-1] = 0.0
    frame = computed(with_flow(bid, ask))
    assert frame["orderflow_taker_buy"].iloc[[0, -1]].tolist() == [0.75, 0.0]
    # Eleven candles with 3 bought and 1 sold, then one with 1 sold: 11 x 2 - 1 = 21 of 11 x 4 + 1 = 45.
    assert frame["orderflow_delta_12"].iloc[-1] == pytest.approx(21 / 45)
    assert frame["orderflow_delta_48"].iloc[-1] == pytest.approx((47 * 2 - 1) / (47 * 4 + 1))


def test_against_plain_sums() -> None:
    rng = np.random.default_rng(1)
    bid, ask = rng.lognormal(2, 1, (2, 200))
    frame = computed(with_flow(bid, ask))
    for t in (47, 100, 199):
        for period in (12, 48):
            span = slice(t - period + 1, t + 1)
            net = sum(ask[span]) - sum(bid[span])
            assert frame[f"orderflow_delta_{period}"][t] == pytest.approx(
                net / (sum(ask[span]) + sum(bid[span])), rel=1e-5
            )
    assert frame.notna().all(axis=1).idxmax() == 47


def test_silent_candles_are_neutral_and_uncovered_ones_unknown() -> None:
    bid, ask = np.full(100, 1.0), np.full(100, 3.0)
    bid[:10], ask[:10] = np.nan, np.nan  # Freqtrade fills the last `max_candles` only
    volume = np.full(100, 4.0)
    volume[5] = 0.0
    frame = computed(with_flow(bid, ask, volume))
    known = frame["orderflow_taker_buy"].iloc[:11].notna().tolist()
    assert known == [row in (5, 10) for row in range(11)]
    assert frame["orderflow_taker_buy"][5] == 0.5
    assert frame["orderflow_delta_12"].first_valid_index() == 21
    silent = computed(with_flow(np.zeros(60), np.zeros(60)))
    assert silent.iloc[-1].tolist() == [0.5, 0.0, 0.0]


def test_missing_columns_are_named_with_the_remedy() -> None:
    candles = with_flow(np.ones(60), np.ones(60)).drop(columns=["bid", "delta"])
    with pytest.raises(CandleError, match=r"\['bid', 'delta'\].*exchange.use_public_trades"):
        computed(candles)
