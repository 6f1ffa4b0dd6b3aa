"""Whether a futures backtest can charge funding: Freqtrade counts a missing rate as no payment."""

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd

from auriga.host.rows import PairSourceError
from auriga.host.setup import DataProvider, download_command

logger = logging.getLogger(__name__)

_LONGEST = pd.Timedelta(hours=8)
"""Between two payments on Binance, at most."""


def check_funding(
    pair: str, data_provider: DataProvider, config: Mapping[str, Any], start: pd.Timestamp, stop: pd.Timestamp
) -> None:
    """Refuse a futures backtest without funding rates, and name the payments that are missing in it.

    Freqtrade pays a rate at its date, times the mark price that opens then. With one of the two missing
    it charges nothing and says nothing.

    Parameters
    ----------
    pair : str
    data_provider : DataProvider
    config : mapping
        Freqtrade's configuration. With `futures_funding_rate` the user has said what to charge instead.
    start, stop : Timestamp
        Of the backtest.

    Raises
    ------
    PairSourceError
        If there is no payment at all between `start` and `stop`.
    """
    if config.get("trading_mode") != "futures" or config.get("futures_funding_rate") is not None:
        return
    paid_at = _payments(pair, data_provider)
    paid_at = paid_at[(paid_at >= start) & (paid_at <= stop)]
    if paid_at.empty and stop - start > _LONGEST:
        raise PairSourceError(
            pair,
            f"no funding rate between {start:%Y-%m-%d} and {stop:%Y-%m-%d}, so that this backtest would "
            f"charge no funding. Get them: {_remedy(pair, start, config)}",
        )
    gaps = _gaps(paid_at, start, stop)
    if len(gaps):
        hours = pd.Timedelta(gaps.sum()) // pd.Timedelta(hours=1)
        logger.warning(
            "%s: funding rates are missing for %d hours (gaps: %d, the first from %s); nothing is charged "
            "there. %s",
            pair, hours, len(gaps), f"{gaps.index[0]:%Y-%m-%d %H:%M}",
            _remedy(pair, start, config, "--erase"),
        )  # fmt: skip


def _payments(pair: str, data_provider: DataProvider) -> pd.DatetimeIndex:
    """When a rate meets a mark price, which both have their own file."""
    timeframe = data_provider.get_funding_rate_timeframe()
    rates, marks = (
        data_provider.get_pair_dataframe(pair, timeframe, candle_type=kind)
        for kind in ("funding_rate", "mark")
    )
    if rates.empty or marks.empty:
        return pd.DatetimeIndex([], tz="UTC")
    return pd.DatetimeIndex(rates["date"][rates["date"].isin(marks["date"])])


def _gaps(paid_at: pd.DatetimeIndex, start: pd.Timestamp, stop: pd.Timestamp) -> pd.Series:
    """Time without payments beyond the longest pause, by when it begins."""
    moments = pd.DatetimeIndex([start, *paid_at, stop])
    pauses = pd.Series(moments[1:] - moments[:-1], index=moments[:-1]) - _LONGEST
    return pauses[pauses > pd.Timedelta(0)]


def _remedy(pair: str, start: pd.Timestamp, config: Mapping[str, Any], *options: str) -> str:
    """The download that gets them, over the training days too: `--erase` takes the candles as well."""
    days = config.get("freqai", {}).get("train_period_days", 0) + 1
    since = start - pd.Timedelta(days=days)
    return download_command(pair, "1h", since, None, *options, config=config)
