"""Candles that were recorded: Freqtrade's candle files in one directory."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auriga.candles import NO_CANDLES, CandleFile, list_candle_files
from auriga.errors import CandleError
from auriga_exchange.markets import INTERVALS, CandleSeries, CandleStore, FuturesStore, futures_on_spot
from auriga_exchange.sources._recorded_files import first_of_each, read_all, read_series
from auriga_exchange.sources._recorded_futures import read_recorded_futures


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
    faulty : tuple of str
        One line for each file that cannot be used; the others are served.
    left_out : int
        Candle files that were not asked for: trades, unknown names and empty ones.
    """

    store: CandleStore
    futures_store: FuturesStore
    holes: tuple[str, ...]
    faulty: tuple[str, ...]
    left_out: int


def read_recorded_market(directory: Path) -> RecordedMarket:
    """Read and check every `<BASE>_<QUOTE>-<timeframe>` of a directory, in any format of Freqtrade's.

    Parameters
    ----------
    directory : Path
        Such as `user_data/data/binance`. A `futures` subdirectory is read too.

    Returns
    -------
    RecordedMarket
        All pairs and timeframes found. A file that cannot be used does not end the others.

    Raises
    ------
    CandleError
        If the directory is missing or has no such file, or if none can be used.
    """
    if not directory.is_dir():
        raise CandleError(f"there is no directory {directory}; give --candles one that holds candle files")
    files = list(_find_files(directory))
    if not files:
        raise CandleError(
            f"no spot candles in {directory}: expected files such as BTC_USDT-5m.feather; "
            "run freqtrade download-data first, or serve a simulated market with --market standard"
        )
    found = read_all(files, read_series)
    if not found.read and found.faulty:
        raise CandleError(f"no file in {directory} can be used: {'; '.join(found.faulty)}")
    if not found.read:
        raise CandleError(f"all files in {directory} are empty; run freqtrade download-data again")
    series: dict[tuple[str, str], dict[str, CandleSeries]] = defaultdict(dict)
    for one in found.read:
        series[_currencies(one.file)][one.file.timeframe] = one.content
    holes = [line for one in found.read for line in one.holes(_name(one.file))]
    store = CandleStore(series)
    futures = read_recorded_futures(directory / "futures")
    faulty = (*found.faulty, *futures.faulty)
    left_out = _count_files(directory) - len(found.read) - futures.used - len(faulty)
    contracts = futures.store or futures_on_spot(store)
    return RecordedMarket(store, contracts, (*holes, *futures.holes), faulty, left_out)


def _find_files(directory: Path) -> Iterator[CandleFile]:
    for file in first_of_each(list_candle_files(directory).files, ("spot",)):
        if all(map(str.isalnum, _currencies(file))) and file.timeframe in INTERVALS:
            yield file


def _currencies(file: CandleFile) -> tuple[str, str]:
    base, _, quote = file.pair.partition("_")
    return base, quote


def _name(file: CandleFile) -> str:
    return f"{'/'.join(_currencies(file))} {file.timeframe}"


def _count_files(directory: Path) -> int:
    """Files that hold candles by their names, in the directory and its futures."""
    places = [place for place in (directory, directory / "futures") if place.is_dir()]
    folders = [list_candle_files(place) for place in places]
    named = sum(len(folder.files) + len(folder.misnamed) for folder in folders)
    return named + sum(len(names) for f in folders for why, names in f.left_out.items() if why != NO_CANDLES)
