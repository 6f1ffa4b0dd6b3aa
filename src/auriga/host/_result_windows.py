"""The walk-forward of a finished backtest, and the models that it left of each window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from freqtrade.configuration import TimeRange  # type: ignore[import-untyped]

from auriga.candles import timeframe_delta
from auriga.errors import HostError
from auriga.host._places import model_place
from auriga.host._results import BacktestResult
from auriga.host._saved import SavedModel, look_at_model
from auriga.host._windows import DAY, Window


def result_windows(result: BacktestResult) -> tuple[Window, ...]:
    """FreqAI's windows of a backtest, oldest first.

    Raises
    ------
    HostError
        If the result does not say how long windows were, or was made without FreqAI.
    """
    freqai = result.config.get("freqai", {})
    if not freqai.get("enabled") or not freqai.get("backtest_period_days"):
        raise HostError(f"{result.path.name} was made without FreqAI, so there are no models to look at")
    step = timeframe_delta(str(result.stats["timeframe"])) // pd.Timedelta(milliseconds=1)
    gap = freqai.get("feature_parameters", {}).get("buffer_train_data_candles", 0) * step
    days = max(freqai["train_period_days"], result.settings.expert_train_period_days or 0)
    begin, stop = _span(result)
    windows = []
    while begin < stop:
        end = min(begin + int(freqai["backtest_period_days"] * DAY), stop)
        last = end + step if end == stop else end  # the candle that opens at the end is predicted too
        windows.append(Window(begin - days * DAY + gap, begin - gap, begin, last))
        begin = end
    return tuple(windows)


def _span(result: BacktestResult) -> tuple[int, int]:
    """First moment (ms) of the timerange and its end."""
    asked = TimeRange.parse_timerange(result.stats.get("timerange"))
    start = asked.startts * 1000 if asked.startts else int(result.start.timestamp()) * 1000
    stop = asked.stopts * 1000 if asked.stopts else int(result.end.timestamp()) * 1000
    return start, stop


@dataclass(frozen=True)
class WindowModel:
    """A saved model of a window and the pairs that it answers."""

    window: Window
    pairs: tuple[str, ...]
    saved: SavedModel


def window_models(
    models: Path, windows: Sequence[Window], pairs: Sequence[str]
) -> Iterator[WindowModel | str]:
    """Saved models of these windows, each read once however many pairs share it; or why there is none.

    Parameters
    ----------
    models : Path
        FreqAI's folder of the identifier.
    windows : sequence of Window
    pairs : sequence of str
    """
    for window in windows:
        same: dict[bytes, list[str]] = {}
        for pair in pairs:
            folder, name = model_place(models, pair, window.stamp)
            file = folder / f"{name}_model.joblib"
            if file.is_file():
                same.setdefault(file.read_bytes(), []).append(pair)
            else:
                yield f"{pair} until {window.trained_on.split()[-1]}: no model was saved"
        for shared in same.values():
            saved = look_at_model(*model_place(models, shared[0], window.stamp))
            if isinstance(saved, str):
                yield f"{shared[0]} until {window.trained_on.split()[-1]}: {saved}"
            else:
                yield WindowModel(window, tuple(shared), saved)
