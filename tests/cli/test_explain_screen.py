"""Prices and amounts of every currency, with their digits."""

from dataclasses import dataclass

import pytest

from auriga.cli._explain_screen import _entry, _exit


@dataclass
class Trade:
    open_rate: float
    close_rate: float
    stake: float
    profit: float
    currency: str
    leverage: float = 1
    enter_tag: str = "bull_long"
    exit_reason: str = "decay"
    profit_frac: float = 0.01


@pytest.mark.parametrize(
    ("trade", "entry", "left"),
    [
        (
            Trade(0.00001234, 0.00001235, 0.00125, 0.00000101, "BTC"),
            "at 0.00001234, stake 0.001250 BTC", "at 0.00001235 by decay, +0.00000101 BTC",
        ),
        (
            Trade(104123.45, 104999.99, 25.0, 0.21, "USDT"),
            "at 104123.45, stake 25.00 USDT", "at 104999.99 by decay, +0.2100 USDT",
        ),
        (
            Trade(1e-8, 2e-8, 12345.678, -1234.5, "TRY"),
            "at 0.00000001, stake 12,345.68 TRY", "at 0.00000002 by decay, -1,234.50 TRY",
        ),
    ],
)  # fmt: skip
def test_no_digit_that_counts_is_lost(trade, entry, left) -> None:
    import pandas as pd

    trade.opened_at = trade.closed_at = pd.Timestamp("2025-01-01", tz="UTC")
    assert _entry(trade) == f"2025-01-01 00:00 {entry}, tag bull_long"
    assert _exit(trade) == f"2025-01-01 00:00 {left} (+1.00%)"
