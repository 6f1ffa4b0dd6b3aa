"""What is traded: symbols, candles, trades and funding rates, and what an exchange quotes of them."""

from auriga_exchange.markets._funding import (
    FUNDING_HOURS,
    INTEREST_RATE,
    RATE_CAP,
    FundingRates,
    next_funding,
)
from auriga_exchange.markets._futures_store import FuturesStore, futures_on_spot
from auriga_exchange.markets._futures_symbols import FUTURES_ORDER_TYPES, LIQUIDATION_FEE_FRAC, FuturesSymbol
from auriga_exchange.markets._quotes import (
    LEAST_LEVEL_ORDERS,
    MS_A_DAY,
    Quote,
    day_ticker,
    quote_at,
    span_ticker,
)
from auriga_exchange.markets._series import (
    MS_A_MINUTE,
    CandleSeries,
    Rows,
    candle_path,
    resample_series,
    series_from_frame,
)
from auriga_exchange.markets._store import INTERVALS, CandleStore
from auriga_exchange.markets._symbols import ORDER_TYPES, PRECISION, SpotSymbol
from auriga_exchange.markets._trades import PublicTrade, TradeTape

__all__ = [
    "FUNDING_HOURS",
    "FUTURES_ORDER_TYPES",
    "INTEREST_RATE",
    "INTERVALS",
    "LEAST_LEVEL_ORDERS",
    "LIQUIDATION_FEE_FRAC",
    "MS_A_DAY",
    "MS_A_MINUTE",
    "ORDER_TYPES",
    "PRECISION",
    "RATE_CAP",
    "CandleSeries",
    "CandleStore",
    "FundingRates",
    "FuturesStore",
    "FuturesSymbol",
    "PublicTrade",
    "Quote",
    "Rows",
    "SpotSymbol",
    "TradeTape",
    "candle_path",
    "day_ticker",
    "futures_on_spot",
    "next_funding",
    "quote_at",
    "resample_series",
    "series_from_frame",
    "span_ticker",
]
