"""Recorded perpetual contracts: candles, mark prices and funding rates below `futures`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.candles import CandleReport, Problem, validate_candles
from auriga.errors import CandleError
from auriga.exchange._funding import FundingRates
from auriga.exchange._futures_store import FuturesStore
from auriga.exchange._series import CandleSeries, series_from_frame
from auriga.exchange._store import INTERVALS

_FILE_NAME = re.compile(
    r"(?P<base>[^\W_]+)_(?P<quote>[^\W_]+)_(?P<settle>[^\W_]+)-(?P<timeframe>\d+[mhdw])"
    r"-(?P<kind>futures|mark|funding_rate)\.feather"
)
_CANDLES = ("futures", "mark")
_RATE_COLUMNS = ("funding_rate", "open")  # Freqtrade wrote rates as candles, the rate as their opening price


@dataclass(frozen=True)
class RecordedFutures:
    """Recorded contracts, how many files they came from, and a line for each file with missing candles."""

    store: FuturesStore
    used: int
    holes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _File:
    path: Path
    pair: tuple[str, str]
    timeframe: str
    kind: str


def read_recorded_futures(directory: Path) -> RecordedFutures | None:
    """Read `<BASE>_<QUOTE>_<QUOTE>-<timeframe>-<futures, mark or funding_rate>.feather` of a directory.

    Parameters
    ----------
    directory : Path
        Such as `user_data/data/binance/futures`.

    Returns
    -------
    RecordedFutures or None
        None when the directory has no candles of a contract. Mark prices and funding rates of a contract
        without candles are left out, as are contracts with another margin currency than their quote.

    Raises
    ------
    CandleError
        If a file cannot be used.
    """
    files = list(_find_files(directory))
    with ThreadPoolExecutor() as pool:
        loaded = pool.map(read_feather, [file.path for file in files])
        frames = {file: frame for file, frame in zip(files, loaded, strict=True) if not frame.empty}
    contracts = {file.pair for file in frames if file.kind == "futures"}
    if not contracts:
        return None
    kept = {file: frame for file, frame in frames.items() if file.pair in contracts}
    holes = [line for file, frame in kept.items() if file.kind in _CANDLES for line in _check(file, frame)]
    rates = {
        file.pair: _rates(file.path, frame) for file, frame in kept.items() if file.kind == "funding_rate"
    }
    store = FuturesStore(_group(kept, "futures"), marks=_group(kept, "mark"), funding=rates)
    return RecordedFutures(store, len(kept), tuple(holes))


def hole_lines(name: str, report: CandleReport) -> list[str]:
    """One line for each kind of missing candles in a file."""
    missing = [finding for finding in report.findings if finding.problem is Problem.MISSING]
    return [f"{name}: {finding}" for finding in missing]


def read_feather(path: Path) -> pd.DataFrame:
    """Read one file; `CandleError` names it when that fails."""
    try:
        return pd.read_feather(path)
    except (OSError, ValueError) as error:
        raise CandleError(f"{path} is not a readable feather file ({error}); download it again") from error


def _find_files(directory: Path) -> Iterator[_File]:
    for path in sorted(directory.glob("*.feather")):
        match = _FILE_NAME.fullmatch(path.name)
        if match and match["quote"] == match["settle"] and match["timeframe"] in INTERVALS:
            yield _File(path, (match["base"], match["quote"]), match["timeframe"], match["kind"])


def _group(frames: dict[_File, pd.DataFrame], kind: str) -> dict[tuple[str, str], dict[str, CandleSeries]]:
    grouped: dict[tuple[str, str], dict[str, CandleSeries]] = defaultdict(dict)
    for file, frame in frames.items():
        if file.kind == kind:
            grouped[file.pair][file.timeframe] = series_from_frame(frame, file.timeframe)
    return dict(grouped)


def _check(file: _File, candles: pd.DataFrame) -> list[str]:
    try:
        report = validate_candles(candles, file.timeframe, source=file.path.name)
    except CandleError as error:
        raise CandleError(f"{file.path}: {error}") from error
    base, quote = file.pair
    return hole_lines(f"{base}/{quote}:{quote} {file.timeframe} {file.kind}", report)


def _rates(path: Path, frame: pd.DataFrame) -> FundingRates:
    column = next((name for name in _RATE_COLUMNS if name in frame.columns), None)
    if column is None or not isinstance(frame.get("date", pd.Series()).dtype, pd.DatetimeTZDtype):
        raise CandleError(
            f"{path} has the columns {list(frame.columns)}; funding rates need a date in UTC and "
            "funding_rate; download it again"
        )
    paid_at = frame["date"].dt.as_unit("ms").astype("int64").to_numpy()
    rates = frame[column].to_numpy(dtype=np.float64)
    if not (np.diff(paid_at) > 0).all() or not np.isfinite(rates).all():
        raise CandleError(f"{path} has repeated times or rates that are not numbers; download it again")
    return FundingRates(paid_at, rates)
