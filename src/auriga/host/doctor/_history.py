"""Whether there are enough candles before the timerange: for training, features and the slowest regime."""

from collections.abc import Iterator

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.host._features import feature_warmup_candles
from auriga.host._regimes import regime_pair
from auriga.host.doctor._candles import download
from auriga.host.doctor._examination import Examination
from auriga.host.doctor._finding import Finding, Level, fine

_HALF = 0.5


def history(exam: Examination) -> Iterator[Finding]:
    """Compare the first candle of each series with the first one that is needed."""
    found = [
        finding
        for pair, timeframe in exam.series
        if len(frame := exam.stored(pair, timeframe))
        for finding in _short(exam, pair, timeframe, frame["date"].min())
    ]
    yield from found or [
        fine(
            "history",
            f"enough candles for {exam.config['freqai']['train_period_days']} days of training and "
            f"the warm-up before {exam.span[0]:%Y-%m-%d}",
        )
    ]


def _short(exam: Examination, pair: str, timeframe: str, first: pd.Timestamp) -> Iterator[Finding]:
    start, train_start = exam.span[0], exam.train_start
    step = timeframe_delta(timeframe)
    warmup = feature_warmup_candles(exam.config, exam.settings.features.groups)
    options = exam.config["freqai"]["feature_parameters"]
    if timeframe in {exam.timeframe, *options["include_timeframes"]}:
        yield from _late(exam, pair, timeframe, first, warmup * step, f"{warmup} candles of start-up")
    sources = {regime_pair(name, exam.settings) for name in exam.pairs}
    if timeframe == exam.settings.timeframe and pair in sources:
        slow = exam.settings.warmup_candles
        known_at = first + slow * step
        if known_at > start:
            needed = start - slow * step
            yield Finding(
                "regime_history", Level.WRONG,
                f"{pair} {timeframe} candles begin {first:%Y-%m-%d}: the regime needs {slow} of them and is "
                f"unknown until {known_at:%Y-%m-%d}, within the timerange, where nothing would be traded",
                download(pair, timeframe, needed - (start - train_start), f"{first:%Y%m%d}"),
            )  # fmt: skip
        else:
            yield from _late(
                exam, pair, timeframe, first, slow * step, f"{slow} candles of the slowest regime"
            )


def _late(
    exam: Examination, pair: str, timeframe: str, first: pd.Timestamp, warmup: pd.Timedelta, why: str
) -> Iterator[Finding]:
    train_start = exam.train_start
    known_at = first + warmup
    if known_at <= train_start:
        return
    lost = (known_at - train_start) / pd.Timedelta(days=1)
    days = (exam.span[0] - train_start) / pd.Timedelta(days=1)
    level = Level.WRONG if lost > _HALF * days else Level.WARNING
    needed = (train_start - warmup).floor("D")
    yield Finding(
        "too_little_history", level,
        f"{pair} {timeframe} candles begin {first:%Y-%m-%d %H:%M}: with {why} the first "
        f"{min(lost, days):.3g} of {days:g} training days are not learned from",
        f"{download(pair, timeframe, needed, f'{first:%Y%m%d}')}; if the pair is younger, take it "
        "out or start the timerange later",
    )  # fmt: skip
