"""Candles: the OHLCV contract, and Freqtrade's candle files in a folder."""

from auriga.candles._files import (
    CANDLE_KINDS,
    FUNDING,
    NO_CANDLES,
    CandleFile,
    CandleFolder,
    list_candle_files,
    read_candle_file,
    read_funding_rates,
)
from auriga.candles._frames import (
    COLUMNS,
    PRICES,
    CandleReport,
    Finding,
    Problem,
    close_times,
    inspect_candles,
    require_columns,
    resample_candles,
    timeframe_delta,
    timeframe_minutes,
    validate_candles,
)

__all__ = [
    "CANDLE_KINDS",
    "COLUMNS",
    "FUNDING",
    "NO_CANDLES",
    "PRICES",
    "CandleFile",
    "CandleFolder",
    "CandleReport",
    "Finding",
    "Problem",
    "close_times",
    "inspect_candles",
    "list_candle_files",
    "read_candle_file",
    "read_funding_rates",
    "require_columns",
    "resample_candles",
    "timeframe_delta",
    "timeframe_minutes",
    "validate_candles",
]
