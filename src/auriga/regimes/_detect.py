"""From slow candles to the regime at each of them: rules, vote, confirmation, dwell."""

from collections.abc import Sequence

import pandas as pd

from auriga.regimes._rules import Rule
from auriga.regimes._steps import confirm, dwell, hold_min_dwell, vote


def detect_regimes(
    candles: pd.DataFrame, rules: Sequence[Rule], *, confirm_candles: int = 2, min_dwell: int = 5
) -> pd.DataFrame:
    """Regime at the close of each candle.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles of the slow timeframe (see `auriga.candles`). Not changed.
    rules : sequence of Rule
        At least one; several are combined by `vote`.
    confirm_candles : int
        Equal answers in a row before a switch counts.
    min_dwell : int
        Candles a regime lasts at least.

    Returns
    -------
    DataFrame of shape (n_candles, 4)
        `date` (opening time of the candle), `raw_regime` (vote of the rules without any memory),
        `regime` (after hysteresis, confirmation and dwell; codes of `auriga.typing.Regime`) and
        `regime_age` (candles since the last switch, NaN before the first one). Row t uses candles <= t,
        so it is known when candle t closes. `Regime.UNKNOWN` during warm-up.

    Raises
    ------
    ParameterError
        If there is no rule or a number is out of range.

    Examples
    --------
    >>> from auriga.regimes import PriceChangeRule
    >>> dates = pd.date_range("2025-01-01", periods=6, tz="UTC")
    >>> candles = pd.DataFrame({"date": dates, "close": [10.0, 10, 10, 12, 13, 14]})
    >>> candles[["open", "high", "low", "volume"]] = 1.0  # this rule reads the close alone
    >>> rule = PriceChangeRule(period=2, enter_level=0.1, exit_level=0.05)
    >>> detect_regimes(candles, [rule], confirm_candles=2, min_dwell=1)["regime"].tolist()
    [-2, -2, -2, -2, 1, 1]
    """
    regime = vote([rule.regime(candles) for rule in rules])
    regime = hold_min_dwell(confirm(regime, confirm_candles=confirm_candles), min_dwell=min_dwell)
    return pd.DataFrame(
        {
            "date": candles["date"],
            "raw_regime": vote([rule.raw_regime(candles) for rule in rules]),
            "regime": regime,
            "regime_age": dwell(regime),
        },
        index=candles.index,
    )
