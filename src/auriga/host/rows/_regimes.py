"""Regimes from Freqtrade's data provider: one pure computation for backtest, training and live."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.exceptions import OperationalException

from auriga.candles import COLUMNS, timeframe_delta
from auriga.columns import REGIME_COLUMNS
from auriga.errors import MissingPackageError, clause
from auriga.host.setup import DataProvider, download_command
from auriga.regimes import (
    RULES,
    Detector,
    HmmDetector,
    JumpDetector,
    RuleVote,
    carry_regimes,
    detect_regimes,
)
from auriga.settings import RegimeSettings
from auriga.typing import Regime


def detector_from_settings(settings: RegimeSettings) -> Detector:
    """Build the detector that the settings name.

    Raises
    ------
    OperationalException
        If a package that it needs is not installed; with the command that installs it.
    """
    try:
        if settings.detector == "jump":
            return JumpDetector(settings.timeframe, **settings.jump.model_dump())
        if settings.detector == "hmm":
            return HmmDetector(settings.timeframe, **settings.hmm.model_dump())
    except MissingPackageError as error:
        raise OperationalException(f"regime.detector is '{settings.detector}': {clause(error)}") from None
    rules = settings.active_rules()
    return RuleVote(
        tuple(RULES[name](**rule.model_dump(exclude={"weight"})) for name, rule in rules.items()),
        tuple(rule.weight for rule in rules.values()),
    )


def detected_regimes(slow_candles: pd.DataFrame, settings: RegimeSettings) -> pd.DataFrame:
    """Regime at the close of each slow candle, by whatever `settings.detector` says.

    Parameters
    ----------
    slow_candles : DataFrame of shape (n_candles, >= 6)
        Candles of `settings.timeframe`, of the pair or of `settings.reference_pair`; none is allowed.
    settings : RegimeSettings

    Returns
    -------
    DataFrame of shape (n_candles, 6)
        `date`, `raw_regime`, `regime`, `regime_age`, `regime_confidence`, `regime_status`, as
        `auriga.regimes.detect_regimes` says. Row t uses candles <= t; unknown for at most
        `settings.warmup_candles` rows.

    Raises
    ------
    OperationalException
        If a package that the detector needs is not installed.
    """
    detector = detector_from_settings(settings)
    if slow_candles.empty:  # Freqtrade's empty frames have no columns, or columns without a type
        types = dict.fromkeys(COLUMNS, "float64") | {"date": "datetime64[ms, UTC]"}
        slow_candles = pd.DataFrame(columns=list(COLUMNS)).astype(types)
    return detect_regimes(
        slow_candles,
        detector,
        confirm_candles=settings.confirm_candles,
        min_dwell=settings.min_dwell,
        min_confidence=settings.min_confidence,
    )


def market_regimes(
    slow_candles: pd.DataFrame, dates: pd.Series, settings: RegimeSettings, base_timeframe: str
) -> pd.DataFrame:
    """Regime of each base candle, with its age, confidence and status.

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
    DataFrame of shape (n, 4)
        `regime` and `regime_status` (int8 codes), `regime_age` (slow candles) and `regime_confidence`
        (0 to 1), on the index of `dates`. Each row uses slow candles that had closed by the base candle's
        own close.
    """
    detected = detected_regimes(slow_candles, settings)
    return carry_regimes(detected, settings.timeframe, dates, base_timeframe)


def regime_pair(pair: str, settings: RegimeSettings) -> str:
    """Pair whose slow candles tell the regime of a pair: `reference_pair`, or the pair itself."""
    return settings.reference_pair or pair


def regime_candles(
    pair: str, data_provider: DataProvider, settings: RegimeSettings, config: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Slow candles that tell the regime of a pair; `config` is that of the remedy.

    Raises
    ------
    OperationalException
        If `reference_pair` has none: every pair would be without a regime.
    """
    source = regime_pair(pair, settings)
    slow: pd.DataFrame = data_provider.get_pair_dataframe(pair=source, timeframe=settings.timeframe)
    if slow.empty and settings.reference_pair:
        raise OperationalException(
            f"regime.reference_pair {source} has no {settings.timeframe} candles. Remove the key, so "
            "that each pair tells its own; live, let informative_pairs name it; or for a backtest get them: "
            + _download(source, settings, config)
        )
    return slow


def _download(source: str, settings: RegimeSettings, config: Mapping[str, Any] | None) -> str:
    """Command for the slow candles of a timerange, its training days and the warm-up."""
    known = config or {}
    start = TimeRange.parse_timerange(known.get("timerange")).startdt
    days = pd.Timedelta(days=known.get("freqai", {}).get("train_period_days", 0))
    warmup = settings.warmup_candles * timeframe_delta(settings.timeframe)
    since = None if start is None else pd.Timestamp(start) - days - warmup
    return download_command(source, settings.timeframe, since, config=config)


def add_regimes(
    frame: pd.DataFrame, pair: str, data_provider: DataProvider, settings: RegimeSettings, base_timeframe: str
) -> pd.DataFrame:
    """Give a frame of base candles its `auriga.columns.REGIME_COLUMNS`.

    FreqAI drops or hides plain columns in several places (training live, cached backtests), so this is
    called wherever the regime is needed; it depends on nothing but candles and always agrees.

    Raises
    ------
    OperationalException
        If `reference_pair` has no candles.
    """
    slow = regime_candles(pair, data_provider, settings, getattr(data_provider, "_config", None))
    regimes = market_regimes(slow, frame["date"], settings, base_timeframe)
    plain = frame.drop(columns=list(REGIME_COLUMNS), errors="ignore")
    return pd.concat([plain, regimes[list(REGIME_COLUMNS)]], axis=1)


def regime_tags(regimes: pd.Series, side: str) -> pd.Series:
    """Entry tags `<regime>_<side>` of regime codes.

    Examples
    --------
    >>> regime_tags(pd.Series([1, -1]), "long").tolist()
    ['bull_long', 'bear_long']
    """
    return regimes.map({int(regime): f"{regime.label}_{side}" for regime in Regime})
