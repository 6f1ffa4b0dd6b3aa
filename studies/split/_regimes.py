"""The product's regimes, and placebos: the same stretches of the same length at other times."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from auriga.evaluation import shuffle_segments
from auriga.regimes import (
    MovingAverageRule,
    PriceChangeRule,
    Rule,
    VolatilityRule,
    carry_regimes,
    detect_regimes,
)
from auriga.typing import RegimeArray
from studies.split._settings import PLACEBO_RULES, RULE_TITLES, Study


def daily_regimes(daily: pd.DataFrame, study: Study) -> dict[str, pd.DataFrame]:
    """Regimes of daily candles by each rule alone and by the vote of all of them."""
    rules = {
        "moving_average": MovingAverageRule(),
        "price_change": PriceChangeRule(),
        "volatility": VolatilityRule(),
    }
    chosen: dict[str, list[Rule]] = {name: [rule] for name, rule in rules.items()}
    chosen["vote"] = list(rules.values())
    return {
        name: detect_regimes(
            daily, chosen[name], confirm_candles=study.confirm_candles, min_dwell=study.min_dwell
        )
        for name in RULE_TITLES
    }


def placebo_regimes(detected: pd.DataFrame, first_at: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    """Shuffle the regimes from `first_at` on, so that the studied years keep their own shares."""
    studied = (detected["date"] >= first_at).to_numpy()
    regime = detected["regime"].to_numpy().copy()
    regime[studied] = shuffle_segments(regime[studied], rng)
    return detected.assign(regime=regime)


def with_placebos(
    detected: Mapping[str, pd.DataFrame], names: Sequence[str], study: Study, pair: str
) -> dict[str, pd.DataFrame]:
    """Regimes by name (`volatility`), and the placebo draws of some of them (`volatility#3`)."""
    first_at = pd.Timestamp(study.first_at, tz="UTC") - pd.Timedelta(days=study.train_days)
    slow = dict(detected)
    for number, name in enumerate(names):
        for draw in range(1, study.n_placebos + 1):
            rng = np.random.default_rng([study.seed, study.pairs.index(pair), number, draw])
            slow[f"{name}#{draw}"] = placebo_regimes(detected[name], first_at, rng)
    return slow


def carried(slow: Mapping[str, pd.DataFrame], dates: pd.Series, study: Study) -> dict[str, RegimeArray]:
    """Regime codes of 5m candles, each known from the daily close on."""
    return {
        name: carry_regimes(frame, "1d", dates, study.timeframes[0])["regime"].to_numpy()
        for name, frame in slow.items()
    }


def regime_series(daily: pd.DataFrame, dates: pd.Series, study: Study, pair: str) -> dict[str, RegimeArray]:
    """Regime codes of 5m candles for every rule and placebo of one pair."""
    return carried(with_placebos(daily_regimes(daily, study), PLACEBO_RULES, study, pair), dates, study)
