"""Freqtrade's candle files in a folder: what each name says, and what is in it.

A folder of downloads holds more than sound candles: trades, funding rates, mark prices, files that a full
disk cut short. Nothing in one file ends the reading of the others: `list_candle_files` sorts a folder by
names alone, and what is wrong with a file is a `CandleError` of that file.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from auriga.candles._frames import COLUMNS, timeframe_minutes
from auriga.errors import CandleError, ParameterError, clause

CANDLE_KINDS = ("spot", "futures", "mark", "index")
FUNDING = "funding_rate"
NO_CANDLES = "no candles"
_OTHER_KINDS = {
    "premiumIndex": "premium indices, which are no prices",
    "open_interest": "open interest, which is no price",
}
_RATE_COLUMNS = ("funding_rate", "open")  # Freqtrade wrote rates as candles, the rate as their opening price
_FORMATS = ("feather", "parquet", "json", "json.gz")
_ENDING = re.compile(r"(?P<stem>.+?)\.(?P<format>feather|parquet|json|json\.gz|h5)", re.IGNORECASE)
_NAME = re.compile(r"(?P<pair>[\w-]+?)-(?P<timeframe>\d+[a-zA-Z]{1,2})(?:-(?P<kind>\w+))?")


@dataclass(frozen=True)
class CandleFile:
    """One file of candles or funding rates, by its name.

    Attributes
    ----------
    path : Path
    pair : str
        As the name writes it: `BTC_USDT`, or `BTC_USDT_USDT` for a perpetual contract.
    timeframe : str
        Freqtrade's notation.
    kind : str
        One of `CANDLE_KINDS`, or `FUNDING`.
    format : str
        Ending of the name: `feather`, `parquet`, `json` or `json.gz`.
    """

    path: Path
    pair: str
    timeframe: str
    kind: str
    format: str

    @property
    def misplaced(self) -> str:
        """Where Freqtrade would look for it instead; empty where it is in the right folder."""
        in_futures = self.path.resolve().parent.name == "futures"
        if (self.kind == "spot") is not in_futures:
            return ""
        right = "the folder above" if in_futures else "a folder named futures"
        return f"Freqtrade looks for such a file in {right} alone"


@dataclass(frozen=True)
class CandleFolder:
    """The files of one folder, sorted by their names.

    Attributes
    ----------
    files : tuple of CandleFile
        Candles and funding rates, in the order of their names.
    misnamed : dict of str to str
        Names that Freqtrade would take for candles, but that say no timeframe or kind it knows, and why.
    left_out : dict of str to tuple of str
        Names of everything else, by what they are.
    """

    files: tuple[CandleFile, ...]
    misnamed: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def list_candle_files(directory: Path) -> CandleFolder:
    """Sort the files of a folder by their names; nothing is opened.

    Parameters
    ----------
    directory : Path
        Such as `user_data/data/binance`, or the folder `futures` in it. Folders in it and hidden files are
        passed over.

    Returns
    -------
    CandleFolder
        Without any file for an empty folder.

    Raises
    ------
    CandleError
        If there is no such folder, or it cannot be read.
    """
    try:
        paths = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        raise CandleError(f"there is no folder {directory}; give the one that holds candle files") from None
    except NotADirectoryError:
        raise CandleError(f"{directory} is a file; give the folder that it is in") from None
    except OSError as error:
        raise CandleError(f"the folder {directory} cannot be read: {error.strerror}") from error
    files: list[CandleFile] = []
    misnamed: dict[str, str] = {}
    left_out: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        found = _sorted(path)
        if isinstance(found, CandleFile):
            files.append(found)
        elif found.startswith("the "):
            misnamed[path.name] = found
        elif found:
            left_out[found].append(path.name)
    return CandleFolder(tuple(files), misnamed, {why: tuple(names) for why, names in left_out.items()})


def _sorted(path: Path) -> CandleFile | str:
    """Return the file, or why it is none, beginning with `the` when Freqtrade would try to read it."""
    ending = _ENDING.fullmatch(path.name)
    if not ending:
        return "" if path.is_dir() else NO_CANDLES
    stem, form = ending["stem"], ending["format"]
    match = _NAME.fullmatch(stem)
    if stem.endswith("-trades"):
        return "trades"
    if not match or (form not in _FORMATS and form.lower() in _FORMATS):
        return "" if path.is_dir() else "not named as Freqtrade names candles, such as BTC_USDT-5m.feather"
    if form.lower() == "h5":
        return "a format that Freqtrade no longer reads"
    kind, timeframe = match["kind"] or "spot", match["timeframe"]
    if kind in _OTHER_KINDS:
        return _OTHER_KINDS[kind]
    if kind not in (*CANDLE_KINDS, FUNDING):
        return f"the name ends with {kind!r}, which is no kind of candles that Freqtrade knows"
    if timeframe.lower() in ("1mo", "1y") or timeframe == "1M":
        return "months and years, which have no fixed length"
    try:
        timeframe_minutes(timeframe)
    except ParameterError as error:
        return f"the {clause(error)}"
    return CandleFile(path, match["pair"], timeframe, kind, form)


def read_candle_file(file: CandleFile) -> pd.DataFrame:
    """Read a file of candles; JSON has no column names and dates in ms, as Freqtrade writes it.

    Returns
    -------
    DataFrame of shape (n_candles, >= 6)
        As it is on disk: holes, repetitions and NaN included; check it with `auriga.candles.inspect_candles`.

    Raises
    ------
    CandleError
        If the file cannot be read as what its ending says.
    """
    return _read(file, COLUMNS)


def read_funding_rates(file: CandleFile) -> pd.DataFrame:
    """Read and check a file of funding rates, in today's form or as the candles that Freqtrade once wrote.

    Returns
    -------
    DataFrame of shape (n_rates, 2)
        `date` (UTC, increasing) and `funding_rate`, a fraction of the position that longs pay to shorts. May
        be empty.

    Raises
    ------
    CandleError
        If the file cannot be read, has other columns, repeated times or rates that are not numbers.
    """
    frame = _read(file, ("date", _RATE_COLUMNS[0]))
    column = next((name for name in _RATE_COLUMNS if name in frame.columns), None)
    if column is None or not isinstance(frame.get("date", pd.Series()).dtype, pd.DatetimeTZDtype):
        raise CandleError(
            f"{file.path} has the columns {', '.join(map(str, frame.columns))}; funding rates need a date in "
            "UTC and funding_rate; download it again"
        )
    rates = frame[["date", column]].set_axis(["date", "funding_rate"], axis=1)
    increasing = rates["date"].notna().all() and (rates["date"].diff().iloc[1:] > pd.Timedelta(0)).all()
    if not is_numeric_dtype(rates["funding_rate"]) or not increasing or not _finite(rates["funding_rate"]):
        raise CandleError(f"{file.path} has repeated times or rates that are not numbers; download it again")
    return rates


def _finite(values: pd.Series) -> bool:
    return bool(np.isfinite(values.to_numpy(dtype=np.float64, na_value=np.nan)).all())


def _read(file: CandleFile, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        if why := _unreadable(file.path):
            raise CandleError(f"{file.path} {why}; download it again")
        if file.format.startswith("json"):
            return _read_json(file.path, columns)
        readers: dict[str, Callable[[Path], pd.DataFrame]] = {
            "feather": pd.read_feather,
            "parquet": pd.read_parquet,
        }
        return readers[file.format](file.path)
    except CandleError:
        raise
    except PermissionError:
        raise CandleError(f"{file.path} may not be read by this user; change its permissions") from None
    except Exception as error:  # a damaged file breaks its reader in any way, and must not end the others
        raise CandleError(
            f"{file.path} is not a readable {file.format} file ({clause(error)}); download it again"
        ) from error


def _unreadable(path: Path) -> str:
    """What can be seen of a file without reading it."""
    if path.is_dir():
        return "is a folder, not a file"
    if not path.exists():
        return "is a link to a file that is not there" if path.is_symlink() else "is not there"
    if not path.is_file():
        return "is a pipe or a device, not a file"
    return "is empty (0 bytes)" if path.stat().st_size == 0 else ""


def _read_json(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows of numbers; those of another width keep their bare column numbers, which then fail the checks."""
    frame = pd.read_json(path, orient="values")
    if frame.empty:
        return pd.DataFrame(columns=list(columns)).astype({"date": "datetime64[ms, UTC]"})
    named = next((names for names in (columns, COLUMNS) if len(names) == frame.shape[1]), None)
    if named is None or not is_numeric_dtype(frame[0]):
        return frame
    frame.columns = pd.Index(named)
    return frame.assign(date=pd.to_datetime(frame["date"], unit="ms", utc=True).dt.as_unit("ms"))
