"""Recorded perpetual contracts: candles, mark prices and funding rates below `futures`."""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from auriga.candles import FUNDING, CandleFile, CandleReport, list_candle_files, read_funding_rates
from auriga_exchange.markets import INTERVALS, CandleSeries, FundingRates, FuturesStore
from auriga_exchange.sources._recorded_files import ReadFile, ReadFiles, first_of_each, read_all, read_series

_CANDLES = ("futures", "mark")
_CONTRACT = re.compile(r"(?P<base>[^\W_]+)_(?P<quote>[^\W_]+)_(?P=quote)")


@dataclass(frozen=True)
class RecordedFutures:
    """Recorded contracts, how many files they came from, and a line for each file with something to say.

    Attributes
    ----------
    store : FuturesStore or None
        None when there are no candles of a contract.
    used : int
    holes : tuple of str
        Files with missing candles.
    faulty : tuple of str
        Files that cannot be used, and why.
    """

    store: FuturesStore | None
    used: int = 0
    holes: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()


def read_recorded_futures(directory: Path) -> RecordedFutures:
    """Read `<BASE>_<QUOTE>_<QUOTE>-<timeframe>-<futures, mark or funding_rate>` of a directory.

    Parameters
    ----------
    directory : Path
        Such as `user_data/data/binance/futures`; may be absent.

    Returns
    -------
    RecordedFutures
        Mark prices and funding rates of a contract without candles are left out, as are contracts with
        another margin currency than their quote. A file that cannot be used does not end the others.
    """
    if not directory.is_dir():
        return RecordedFutures(None)
    listed = first_of_each(list_candle_files(directory).files, (*_CANDLES, FUNDING))
    files = [file for file in listed if _contract(file) and file.timeframe in INTERVALS]
    series = read_all([file for file in files if file.kind != FUNDING], read_series)
    rates = read_all([file for file in files if file.kind == FUNDING], _read_rates)
    faulty = tuple(sorted(series.faulty + rates.faulty))
    candles = _group(series, "futures")
    if not candles:
        return RecordedFutures(None, faulty=faulty)
    funding = {pair: found.content for found in rates.read if (pair := _contract(found.file)) in candles}
    store = FuturesStore(candles, marks=_group(series, "mark"), funding=funding)
    kept = [found for found in series.read if _contract(found.file) in candles]
    holes = tuple(line for found in kept for line in found.holes(_name(found.file)))
    return RecordedFutures(store, len(kept) + len(funding), holes, faulty)


def _contract(file: CandleFile) -> tuple[str, str] | None:
    """Base and quote currency; None for a contract that ends or has another margin currency."""
    match = _CONTRACT.fullmatch(file.pair)
    return (match["base"], match["quote"]) if match else None


def _name(file: CandleFile) -> str:
    base, quote, settle = file.pair.split("_")
    return f"{base}/{quote}:{settle} {file.timeframe} {file.kind}"


def _group(files: ReadFiles[CandleSeries], kind: str) -> dict[tuple[str, str], dict[str, CandleSeries]]:
    grouped: dict[tuple[str, str], dict[str, CandleSeries]] = defaultdict(dict)
    for found in files.read:
        pair = _contract(found.file)
        if found.file.kind == kind and pair:
            grouped[pair][found.file.timeframe] = found.content
    return dict(grouped)


def _read_rates(file: CandleFile) -> ReadFile[FundingRates] | None:
    frame = read_funding_rates(file)
    if frame.empty:
        return None
    paid_at = frame["date"].dt.as_unit("ms").astype("int64").to_numpy()
    rates = frame["funding_rate"].to_numpy(dtype=np.float64)
    return ReadFile(file, FundingRates(paid_at, rates), CandleReport(len(frame), ()))
