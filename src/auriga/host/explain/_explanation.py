"""What stood behind one decision: its candle, the model that answered, its features, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class FeatureShare:
    """What one feature added to a prediction.

    Attributes
    ----------
    feature : str
        Plain name, or `regime is bull` and the like.
    value : float
        Of the feature, on this candle.
    contribution : float
        SHAP value, in log-odds of a rise (for a regressor in units of the label).
    points : float
        About how many percentage points of probability that is, at the probability that came out.
    """

    feature: str
    value: float
    contribution: float
    points: float


@dataclass(frozen=True)
class ModelView:
    """The model that answered; None where something is not known.

    Attributes
    ----------
    expert : str
        Regime of the expert, or `fallback`.
    expert_rows : int
        Its training rows.
    probability, prior : float
        Probability of a rise as it was said then, and the share of rises in the training window.
    usable : bool
        Whether it may be acted on (`do_predict` 1).
    trained_from, trained_until : Timestamp
        Training span of the base, UTC.
    recomputed : float
        The probability as it comes out today.
    unit : str
        `log-odds`, or `label` for a regressor.
    expected : float
        What the model says before it looks at any feature.
    shares : tuple of FeatureShare
        Largest first, in either direction.
    rest : float
        Sum of the contributions of all other features.
    n_features : int
        How many features there are.
    """

    expert: str | None = None
    expert_rows: int | None = None
    probability: float | None = None
    prior: float | None = None
    usable: bool | None = None
    trained_from: pd.Timestamp | None = None
    trained_until: pd.Timestamp | None = None
    recomputed: float | None = None
    unit: str = "log-odds"
    expected: float | None = None
    shares: tuple[FeatureShare, ...] = ()
    rest: float | None = None
    n_features: int | None = None


@dataclass(frozen=True)
class SignalView:
    """What the candle and its regime made of the prediction; None where something is not known.

    Attributes
    ----------
    regime : str
    regime_timeframe : str
    regime_candles : float
        Slow candles since it began; None while no change was seen.
    regime_confidence : float
        0 to 1.
    regime_status : str
        `known`, or why it is not.
    long_threshold, short_threshold : float
        With the offset of the regime.
    offset : float
        Of the regime.
    confidence : float
        How far the probability is beyond its threshold, 0 to 1; 0 between the thresholds.
    atr_frac : float
    verdict : str
        Whether this candle is a signal, and if not, why, in words.
    """

    regime: str | None = None
    regime_timeframe: str | None = None
    regime_candles: float | None = None
    regime_confidence: float | None = None
    regime_status: str | None = None
    long_threshold: float | None = None
    short_threshold: float | None = None
    offset: float | None = None
    confidence: float | None = None
    atr_frac: float | None = None
    verdict: str = ""


@dataclass(frozen=True)
class TradeView:
    """The trade that came of it.

    Attributes
    ----------
    id : int
    direction : str
        `long` or `short`.
    enter_tag, exit_reason : str
    opened_at, closed_at : Timestamp
        UTC; None while it is open.
    open_rate, close_rate, stake, leverage, profit, profit_frac : float
        Profit after costs, in stake currency and as a fraction of the stake.
    currency : str
    frozen : dict of str to value
        What the strategy froze in the trade's custom data at entry; a backtest keeps none.
    """

    id: int
    direction: str
    enter_tag: str
    opened_at: pd.Timestamp
    open_rate: float | None
    stake: float
    leverage: float
    currency: str
    closed_at: pd.Timestamp | None
    close_rate: float | None
    exit_reason: str
    profit: float | None
    profit_frac: float | None
    frozen: Mapping[str, str | float]


@dataclass(frozen=True)
class Explanation:
    """One decision.

    Attributes
    ----------
    source : str
        Result or database, for people.
    pair, timeframe : str
    candle_at : Timestamp
        Opening time of the signal candle, UTC; it is known at its close.
    model : ModelView
    signal : SignalView
    trade : TradeView or None
        None for a candle that was asked for by date.
    notes : tuple of str
        What is not known and why, and what has changed since.
    """

    source: str
    pair: str
    timeframe: str
    candle_at: pd.Timestamp
    model: ModelView
    signal: SignalView
    trade: TradeView | None
    notes: tuple[str, ...]
