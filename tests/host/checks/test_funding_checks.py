"""Freqtrade counts a missing funding rate as no payment, so a backtest is asked for them first."""

import logging
import re
from typing import Any

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.exchange import Exchange

from auriga.host.checks._funding import check_funding

PAIR = "BTC/USDT:USDT"
FUTURES = {"trading_mode": "futures", "freqai": {"train_period_days": 14}}
START, STOP = pd.Timestamp("2025-01-01", tz="UTC"), pd.Timestamp("2025-01-05", tz="UTC")
HOURS = pd.date_range(START - pd.Timedelta(days=1), STOP + pd.Timedelta(days=1), freq="h")


class Provider:
    """Hourly mark candles, and rates every eight hours, without those at some moments."""

    def __init__(self, *, no_rate: Any = (), no_mark: Any = ()) -> None:
        self.frames = {
            "funding_rate": pd.DataFrame({"date": HOURS[::8].difference(no_rate), "funding_rate": 1e-4}),
            "mark": pd.DataFrame({"date": HOURS.difference(no_mark), "open": 100.0}),
        }

    def get_funding_rate_timeframe(self) -> str:
        return "1h"

    def get_pair_dataframe(self, pair: str, timeframe: str, candle_type: str) -> pd.DataFrame:
        assert (pair, timeframe) == (PAIR, "1h")
        return self.frames[candle_type]


def test_stock_charges_nothing_without_rates_and_says_nothing() -> None:
    """The trap: a pair whose rates were not downloaded is traded for free."""
    provider = Provider(no_rate=HOURS)
    nobody: Any = None  # the computation asks nothing of the exchange
    both = Exchange.combine_funding_and_mark(provider.frames["funding_rate"], provider.frames["mark"])
    fees = Exchange.calculate_funding_fees(nobody, both, 1.0, False, START, STOP)
    assert fees == 0
    rates, marks = Provider().frames.values()
    full = Exchange.combine_funding_and_mark(rates, marks)
    assert Exchange.calculate_funding_fees(nobody, full, 1.0, False, START, STOP) == pytest.approx(-13 * 0.01)


@pytest.mark.parametrize("missing", ["no_rate", "no_mark"])
def test_no_payment_at_all_is_refused_with_the_remedy(missing: str) -> None:
    provider: Any = Provider(**{missing: HOURS})
    command = f"--pairs {PAIR} --timeframes 1h --timerange 20241217-"
    with pytest.raises(OperationalException, match=re.escape(command)):
        check_funding(PAIR, provider, FUTURES, START, STOP)
    check_funding(PAIR, provider, {"trading_mode": "spot"}, START, STOP)
    check_funding(PAIR, provider, FUTURES | {"futures_funding_rate": 0.0}, START, STOP)


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        (Provider(no_rate=HOURS[40:60]), "missing for 24 hours (gaps: 1, the first from 2025-01-01 08:00"),
        (Provider(no_mark=HOURS[48:49]), "missing for 8 hours (gaps: 1, the first from 2025-01-01 16:00"),
        (Provider(no_rate=HOURS[73:]), "missing for 40 hours (gaps: 1, the first from 2025-01-03 00:00"),
    ],
)
def test_payments_that_are_missing_are_named(provider, told: str, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        check_funding(PAIR, provider, FUTURES, START, STOP)
    assert told in caplog.text
    assert f"--pairs {PAIR} --timeframes 1h --erase --timerange 20241217-" in caplog.text


def test_all_payments_are_no_news(caplog) -> None:
    provider: Any = Provider()
    with caplog.at_level(logging.WARNING):
        check_funding(PAIR, provider, FUTURES, START, STOP)
    assert not caplog.records
