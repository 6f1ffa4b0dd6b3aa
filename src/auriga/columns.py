"""The only file that knows Freqtrade's column signs and the names of our own columns.

FreqAI reads meaning from names: `%` anywhere makes a feature that is stripped again, `&` a label.
Everything else is a plain column, which is why regimes travel in plain columns.
"""

FEATURE = "%-"
LABEL = "&-"

DIRECTION = f"{LABEL}direction"
"""The label column of a classifier: the class name of what follows within the horizon."""

RETURN = f"{LABEL}return"
"""The label column of a regressor: the return over the horizon, as a fraction or in volatilities."""

REGIME = "regime"
"""Regime code of `auriga.typing.Regime` at the close of the candle."""

REGIME_AGE = "regime_age"
"""Slow candles since the regime last changed; NaN while no change was seen."""

REGIME_CONFIDENCE = "regime_confidence"
"""How sure the regime is, 0 to 1; NaN while there is no answer at all."""

REGIME_STATUS = "regime_status"
"""Code of `auriga.typing.RegimeStatus`: whether the regime is known, and if not, why."""

REGIME_COLUMNS = (REGIME, REGIME_AGE, REGIME_CONFIDENCE, REGIME_STATUS)
"""All columns that tell the regime of a base candle."""

PROBABILITY = "probability"
"""Probability of an upward move, given that the move is not flat."""

EXPERT = "expert"
"""Regime code of the expert that made the prediction; `Regime.UNKNOWN` for the fallback."""

EXPERT_ROWS = "expert_rows"
"""Training rows of the estimator that made the prediction."""

PRIOR = "prior"
"""Share of upward moves in the training window: what a constant predictor would say."""

EXPECTED_SIGMAS = "expected_sigmas"
"""Expected move over the label's horizon in sigmas (`auriga.host.rows.move_sigma`).

A classifier's is learned from the newest rows of the training span, asked of a model that did not see them; 0
where they show nothing. A regressor's is its prediction. NaN from a model that does not know.
"""

TRAINED_AT = "trained_at"
"""End of the answering model's training span, seconds since 1970 (UTC): FreqAI's `trained_timestamp`.

0 where no trained model answered: a stand-in for one that could not be trained, and live the history FreqAI
fills in at its first prediction and the candles it missed. So live, 0 tells filling from predicting.
"""

LIVE_REGIME = "live_regime"
"""Regime code of the candle as the bot saw it when it predicted; in FreqAI's live predictions alone.

There `regime` is no column of the prediction, so nothing else keeps what a bot once saw.
"""

LIVE_LATE = "live_late"
"""How many pairs and timeframes lacked their newest candle when the bot predicted; in live predictions alone.

Above 0 the features were a candle old, and `do_predict` is 0.
"""

DO_PREDICT = "do_predict"
"""FreqAI's flag: 1 when the prediction may be used."""


LONG_THRESHOLD = "long_threshold"
"""Probability above which a long is entered, with the offset of the candle's regime."""

SHORT_THRESHOLD = "short_threshold"
"""Probability below which a short is entered, with the offset of the candle's regime."""

CONFIDENCE = "confidence"
"""How far the probability is beyond its threshold, 0 to 1; 0 between the thresholds."""

ATR_FRAC = "atr_frac"
"""ATR over `regime.stops.atr_period` base candles, as a fraction of the close."""

EXPECTED_BP = "expected_bp"
"""Expected move over the label's horizon in hundredths of a percent; NaN without a usable prediction."""

SIDE_AGE = "side_age"
"""Base candles since the regime last changed what sides it allows; NaN while no change was seen."""

VOLATILITY = "annual_volatility"
"""Volatility of the pair's daily returns over a year, as a fraction; NaN while too few days are known."""

REASON = "reason_code"
"""Code of `auriga.host.signals.Reason`: why the candle enters, or does not."""

REASON_WORDS = "reason"
"""The same as a sentence with its numbers; where a person looks, since it takes time to write."""


def feature(name: str) -> str:
    """Name of the feature column for a plain feature name.

    Examples
    --------
    >>> feature("momentum_rsi")
    '%-momentum_rsi'
    """
    return f"{FEATURE}{name}"


def plain_feature(column: str) -> str:
    """Name of a feature without Freqtrade's sign, as `regime.features.keep` has it.

    Examples
    --------
    >>> plain_feature("%-momentum_rsi_14_own_5m"), plain_feature("%%-mine")
    ('momentum_rsi_14_own_5m', 'mine')
    """
    return column.lstrip("%").removeprefix("-")
