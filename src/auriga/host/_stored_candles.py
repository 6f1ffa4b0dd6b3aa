"""Which candles a data folder holds, in whichever of Freqtrade's formats."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freqtrade.data.history import get_datahandler  # type: ignore[import-untyped]
from freqtrade.enums import CandleType, TradingMode  # type: ignore[import-untyped]

FORMATS = ("feather", "parquet", "json", "jsongz")
"""Freqtrade's formats of candles (`dataformat_ohlcv`), its default first."""


def candle_kind(pair: str) -> Any:
    """Kind of a pair's candles by its name: a contract names its margin currency (`BTC/USDT:USDT`)."""
    return CandleType.FUTURES if ":" in pair else CandleType.SPOT


def candle_format(datadir: Path, pair: str, timeframe: str, told: str | None = None) -> str:
    """Format in which a folder holds candles of a pair: the one that was told, else the first there is.

    Freqtrade reads one format at a time, so a folder may hold old files of another. Without any file it is
    `told`, or Freqtrade's default.
    """
    wanted = [told] if told else []
    for name in dict.fromkeys([*wanted, *FORMATS]):
        handler = get_datahandler(datadir, name)
        if handler._pair_data_filename(datadir, pair, timeframe, candle_kind(pair)).is_file():
            return str(name)
    return told or FORMATS[0]


def stored_timeframes(datadir: Path, pair: str, told: str | None = None) -> list[str]:
    """Timeframes in which the folder holds candles of a pair; none when there is no folder."""
    mode = TradingMode.FUTURES if ":" in pair else TradingMode.SPOT
    found = {
        timeframe: None
        for data_format in dict.fromkeys([told or FORMATS[0], *FORMATS])
        for name, timeframe, kind in get_datahandler(datadir, data_format).ohlcv_get_available_data(
            datadir, mode
        )
        if name == pair and str(kind) in ("spot", "futures")  # mark prices and funding rates look alike
    }
    return list(found)


def stored_pairs(datadir: Path, config: Mapping[str, Any]) -> list[str]:
    """Pairs of the configured market and format that have candles in a folder, in alphabetical order."""
    mode = TradingMode(str(config.get("trading_mode") or "spot"))
    handler = get_datahandler(datadir, config.get("dataformat_ohlcv") or FORMATS[0])
    kind = "futures" if mode == TradingMode.FUTURES else "spot"
    found = handler.ohlcv_get_available_data(datadir, mode)
    return sorted({name for name, _, stored in found if str(stored) == kind})
