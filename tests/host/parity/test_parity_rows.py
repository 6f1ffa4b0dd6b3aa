"""What counts as a difference between a live row and the same row of the backtest path."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from auriga.columns import (
    DIRECTION,
    DO_PREDICT,
    EXPERT,
    EXPERT_ROWS,
    LIVE_REGIME,
    PRIOR,
    PROBABILITY,
    TRAINED_AT,
)
from auriga.host.parity._rows import (
    CANDLE,
    MISSING,
    MODEL,
    PREDICTION,
    REGIME_DIFFERS,
    UNUSABLE,
    Replay,
    row_differences,
)

DATE = pd.Timestamp("2024-01-01", tz="UTC")
ROW = {
    "date": DATE, "close_price": 1e-7, "high_price": 2e-7, "low_price": 1e-7, LIVE_REGIME: 1,
    TRAINED_AT: 1000,
    DO_PREDICT: 1, EXPERT: 1, EXPERT_ROWS: 300, PRIOR: 0.5, PROBABILITY: 0.6, DIRECTION: "up", "up": 0.6,
    "down": 0.4,
}  # fmt: skip


def differences(same=True, absent=(), **changes):
    live = pd.DataFrame([ROW])
    replay = Replay("BTC/USDT", live, pd.DataFrame([ROW | changes]), pd.DatetimeIndex(list(absent)))
    found: Any = SimpleNamespace(same=same, complaint="another")
    return [(one.column, one.reason, one.detail) for one in row_differences(replay, found, DIRECTION)]


def test_equal_rows_do_not_differ() -> None:
    assert differences() == []
    assert differences(**{PROBABILITY: 0.6 + 1e-12, "close_price": 1e-7 * (1 + 1e-12)}) == []


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("close_price", 1.0001e-7, CANDLE), ("low_price", 0.999e-7, CANDLE), (LIVE_REGIME, 0, REGIME_DIFFERS),
        (TRAINED_AT, 1001, MODEL), (DO_PREDICT, 0, UNUSABLE), (EXPERT, 0, PREDICTION),
        (EXPERT_ROWS, 301, PREDICTION), (PRIOR, 0.5 + 1e-8, PREDICTION),
        (PROBABILITY, 0.6 + 1e-8, PREDICTION),
        (DIRECTION, "down", PREDICTION), ("down", 0.4 + 1e-8, PREDICTION),
    ],
)  # fmt: skip
def test_each_column_that_differs_is_told_with_its_kind(column, value, reason) -> None:
    ((found, kind, detail),) = differences(**{column: value})
    assert (found, kind) == (column, reason)
    assert detail == ("another" if reason == MODEL else "")


def test_with_another_model_its_predictions_are_put_down_to_it() -> None:
    assert differences(same=False, **{PROBABILITY: 0.7}) == [(PROBABILITY, MODEL, "another")]
    assert differences(same=False, close_price=2e-7) == [("close_price", CANDLE, "")]


def test_a_candle_that_was_not_downloaded_is_told() -> None:
    assert differences(absent=[DATE]) == [("date", MISSING, "")]
