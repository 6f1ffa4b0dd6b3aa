"""Slow candles of a pair from the data folder: as downloaded, or made of faster ones."""

from pathlib import Path

import pandas as pd

from auriga.candles import close_times, resample_candles, timeframe_delta, validate_candles
from auriga.errors import HostError
from auriga.host.results._result import read_candles
from auriga.host.setup import stored_timeframes


def read_slow_candles(
    datadir: Path, pair: str, timeframe: str, data_format: str | None = None
) -> tuple[pd.DataFrame, str]:
    """Candles of a slow timeframe; where they were not downloaded, made of the slowest faster ones.

    Parameters
    ----------
    datadir : Path
        Folder of the downloaded candles.
    pair : str
        Freqtrade's name, such as `BTC/USDT`, or `BTC/USDT:USDT` for a perpetual.
    timeframe : str
        The slow timeframe.
    data_format : str, optional
        As in `read_candles`.

    Returns
    -------
    candles : DataFrame of shape (n_candles, 6)
        Complete candles only: an interval whose first or last part is not there is left out.
    source : str
        Timeframe of the file that was read; `timeframe` itself unless it had to be resampled.

    Raises
    ------
    HostError
        If the pair has no candles of this or a faster timeframe; with the command that gets them.
    CandleError
        If the candles cannot be used.
    """
    wanted = timeframe_delta(timeframe)
    stored = stored_timeframes(datadir, pair, data_format)
    fitting = [other for other in stored if wanted % timeframe_delta(other) == pd.Timedelta(0)]
    source = max(fitting, key=timeframe_delta, default=timeframe)
    candles = read_candles(datadir, pair, source, data_format)
    validate_candles(candles, source, source=f"{pair} in {datadir}")
    return (candles if source == timeframe else _complete(candles, source, timeframe)), source


def _complete(candles: pd.DataFrame, source: str, timeframe: str) -> pd.DataFrame:
    slow = resample_candles(candles, timeframe)
    begun = slow["date"] >= candles["date"].iloc[0]
    over = close_times(slow["date"], timeframe) <= close_times(candles["date"], source).iloc[-1]
    whole: pd.DataFrame = slow[begun & over].reset_index(drop=True)
    if whole.empty:
        raise HostError(
            f"{len(candles)} candles of {source} do not make one of {timeframe}; download an earlier start"
        )
    return whole
