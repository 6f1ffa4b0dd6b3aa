"""Regimes from Freqtrade's data provider: one pure computation for backtest, training and live."""

from typing import Any

import pandas as pd

from auriga.columns import REGIME, REGIME_AGE
from auriga.regimes import RULES, Rule, carry_regimes, detect_regimes
from auriga.settings import RegimeSettings
from auriga.typing import Regime


def rules_from_settings(settings: RegimeSettings) -> list[Rule]:
    """Build the rules that the settings name."""
    return [
        RULES[name](**rule.model_dump(exclude={"weight"})) for name, rule in settings.active_rules().items()
    ]


def market_regimes(
    slow_candles: pd.DataFrame, dates: pd.Series, settings: RegimeSettings, base_timeframe: str
) -> pd.DataFrame:
    """Regime and its age for each base candle.

    Parameters
    ----------
    slow_candles : DataFrame
        Candles of `settings.timeframe`, with at least `settings.warmup_candles` before `dates`.
    dates : Series of shape (n,)
        Opening times of the base candles.
    settings : RegimeSettings
    base_timeframe : str
        Timeframe of `dates`.

    Returns
    -------
    DataFrame of shape (n, 2)
        `regime` (int8 codes) and `regime_age` (slow candles), on the index of `dates`. Each row uses
        slow candles that had closed by the base candle's own close.
    """
    detected = detect_regimes(
        slow_candles,
        rules_from_settings(settings),
        confirm_candles=settings.confirm_candles,
        min_dwell=settings.min_dwell,
    )
    return carry_regimes(detected, settings.timeframe, dates, base_timeframe)


def add_regimes(
    frame: pd.DataFrame, pair: str, data_provider: Any, settings: RegimeSettings, base_timeframe: str
) -> pd.DataFrame:
    """Give a frame of base candles its `regime` and `regime_age` columns.

    FreqAI drops or hides plain columns in several places (training live, cached backtests), so this is
    called wherever the regime is needed; it depends on nothing but candles and always agrees.
    """
    slow = data_provider.get_pair_dataframe(pair=pair, timeframe=settings.timeframe)
    regimes = market_regimes(slow, frame["date"], settings, base_timeframe)
    plain = frame.drop(columns=[REGIME, REGIME_AGE], errors="ignore")
    return pd.concat([plain, regimes.rename(columns={"regime": REGIME, "regime_age": REGIME_AGE})], axis=1)


def regime_tags(regimes: pd.Series, side: str) -> pd.Series:
    """Entry tags `<regime>_<side>` of regime codes.

    Examples
    --------
    >>> regime_tags(pd.Series([1, -1]), "long").tolist()
    ['bull_long', 'bear_long']
    """
    return regimes.map({int(regime): f"{regime.label}_{side}" for regime in Regime})
