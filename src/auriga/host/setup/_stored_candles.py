"""Which candles a data folder holds, in whichever of Freqtrade's formats."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freqtrade.data.history import get_datahandler
from freqtrade.data.history.datahandlers.idatahandler import IDataHandler
from freqtrade.enums import CandleType
from freqtrade.misc import pair_to_filename

from auriga.candles import CandleFile, list_candle_files

FORMATS = ("feather", "parquet", "json", "jsongz")
"""Freqtrade's formats of candles (`dataformat_ohlcv`), its default first."""

_ENDINGS = {"feather": "feather", "parquet": "parquet", "json": "json", "jsongz": "json.gz"}


def candle_kind(pair: str) -> CandleType:
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
    """Timeframes in which the folder holds candles of a pair, those in format `told` first."""
    first = _ENDINGS[told or FORMATS[0]]
    kind, name = str(candle_kind(pair)), pair_to_filename(pair)
    files = [file for file in _files(datadir, kind) if file.pair == name]
    return list(
        dict.fromkeys(file.timeframe for file in sorted(files, key=lambda file: file.format != first))
    )


def stored_pairs(datadir: Path, config: Mapping[str, Any]) -> list[str]:
    """Pairs of the configured market and format that have candles in a folder, in alphabetical order."""
    kind = "futures" if str(config.get("trading_mode") or "spot") == "futures" else "spot"
    ending = _ENDINGS[config.get("dataformat_ohlcv") or FORMATS[0]]
    names = {file.pair for file in _files(datadir, kind) if file.format == ending}
    return sorted(IDataHandler.rebuild_pair_from_filename(name) for name in names)


def _files(datadir: Path, kind: str) -> list[CandleFile]:
    """Candles of a kind. Freqtrade lists them too, but ends at the first name of a kind it does not know."""
    folder = datadir / "futures" if kind == "futures" else datadir
    if not folder.is_dir():
        return []
    return [file for file in list_candle_files(folder).files if file.kind == kind]
