"""Whether there are enough candles before the timerange: for training, features and the slowest regime."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.host.doctor._candles import download, in_order
from auriga.host.examination import Examination, Finding, Level, fine
from auriga.host.rows import feature_warmup_candles, regime_pair

_HALF = 0.5


@dataclass(frozen=True)
class Late:
    """A series that begins too late for the first training window."""

    timeframe: str
    first: pd.Timestamp
    warmup: pd.Timedelta
    why: str

    @property
    def known_at(self) -> pd.Timestamp:
        """When its first complete row is there."""
        return self.first + self.warmup


def history(exam: Examination) -> Iterator[Finding]:
    """Compare the first candle of each series with the first one that is needed."""
    late: dict[str, list[Late]] = defaultdict(list)
    found: list[Finding] = []
    for pair, timeframe in exam.series:
        frame = exam.stored(pair, timeframe)
        if frame.empty:
            continue  # told by the check of candles
        for needed in _needed(exam, pair, timeframe, frame["date"].min()):
            late[pair] += [needed] if needed.known_at > exam.train_start else []
        found += _regime(exam, pair, timeframe, frame["date"].min())
    found += [_too_late(exam, pair, series) for pair, series in late.items() if series]
    yield from found or [
        fine(
            "history",
            f"enough candles for {exam.config['freqai']['train_period_days']} days of training and "
            f"the warm-up before {exam.span[0]:%Y-%m-%d}",
        )
    ]


def _needed(exam: Examination, pair: str, timeframe: str, first: pd.Timestamp) -> Iterator[Late]:
    """What a series is needed for: features, and the regime."""
    step = timeframe_delta(timeframe)
    options = exam.config["freqai"]["feature_parameters"]
    if timeframe in {exam.timeframe, *options["include_timeframes"]}:
        warmup = feature_warmup_candles(exam.config, exam.settings.features.groups)
        yield Late(timeframe, first, warmup * step, f"{warmup} candles of start-up")
    if _tells_regime(exam, pair, timeframe):
        slow = exam.settings.warmup_candles
        if first + slow * step <= exam.span[0]:
            yield Late(timeframe, first, slow * step, f"{slow} candles of the slowest regime")


def _tells_regime(exam: Examination, pair: str, timeframe: str) -> bool:
    sources = {regime_pair(name, exam.settings) for name in exam.pairs}
    return timeframe == exam.settings.timeframe and pair in sources


def _regime(exam: Examination, pair: str, timeframe: str, first: pd.Timestamp) -> Iterator[Finding]:
    """A regime that is not known when the timerange starts."""
    warmup = exam.settings.warmup_candles * timeframe_delta(timeframe)
    if not _tells_regime(exam, pair, timeframe) or first + warmup <= exam.span[0]:
        return
    yield Finding(
        "regime_history", Level.WRONG,
        f"{pair} {timeframe} candles begin {first:%Y-%m-%d}: the regime needs "
        f"{exam.settings.warmup_candles} of them and is unknown until {first + warmup:%Y-%m-%d}, within the "
        "timerange, where nothing would be traded",
        download(exam, pair, [timeframe], exam.train_start - warmup, first),
    )  # fmt: skip


def _too_late(exam: Examination, pair: str, late: list[Late]) -> Finding:
    worst = max(late, key=lambda series: series.known_at)
    lost = (worst.known_at - exam.train_start) / pd.Timedelta(days=1)
    days = (exam.span[0] - exam.train_start) / pd.Timedelta(days=1)
    needed = min(exam.train_start - series.warmup for series in late)
    timeframes = in_order({series.timeframe for series in late})
    return Finding(
        "too_little_history", Level.WRONG if lost > _HALF * days else Level.WARNING,
        f"{pair} {', '.join(timeframes)} candles begin {worst.first:%Y-%m-%d %H:%M}: with {worst.why} of "
        f"{worst.timeframe} the first {min(lost, days):.3g} of {days:g} training days are not learned from",
        "if the pair is younger, take it out or start the timerange later; else: "
        f"{download(exam, pair, timeframes, needed, worst.first)}",
    )  # fmt: skip
