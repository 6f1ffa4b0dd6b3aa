"""Slow candles of a pair from the data folder: as downloaded, or made of faster ones."""

from pathlib import Path

import pandas as pd
from freqtrade.data.history import get_datahandler  # type: ignore[import-untyped]
from freqtrade.misc import pair_to_filename  # type: ignore[import-untyped]

from auriga.candle_files import list_candle_files
from auriga.candles import close_times, resample_candles, timeframe_delta, validate_candles
from auriga.errors import HostError
from auriga.host._results import read_candles


def read_slow_candles(datadir: Path, pair: str, timeframe: str) -> tuple[pd.DataFrame, str]:
    """Candles of a slow timeframe; where they were not downloaded, made of the slowest faster ones.

    Parameters
    ----------
    datadir : Path
        Folder of the downloaded candles.
    pair : str
        Freqtrade's name, such as `BTC/USDT`, or `BTC/USDT:USDT` for a perpetual.
    timeframe : str
        The slow timeframe.

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
    stored = stored_timeframes(datadir, pair)
    fitting = [other for other in stored if wanted % timeframe_delta(other) == pd.Timedelta(0)]
    source = max(fitting, key=timeframe_delta, default=timeframe)
    candles = read_candles(datadir, pair, source)
    validate_candles(candles, source, source=f"{pair} in {datadir}")
    return (candles if source == timeframe else _complete(candles, source, timeframe)), source


def stored_timeframes(datadir: Path, pair: str) -> list[str]:
    """Timeframes in which the folder holds candles of a pair; none when there is no folder."""
    kind, folder = ("futures", datadir / "futures") if ":" in pair else ("spot", datadir)
    if not folder.is_dir():
        return []
    # Freqtrade's own list ends with a ValueError at the first name that says no kind it knows.
    ending, name = get_datahandler(datadir)._get_file_extension(), pair_to_filename(pair)
    files = [file for file in list_candle_files(folder).files if file.format == ending and file.kind == kind]
    return [file.timeframe for file in files if file.pair == name]


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
