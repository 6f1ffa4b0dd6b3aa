"""Our settings out of Freqtrade's configuration, with Freqtrade's way of refusing."""

from collections.abc import Mapping
from typing import Any

from freqtrade.enums import TRADE_MODES
from freqtrade.exceptions import OperationalException

from auriga.errors import SettingsError
from auriga.settings import RegimeSettings, parse_settings


def settings_from_config(config: Mapping[str, Any]) -> RegimeSettings:
    """Validated `regime` block of a Freqtrade configuration; defaults when there is none.

    Raises
    ------
    OperationalException
        Freqtrade's own error, which it prints as one message without a traceback and with exit code 2
        (after a `ConfigurationError`, which would fit better, Freqtrade 2026.9 ends with code 0).
    """
    try:
        return parse_settings(config.get("regime", {}))
    except SettingsError as error:
        raise OperationalException(
            f"The regime block of the configuration cannot be used:\n{error}"
        ) from None


def look_back_for_experts(config: dict[str, Any]) -> None:
    """Lengthen `train_period_days` to `regime.expert_train_period_days`, before any candle is loaded.

    Freqtrade loads as many candles as `train_period_days` says, so that becomes the longer period, and
    `base_train_period_days` keeps what the fallback learns from. Calling it twice changes nothing more.

    Raises
    ------
    OperationalException
        If experts would see less than the fallback.
    """
    days = settings_from_config(config).expert_train_period_days
    freqai = config.get("freqai")
    if days is None or not freqai:
        return
    base = freqai.setdefault("base_train_period_days", freqai["train_period_days"])
    if days < base:
        raise OperationalException(
            f"regime.expert_train_period_days is {days}, less than freqai.train_period_days {base}; experts "
            "look back at least as far as the model of all rows: remove it or set it higher"
        )
    if days > base and config.get("strategy_list"):
        raise OperationalException(
            f"regime.expert_train_period_days is {days}, but with --strategy-list Freqtrade shows each "
            f"strategy a copy of the configuration and loads the candles of {base} days: one at "
            "a time then, or take the key out"
        )
    freqai["train_period_days"] = days


def startup_candles(config: Mapping[str, Any], settings: RegimeSettings, declared: int) -> int:
    """Candles that Freqtrade has to load before a backtest, on every timeframe.

    At least what the first regime needs: a statistical detector wants more slow candles than any rule.
    Live, the exchange gives a thousand or so whatever is asked for, and FreqAI downloads half as much again
    on every timeframe, so the declared number stays.

    Parameters
    ----------
    config : mapping
        Freqtrade's configuration.
    settings : RegimeSettings
    declared : int
        The strategy's own `startup_candle_count`.
    """
    return declared if config.get("runmode") in TRADE_MODES else max(declared, settings.warmup_candles)
