"""When the candles of pairs begin and end within what a backtest loads, and the commands that get more."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from freqtrade.configuration import TimeRange

from auriga.candles import timeframe_delta
from auriga.host.setup import DataProvider, download_command

_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """When the candles of a pair and timeframe begin and end.

    Attributes
    ----------
    timeframe : str
        Of several timeframes together: the one that begins last.
    first_at : Timestamp
        Opening of the first candle.
    end_at : Timestamp
        Close of the last one.
    ends : str
        The timeframe that ends first.
    """

    timeframe: str
    first_at: pd.Timestamp
    end_at: pd.Timestamp
    ends: str

    @staticmethod
    def common(spans: Sequence["Span"]) -> "Span":
        """When all of them are there."""
        latest = max(spans, key=lambda span: span.first_at)
        earliest = min(spans, key=lambda span: span.end_at)
        return Span(latest.timeframe, latest.first_at, earliest.end_at, earliest.ends)


class CandleSpans:
    """Spans of any pair and timeframe, each looked at once.

    Parameters
    ----------
    data_provider : DataProvider
    config : mapping
        Freqtrade's configuration.
    regime_timeframe : str
        Timeframe that is loaded beside those of features, further back.
    """

    def __init__(self, data_provider: DataProvider, config: Mapping[str, Any], regime_timeframe: str) -> None:
        self._dp, self._config, self._regime_timeframe = data_provider, config, regime_timeframe
        options = config["freqai"]["feature_parameters"]
        self.base: str = config["timeframe"]
        self.timeframes = list(dict.fromkeys([self.base, *options["include_timeframes"]]))
        self._spans: dict[tuple[str, str], Span | None] = {}

    def span(self, pair: str, timeframe: str) -> Span | None:
        """When candles begin and end; None without any."""
        if (pair, timeframe) not in self._spans:
            dates = self.dates(pair, timeframe)
            end = dates.iloc[-1] + timeframe_delta(timeframe) if len(dates) else None
            self._spans[pair, timeframe] = (
                None if end is None else Span(timeframe, dates.iloc[0], end, timeframe)
            )
        return self._spans[pair, timeframe]

    def dates(self, pair: str, timeframe: str) -> pd.Series:
        """Opening times; Freqtrade's empty frames may have no columns."""
        frame = self._dp.get_pair_dataframe(pair, timeframe)
        return frame["date"] if len(frame) else pd.Series(dtype="datetime64[ms, UTC]")

    def absent(self, pair: str) -> list[str]:
        """Timeframes of features without a candle."""
        return [timeframe for timeframe in self.timeframes if self.span(pair, timeframe) is None]

    def common(self, pair: str, name: str, keep: Collection[str] | None) -> Span | None:
        """When every timeframe is there that models read of a pair; None if they read nothing of it.

        Parameters
        ----------
        pair : str
        name : str
            What its features are called: `own`, or the leading pair without colons.
        keep : collection of str or None
            `regime.features.keep`.
        """
        spans = [
            span
            for timeframe in self.timeframes
            if keep is None or any(kept.endswith(f"_{name}_{timeframe}") for kept in keep)
            for span in [self.span(pair, timeframe)]
            if span is not None
        ]
        return Span.common(spans) if spans else None

    def own(self, pair: str, keep: Collection[str] | None) -> Span:
        """When a pair that has candles of every timeframe can be computed."""
        spans = (self.span(pair, self.base), self.common(pair, "own", keep))
        return Span.common([span for span in spans if span is not None])

    # --- remedies ---------------------------------------------------------------------------------

    def earlier(self, pair: str) -> str:
        """Sentence with the download of earlier candles; empty where all says that there are none.

        A pair that begins later than others, on every timeframe alike, is young.
        """
        begins = [span.first_at for span in self._of(pair)]
        latest, first = max(begins), min(begins)
        others = [
            span.first_at
            for (_, timeframe), span in self._spans.items()
            if span is not None and timeframe == self.base
        ]
        young = any(other < latest - _DAY for other in others) and first > latest - 2 * _DAY
        return "" if young else f"If it was listed earlier: {self.download([pair], self.timeframes)}"

    def _of(self, pair: str) -> Iterator[Span]:
        for timeframe in (*self.timeframes, self._regime_timeframe):
            if span := self.span(pair, timeframe):
                yield span

    def download(self, pairs: Sequence[str], timeframes: Sequence[str], *, earlier: bool = True) -> str:
        """Command that gets candles from the begin of training on with their warm-up.

        `earlier` asks for those before the stored ones; Freqtrade goes on after the last one otherwise.
        """
        stored = any(self.span(pair, timeframe) for pair in pairs for timeframe in timeframes)
        start = TimeRange.parse_timerange(self._config.get("timerange")).startdt
        days = pd.Timedelta(days=int(self._config["freqai"]["train_period_days"]))
        warmup = int(self._config.get("startup_candle_count", 0)) * max(map(timeframe_delta, timeframes))
        since = None if start is None else pd.Timestamp(start) - days - warmup
        options = ["--prepend"] if earlier and stored else []
        return download_command(pairs, timeframes, since, None, *options, config=self._config)


def shown_day(moment: pd.Timestamp) -> str:
    """Day, with the time where it is not midnight."""
    return f"{moment:%Y-%m-%d}" if moment == moment.floor("D") else f"{moment:%Y-%m-%d %H:%M}"
