"""Freqtrade's own options that would be ignored, or would make live another thing than the backtest."""

from collections.abc import Iterator, Mapping
from typing import Any

from freqtrade.configuration import TimeRange
from freqtrade.enums import OPTIMIZE_MODES
from freqtrade.exceptions import OperationalException

from auriga.candles import timeframe_delta
from auriga.errors import ParameterError
from auriga.host.setup._pair_lists import check_pairlists
from auriga.host.setup._protocols import Strategy
from auriga.settings import RegimeSettings

_ONCE_A_CANDLE = (
    "process_only_new_candles is false, but FreqAI predicts once a candle, when it is over: take the key out "
    "of the configuration, or set it to true there and in the strategy"
)


def option_complaints(config: Mapping[str, Any], settings: RegimeSettings) -> Iterator[str]:
    """What a configuration asks for that models per regime cannot do, one sentence each with its remedy."""
    yield from check_pairlists(config)
    yield from _timeframes(config, settings.timeframe)
    if config.get("position_stacking"):
        yield (
            "position_stacking is true (--enable-position-stacking), but no bot opens a second trade of a "
            "pair: leave it out, or the backtest is not what the bot will do"
        )
    if config.get("process_only_new_candles") is False:
        yield _ONCE_A_CANDLE


def require_whole_candles(strategy: Strategy) -> None:
    """Refuse a strategy that, live, would have open candles predicted; a backtest does not show it.

    Raises
    ------
    OperationalException
        With the remedy.
    """
    if not strategy.process_only_new_candles:
        raise OperationalException(_ONCE_A_CANDLE)


def require_closed_timerange(config: Mapping[str, Any]) -> None:
    """Refuse a backtest without an end, or a beginning: FreqAI would make thousands of windows from 1970 on.

    Raises
    ------
    OperationalException
        With the timerange and the remedy.
    """
    told = config.get("timerange")
    if not told or config.get("runmode") not in OPTIMIZE_MODES:
        return
    timerange = TimeRange.parse_timerange(str(told))
    if not (timerange.startdt and timerange.stopdt):
        raise OperationalException(
            f"--timerange {told} is open, but FreqAI walks from a first to a last day: write both, as in "
            "20250101-20250401"
        )


def check_options(config: Mapping[str, Any], settings: RegimeSettings) -> None:
    """Refuse options of Freqtrade that the models cannot serve, for whichever strategy.

    What only the strategy knows is asked when it starts (`require_whole_candles`).

    Raises
    ------
    OperationalException
        With each value and its remedy.
    """
    complaints = [text for text in option_complaints(config, settings) if text != _ONCE_A_CANDLE]
    if complaints:
        raise OperationalException("These options cannot be used:\n" + "\n".join(complaints))


def check_trading_options(strategy: Strategy) -> None:
    """Refuse what Auriga's trading rules do not cover; another strategy may have rules of its own.

    Raises
    ------
    OperationalException
        For position adjustment, unless `guarded_adjustment` asks the guard: no addition to a trade passes
        `confirm_trade_entry`, so neither the guard nor a halt would be asked, and no cap of `regime.stake`
        would hold.
    """
    if not getattr(strategy, "position_adjustment_enable", False):
        return
    if not getattr(getattr(strategy, "adjust_trade_position", None), "asks_guard", False):
        raise OperationalException(
            "position_adjustment_enable is true, but Freqtrade adds to a trade without asking the guard, the "
            "kill switches or the caps of regime.stake: set it to false, in the configuration or the "
            "strategy, or decorate adjust_trade_position with auriga.host.guard.guarded_adjustment "
            "(docs/guard.md)"
        )


def _timeframes(config: Mapping[str, Any], slow: str) -> Iterator[str]:
    """Timeframes without a fixed length (a month), and a base that is slower than what tells its regime."""
    base = config.get("timeframe")
    others = config.get("freqai", {}).get("feature_parameters", {}).get("include_timeframes") or []
    told = [("timeframe", base)] if base else []
    told += [("freqai.feature_parameters.include_timeframes", other) for other in others]
    strange = [(place, timeframe) for place, timeframe in told if not _has_length(timeframe)]
    yield from (
        f"{place} has {name}, whose candles differ in length: use 1m to 1w" for place, name in strange
    )
    if base and not strange and timeframe_delta(base) > timeframe_delta(slow):
        yield (
            f"timeframe is {base}, slower than regime.timeframe {slow}: set regime.timeframe to a slower one "
            "(1d at most), or trade a faster timeframe"
        )


def _has_length(timeframe: str) -> bool:
    try:
        return bool(timeframe_delta(timeframe))
    except ParameterError:
        return False
