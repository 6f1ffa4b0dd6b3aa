"""Which pairs a backtest can compute, learn from and trade: known from candles, before any feature is."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException

from auriga.candles import timeframe_delta
from auriga.host.pairs._candle_spans import CandleSpans, Span, shown_day
from auriga.host.rows import PairSourceError, futures_inputs
from auriga.host.seals import Window
from auriga.host.setup import Strategy, traded_pairs_of
from auriga.settings import RegimeSettings

logger = logging.getLogger(__name__)

_TRADING = (RunMode.BACKTEST, RunMode.HYPEROPT)
"""Where Freqtrade leaves out the first candles of each pair: as many as training and start-up take."""
_DAY = pd.Timedelta(days=1)
_LEADERS = "freqai.feature_parameters.include_corr_pairlist"
_WHITELIST = "exchange.pair_whitelist"


@dataclass(frozen=True)
class Course:
    """Moments of a walk-forward.

    Attributes
    ----------
    first_train, first_test : Timestamp
        Begin of the first training and of the first test span.
    learn_stop : Timestamp
        End of the last row that any window learns from.
    stop : Timestamp
        End of the last test span.
    """

    first_train: pd.Timestamp
    first_test: pd.Timestamp
    learn_stop: pd.Timestamp
    stop: pd.Timestamp

    @staticmethod
    def of(windows: Sequence[Window], learn_stop: int) -> "Course":
        """Moments of these windows; `learn_stop` in ms."""
        moments = (windows[0].train_start, windows[0].test_start, learn_stop, windows[-1].test_stop)
        return Course(*(pd.Timestamp(int(moment), unit="ms", tz="UTC") for moment in moments))


class RollCall:
    """Every whitelisted and leading pair, compared with what a backtest needs of it.

    Parameters
    ----------
    strategy : IStrategy
        With its data provider.
    settings : RegimeSettings

    Attributes
    ----------
    unusable : dict of str to str
        Pairs that nothing of is traded, or that no model of their own can learn from; known once
        `require_usable` has looked.
    """

    def __init__(self, strategy: Strategy, settings: RegimeSettings) -> None:
        self._dp, self._config, self._settings = strategy.dp, strategy.config, settings
        self.unusable: dict[str, str] = {}
        self._spans = CandleSpans(self._dp, self._config, settings.timeframe)

    # --- who can be computed ----------------------------------------------------------------------

    @cached_property
    def present(self) -> list[str]:
        """Pairs that have candles of every timeframe, in alphabetical order. Says who has not.

        Raises
        ------
        OperationalException
            If a leading pair has no candles, or no pair is left.
        """
        self._require_leaders()
        for pair, why in self.left_out.items():
            logger.warning("%s: left out of training, and its rows get do_predict 0: %s", pair, why)
        present = [pair for pair in self._listed if pair not in self.left_out]
        if not present:
            raise OperationalException(none_left(self.left_out))
        return present

    @cached_property
    def left_out(self) -> dict[str, str]:
        """Whitelisted pairs whose features cannot be computed: why, and the remedy."""
        reasons = {pair: self._not_computable(pair) for pair in self._listed}
        return {pair: why for pair, why in reasons.items() if why}

    @cached_property
    def _listed(self) -> list[str]:
        return sorted(traded_pairs_of(self._dp, self._config))

    def _not_computable(self, pair: str) -> str:
        if absent := self._spans.absent(pair):
            return f"{self._no_candles(absent)}. Get them: {self._spans.download([pair], absent)}"
        if "funding" in self._settings.features.groups:
            try:
                futures_inputs(pair, self._dp, self._config)
            except PairSourceError as error:
                return error.reason
        return ""

    def _no_candles(self, timeframes: Sequence[str]) -> str:
        return f"no {' and no '.join(timeframes)} candles of this history in {self._config['datadir']}"

    @property
    def _leading(self) -> list[str]:
        return list(self._config["freqai"]["feature_parameters"].get("include_corr_pairlist") or [])

    def _require_leaders(self) -> None:
        absent = {pair: frames for pair in self._leading if (frames := self._spans.absent(pair))}
        if not absent:
            return
        what = "; ".join(f"{pair}: {self._no_candles(frames)}" for pair, frames in absent.items())
        every = list(dict.fromkeys(frame for frames in absent.values() for frame in frames))
        raise OperationalException(
            f"{what}, but {_LEADERS} names it, and every model reads the features of leading pairs. Take "
            f"{', '.join(absent)} out of that list, or get them: {self._spans.download(list(absent), every)}"
        )

    # --- who can be learned from and traded -------------------------------------------------------

    def require_usable(self, windows: Sequence[Window], learn_stop: int | None) -> None:
        """Say which pairs are young, have ended or are never traded; refuse a run in which none is left.

        Parameters
        ----------
        windows : sequence of Window
        learn_stop : int or None
            End (ms) of the last row that any window learns from; None where nothing is trained.

        Raises
        ------
        OperationalException
            With the reason and the remedy for each pair.
        """
        course = Course.of(windows, windows[-1].test_stop if learn_stop is None else learn_stop)
        for pair in self._leading:
            self._check_leader(pair, course)
        unlearned = {pair: why for pair in self.present if (why := self._unlearned(pair, course))}
        if learn_stop is None:
            unlearned = {}
        unusable = {pair: why for pair in self.present if (why := self._untraded(pair, course))}
        if not self._settings.trains_on_all_pairs or unlearned.keys() == set(self.present):
            unusable = unlearned | unusable
        self.unusable = unusable
        if len(unusable) == len(self.present) and self._trades:  # a chart may show what cannot be traded
            raise OperationalException(none_left(unusable | self.left_out))
        for pair in self.present:
            if why := unusable.get(pair) or self._partly(pair, course):
                logger.warning("%s: %s", pair, why)

    def _check_leader(self, pair: str, course: Course) -> None:
        span = self._spans.common(pair, pair.replace(":", ""), self._settings.features.keep)
        if span is None:
            return
        out = f"take it out of {_LEADERS}"
        late = f"{span.timeframe} candles of the leading pair {pair} begin on {shown_day(span.first_at)}"
        ended = f"{span.ends} candles of the leading pair {pair} end on {shown_day(span.end_at)}"
        newer = f"get them: {self._spans.download([pair], self._spans.timeframes, earlier=False)}"
        if span.first_at >= course.learn_stop:
            raise OperationalException(
                f"No pair can be backtested: {late}, after the last training row of this timerange, so that "
                f"no model could read its features. Start the timerange later, or {out}. "
                f"{self._spans.earlier(pair)}".rstrip()
            )
        if span.end_at <= course.first_test:
            raise OperationalException(
                f"No pair can be backtested: {ended}, before the timerange, so that no candle of it could be "
                f"predicted. Either {out}, or {newer}"
            )
        if span.first_at > course.first_train + _DAY:
            logger.warning("%s: no row before that is learned from or predicted, of any pair. %s",
                           late, self._spans.earlier(pair) or f"If that is too late, {out}.")  # fmt: skip
        if span.end_at < course.stop - _DAY:
            logger.warning("%s: no pair is predicted after that. Either %s, or %s", ended, out, newer)

    def _own(self, pair: str) -> Span:
        return self._spans.own(pair, self._settings.features.keep)

    def _untraded(self, pair: str, course: Course) -> str:
        """Why no candle of a pair is traded; empty if some may be."""
        span, first = self._own(pair), self._first_traded(pair)
        if span.end_at <= course.first_test:
            newer = self._spans.download([pair], self._spans.timeframes, earlier=False)
            return (
                f"its {span.ends} candles end on {shown_day(span.end_at)}, before the timerange, so it is "
                f"not traded. Take it out of {_WHITELIST}, or, if it is still listed, get them: {newer}"
            )
        if first is None or max(first, span.first_at) >= course.stop:
            return (
                f"its {span.timeframe} candles begin on {shown_day(span.first_at)}, and Freqtrade backtests "
                f"a pair only after its first {self._startup} candles (train_period_days and "
                f"startup_candle_count), so it is not traded. {self.young_remedy(pair)}"
            )
        return ""

    def _unlearned(self, pair: str, course: Course) -> str:
        """Why no window can learn from a pair; empty if some may."""
        span = self._own(pair)
        if course.first_train < span.end_at and span.first_at < course.learn_stop:
            return ""
        return (
            f"its {span.timeframe} candles from {shown_day(span.first_at)} to {shown_day(span.end_at)} are "
            f"in no training span (the last one ends on {shown_day(course.learn_stop)}), so no model can be "
            f"trained on it. {self.young_remedy(pair)}"
        )

    def _partly(self, pair: str, course: Course) -> str:
        """What is missing of a pair that is traded."""
        span, first = self._own(pair), self._first_traded(pair)
        parts = []
        if span.end_at < course.stop - _DAY:
            parts.append(
                f"its {span.ends} candles end on {shown_day(span.end_at)}; nothing is traded after that."
            )
        if first is not None and first > course.first_test + _DAY:
            parts.append(
                f"its candles begin on {shown_day(span.first_at)}, so Freqtrade trades it from "
                f"{shown_day(first)} on only. {self.young_remedy(pair)}"
            )
        elif span.first_at > course.first_train + _DAY:
            parts.append(
                f"its {span.timeframe} candles begin on {shown_day(span.first_at)}, so earlier training days "
                f"are not learned from. {self._spans.earlier(pair)}"
            )
        return " ".join(part.rstrip() for part in parts)

    def _first_traded(self, pair: str) -> pd.Timestamp | None:
        """First candle that Freqtrade backtests; None where its start-up takes all there are."""
        dates = self._spans.dates(pair, self._spans.base)
        return pd.Timestamp(dates.iloc[self._startup]) if len(dates) > self._startup else None

    @property
    def _trades(self) -> bool:
        return self._config.get("runmode") in _TRADING

    @cached_property
    def _startup(self) -> int:
        """Candles that Freqtrade leaves out at the start of each pair."""
        return int(self._dp.get_required_startup(self._spans.base)) if self._trades else 0

    def young_remedy(self, pair: str) -> str:
        """What to do with a pair that begins too late."""
        days = int(self._config["freqai"]["train_period_days"])
        needed = max(pd.Timedelta(days=days), self._startup * timeframe_delta(self._spans.base))
        return (
            f"Take it out of {_WHITELIST}, start the timerange on "
            f"{shown_day((self._own(pair).first_at + needed).ceil('D'))} or later, or shorten "
            f"freqai.train_period_days ({days}). {self._spans.earlier(pair)}"
        ).rstrip()


def none_left(complaints: Mapping[str, str], most: int = 5) -> str:
    """Words for a run in which no pair is left, with the reason for each."""
    lines = [f"{pair}: {why}" for pair, why in list(complaints.items())[:most]]
    if len(complaints) > most:
        lines.append(f"and {len(complaints) - most} more")
    return f"No pair of {_WHITELIST} can be backtested:\n" + "\n".join(lines)
