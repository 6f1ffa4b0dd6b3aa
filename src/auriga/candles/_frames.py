"""The OHLCV contract: which columns candles have, in which order, and what can be wrong with them.

Every room below trusts candles that passed `validate_candles`. `inspect_candles` is the gentle form:
it names each problem with its first timestamp and its count and leaves the decision to the caller.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from auriga.errors import CandleError, ParameterError
from auriga.typing import BoolArray, IntArray

COLUMNS = ("date", "open", "high", "low", "close", "volume")
PRICES = ("open", "high", "low", "close")

_UNITS = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}


class Problem(Enum):
    """What can be wrong with candles; the value is the wording of a report line."""

    UNSORTED = "candles out of order"
    DUPLICATED = "duplicated candles"
    TOO_CLOSE = "candles closer together than the timeframe"
    MISSING = "missing candles"
    NAN = "candles with NaN or infinite values"
    NON_POSITIVE_PRICE = "candles with a price of zero or below"
    NEGATIVE_VOLUME = "candles with negative volume"
    ZERO_VOLUME = "candles without volume"
    CONTRADICTION = "candles whose high or low contradicts open or close"

    @property
    def tolerable(self) -> bool:
        """True for holes and silent candles, which real exchanges produce and Freqtrade fills."""
        return self in (Problem.MISSING, Problem.ZERO_VOLUME)


@dataclass(frozen=True)
class Finding:
    """One problem: what, how often, and when it happened first (UTC)."""

    problem: Problem
    count: int
    first_at: pd.Timestamp

    def __str__(self) -> str:
        what = self.problem.value if self.count != 1 else self.problem.value.replace("candles", "candle", 1)
        return f"{self.count} {what}, first at {self.first_at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class CandleReport:
    """All findings on one series of candles.

    Attributes
    ----------
    candles : int
        Number of rows that were inspected.
    findings : tuple of Finding
        Empty when nothing is wrong; at most one entry a problem.
    """

    candles: int
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """True when every finding is tolerable (holes, silent candles)."""
        return self.candles > 0 and all(finding.problem.tolerable for finding in self.findings)

    def __str__(self) -> str:
        if not self.candles:
            return "no candles at all"
        sound = "1 candle, no problem" if self.candles == 1 else f"{self.candles} candles, no problem"
        return "; ".join(str(finding) for finding in self.findings) or sound


def timeframe_minutes(timeframe: str) -> int:
    """Length of a timeframe in minutes.

    Parameters
    ----------
    timeframe : str
        Freqtrade's notation: a whole number and one of `m`, `h`, `d`, `w`.

    Raises
    ------
    ParameterError
        If the text is not a timeframe.

    Examples
    --------
    >>> timeframe_minutes("5m"), timeframe_minutes("1d")
    (5, 1440)
    """
    number, unit = timeframe[:-1], timeframe[-1:]
    if unit not in _UNITS or not number.isdigit() or int(number) < 1:
        raise ParameterError(
            f"timeframe {timeframe!r} is not a number followed by m, h, d or w, such as '5m'"
        )
    return int(number) * _UNITS[unit]


@cache
def timeframe_delta(timeframe: str) -> pd.Timedelta:
    """Length of a timeframe as a `pandas.Timedelta`; errors as in `timeframe_minutes`."""
    return pd.Timedelta(minutes=timeframe_minutes(timeframe))


def close_times(dates: pd.Series, timeframe: str) -> pd.Series:
    """Time at which each candle is complete: its opening time plus one timeframe."""
    return dates + timeframe_delta(timeframe)


def last_closed(slow_dates: pd.Series, timeframe: str, dates: pd.Series, base_timeframe: str) -> IntArray:
    """Position of the last slow candle that had closed by each base candle's own close.

    Parameters
    ----------
    slow_dates, dates : Series
        Opening times (UTC), in order.
    timeframe, base_timeframe : str
        Of the slow and of the base candles.

    Returns
    -------
    int array of shape (n,)
        -1 where none had closed yet.

    Examples
    --------
    A day is known when it is over: the 5m candle 23:55 closes with it.

    >>> days = pd.Series(pd.date_range("2025-01-01", periods=1, tz="UTC"))
    >>> fast = pd.Series(pd.to_datetime(["2025-01-01 23:50", "2025-01-01 23:55"], utc=True))
    >>> last_closed(days, "1d", fast, "5m").tolist()
    [-1, 0]
    """
    known_at = close_times(slow_dates, timeframe).to_numpy(dtype="datetime64[ns]")
    asked_at = close_times(dates, base_timeframe).to_numpy(dtype="datetime64[ns]")
    rows: IntArray = np.searchsorted(known_at, asked_at, side="right") - 1
    return rows


def require_columns(candles: pd.DataFrame) -> None:
    """Raise `CandleError` unless all six OHLCV columns are there and `date` is in UTC.

    Raises
    ------
    CandleError
        Naming the missing columns or the type of `date`.
    """
    missing = [column for column in COLUMNS if column not in candles.columns]
    if missing:
        raise CandleError(f"candles lack the columns {', '.join(missing)}; expected {', '.join(COLUMNS)}")
    dtype = candles["date"].dtype
    if not isinstance(dtype, pd.DatetimeTZDtype) or str(dtype.tz) not in ("UTC", "UTC+00:00"):
        raise CandleError(
            f"the date column has type {dtype}; convert it with pandas.to_datetime(..., utc=True)"
        )


def _in_words(dtype: object) -> str:
    """What a column that holds no numbers holds."""
    return "text" if str(dtype) in ("str", "string", "object") else str(dtype)


def _require_values(candles: pd.DataFrame) -> None:
    """Raise `CandleError` unless every candle has a date, and prices and volumes are numbers."""
    if not candles.columns.is_unique:
        raise CandleError(f"columns of the same name: {', '.join(map(str, candles.columns))}")
    texts = [name for name in COLUMNS[1:] if not is_numeric_dtype(candles[name])]
    if texts:
        raise CandleError(
            f"the columns {', '.join(texts)} hold {_in_words(candles[texts[0]].dtype)} instead of numbers"
        )
    if undated := int(candles["date"].isna().sum()):
        raise CandleError(f"{undated} of {len(candles)} candles have no date")


def _finding(problem: Problem, dates: pd.Series, where: BoolArray) -> Finding | None:
    count = int(np.count_nonzero(where))
    if not count:
        return None
    return Finding(problem, count, pd.Timestamp(dates[where].min()))


def _too_close(dates: pd.Series, timeframe: str) -> Finding | None:
    """Candles of a faster timeframe, or dates in another unit, under the name of this one."""
    unique = dates.drop_duplicates().sort_values()
    return _finding(Problem.TOO_CLOSE, unique, (unique.diff() < timeframe_delta(timeframe)).to_numpy())


def _missing(dates: pd.Series, timeframe: str) -> Finding | None:
    unique = dates.drop_duplicates().sort_values()
    step = timeframe_delta(timeframe)
    steps = unique.diff().iloc[1:].to_numpy() // step.to_timedelta64()
    missing = pd.Series(steps - 1, index=unique.index[1:]).clip(lower=0)
    holes = missing[missing > 0]
    if holes.empty:
        return None
    before_first = unique.loc[: holes.index[0]].iloc[-2]
    return Finding(Problem.MISSING, int(holes.sum()), pd.Timestamp(before_first + step))


def _masks(candles: pd.DataFrame) -> dict[Problem, BoolArray]:
    values = candles[[*PRICES, "volume"]].to_numpy(dtype=np.float64, na_value=np.nan)
    open_, high, low, close, volume = values.T
    with np.errstate(invalid="ignore"):
        return {
            Problem.UNSORTED: (candles["date"].diff() < pd.Timedelta(0)).to_numpy(),
            Problem.DUPLICATED: candles["date"].duplicated().to_numpy(),
            Problem.NAN: ~np.isfinite(values).all(axis=1),
            Problem.NON_POSITIVE_PRICE: (values[:, :4] <= 0).any(axis=1),
            Problem.NEGATIVE_VOLUME: volume < 0,
            Problem.ZERO_VOLUME: volume == 0,
            Problem.CONTRADICTION: (high < np.maximum(open_, close)) | (low > np.minimum(open_, close)),
        }


def inspect_candles(candles: pd.DataFrame, timeframe: str) -> CandleReport:
    """Report everything that is wrong with candles, each problem with its first timestamp and count.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Columns `date` (opening time, UTC), `open`, `high`, `low`, `close` (quote currency) and
        `volume` (base currency). Not changed.
    timeframe : str
        The spacing the candles should have, such as `"5m"`.

    Returns
    -------
    CandleReport
        Without findings when the candles are sound.

    Raises
    ------
    CandleError
        If a column is missing, prices or volumes are no numbers, or `date` is not in UTC or not there.

    Examples
    --------
    >>> dates = pd.to_datetime(["2025-01-01 00:00", "2025-01-01 00:15"], utc=True)
    >>> candles = pd.DataFrame({"date": dates})
    >>> candles[["open", "high", "low", "close", "volume"]] = 1.0
    >>> print(inspect_candles(candles, "5m"))
    2 missing candles, first at 2025-01-01 00:05 UTC
    """
    require_columns(candles)
    if candles.empty:
        return CandleReport(0, ())
    _require_values(candles)
    dates = candles["date"]
    found = [_too_close(dates, timeframe), _missing(dates, timeframe)]
    found += [_finding(problem, dates, where) for problem, where in _masks(candles).items()]
    order = list(Problem)
    findings = sorted((f for f in found if f is not None), key=lambda f: order.index(f.problem))
    return CandleReport(len(candles), tuple(findings))


def validate_candles(candles: pd.DataFrame, timeframe: str, *, source: str = "candles") -> CandleReport:
    """Return the report of `inspect_candles`, or raise when the candles cannot be used.

    Holes and candles without volume are tolerable; everything else is not.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        As in `inspect_candles`.
    timeframe : str
        The spacing the candles should have.
    source : str
        Where the candles come from (a file, a pair), for the message.

    Raises
    ------
    CandleError
        With every problem, its count and its first timestamp.
    """
    report = inspect_candles(candles, timeframe)
    if not report.usable:
        raise CandleError(f"{source} ({timeframe}) cannot be used: {report}. Download the candles again.")
    return report


def resample_candles(candles: pd.DataFrame, timeframe: str) -> pd.DataFrame:
    """Aggregate candles to a slower timeframe, labelled by opening time as exchanges do.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, 6)
        Sound candles of a faster timeframe.
    timeframe : str
        The slower timeframe; days and hours start at UTC midnight.

    Returns
    -------
    DataFrame of shape (n_slow, 6)
        Open of the first, highest high, lowest low, close of the last and sum of volume. Intervals
        without any candle are absent. The last one may be incomplete: the caller knows the clock.
    """
    how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    grouped = candles.resample(timeframe_delta(timeframe), on="date", origin="epoch")
    resampled = grouped.agg(how).dropna(subset=["open"])
    return resampled.reset_index()[list(COLUMNS)]
