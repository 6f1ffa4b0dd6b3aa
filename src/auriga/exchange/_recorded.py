"""Candles that were recorded: Freqtrade's feather files in one directory."""

import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from auriga.candles import CandleReport, validate_candles
from auriga.errors import CandleError
from auriga.exchange._futures_store import FuturesStore, futures_on_spot
from auriga.exchange._recorded_futures import hole_lines, read_feather, read_recorded_futures
from auriga.exchange._series import CandleSeries, series_from_frame
from auriga.exchange._store import INTERVALS, CandleStore
from auriga.memory import release_memory

_READERS = 2  # each holds a file twice while it reads
_FILE_NAME = re.compile(r"(?P<base>[^\W_]+)_(?P<quote>[^\W_]+)-(?P<timeframe>\d+[mhdw])\.feather")


@dataclass(frozen=True)
class RecordedMarket:
    """Recorded candles and what there is to say about the files.

    Attributes
    ----------
    store : CandleStore
        The candles.
    futures_store : FuturesStore
        What the `futures` subdirectory holds; without it, contracts that trade at the spot price.
    holes : tuple of str
        One line for each file with missing candles; they are served as holes.
    left_out : int
        Feather files that were not used: trades, unknown names and empty ones.
    """

    store: CandleStore
    futures_store: FuturesStore
    holes: tuple[str, ...]
    left_out: int


@dataclass(frozen=True)
class _File:
    path: Path
    base: str
    quote: str
    timeframe: str


def read_recorded_market(directory: Path) -> RecordedMarket:
    """Read and check every `<BASE>_<QUOTE>-<timeframe>.feather` of a directory.

    Parameters
    ----------
    directory : Path
        Such as `user_data/data/binance`. A `futures` subdirectory is read too.

    Returns
    -------
    RecordedMarket
        All pairs and timeframes found.

    Raises
    ------
    CandleError
        If the directory is missing or has no such file, or if a file cannot be used.
    """
    if not directory.is_dir():
        raise CandleError(f"there is no directory {directory}; give --candles one that holds feather files")
    files = _find_files(directory)
    if not files:
        raise CandleError(
            f"no spot candles in {directory}: expected files such as BTC_USDT-5m.feather; "
            "run freqtrade download-data first, or serve a simulated market with --market standard"
        )
    with ThreadPoolExecutor(max_workers=_READERS) as pool:
        loaded = list(pool.map(_read_file, files))
    series: dict[tuple[str, str], dict[str, CandleSeries]] = defaultdict(dict)
    holes: list[str] = []
    for file, content in zip(files, loaded, strict=True):
        if content is not None:
            series[file.base, file.quote][file.timeframe] = content[0]
            holes += hole_lines(f"{file.base}/{file.quote} {file.timeframe}", content[1])
    if not series:
        raise CandleError(f"all files in {directory} are empty; run freqtrade download-data again")
    store = CandleStore(series)
    futures = read_recorded_futures(directory / "futures")
    used = sum(len(frames) for frames in series.values()) + (futures.used if futures else 0)
    release_memory()  # what reading took is kept for a next file, and there is none
    left_out = len(list(directory.rglob("*.feather"))) - used
    holes += futures.holes if futures else ()
    return RecordedMarket(store, futures.store if futures else futures_on_spot(store), tuple(holes), left_out)


def _find_files(directory: Path) -> list[_File]:
    matches = [(path, _FILE_NAME.fullmatch(path.name)) for path in sorted(directory.iterdir())]
    files = [_File(path, *match.groups()) for path, match in matches if match]
    return [file for file in files if file.timeframe in INTERVALS]


def _read_file(file: _File) -> tuple[CandleSeries, CandleReport] | None:
    """Candles and their report; None for an empty file, which Freqtrade writes when it got nothing."""
    candles = read_feather(file.path)
    if candles.empty:
        return None
    try:
        report = validate_candles(candles, file.timeframe, source=file.path.name)
    except CandleError as error:
        raise CandleError(f"{file.path}: {error}") from error
    return series_from_frame(candles, file.timeframe), report
