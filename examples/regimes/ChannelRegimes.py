"""A regime detector of your own: copy it beside `RegimeStrategy.py`, then `--strategy ChannelRegimes`.

A detector answers on slow candles (`regime.timeframe`). The strategy carries its answer to the base candles,
where the column `regime` sends each row to its model.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from RegimeStrategy import RegimeStrategy

from auriga.columns import REGIME_COLUMNS
from auriga.host.rows import regime_candles
from auriga.regimes import Rule, carry_regimes, detect_regimes


@dataclass(frozen=True)
class ChannelRule(Rule):
    """Where the close stands in the channel of the last `period` candles: -1 at its low, 1 at its high."""

    period: int = 20
    enter_level: float = 0.6
    exit_level: float = 0.2

    def score(self, candles: pd.DataFrame) -> pd.Series:
        """Place in the channel, -1 to 1; 0 where nothing moved; NaN for `period - 1` candles."""
        low = candles["low"].rolling(self.period).min()
        high = candles["high"].rolling(self.period).max()
        place = 2 * (candles["close"] - low) / (high - low) - 1
        return place.mask(high == low, 0.0)


class ChannelRegimes(RegimeStrategy):
    """`RegimeStrategy` with regimes by the channel; everything else is as it was."""

    detector = ChannelRule(period=20)

    def feature_engineering_standard(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """Features as before; the models learn and answer by the channel's regime."""
        dataframe = super().feature_engineering_standard(dataframe, metadata=metadata, **kwargs)
        return self.with_regimes(dataframe, metadata["pair"])

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Predictions as before, and the same regime beside them: signals and tags read it."""
        return self.with_regimes(super().populate_indicators(dataframe, metadata), metadata["pair"])

    def with_regimes(self, dataframe: pd.DataFrame, pair: str) -> pd.DataFrame:
        """Give base candles the regime of the last slow candle that had closed by then."""
        slow = regime_candles(pair, self.dp, self.settings, self.config)
        found = detect_regimes(slow, self.detector, confirm_candles=self.settings.confirm_candles)
        carried = carry_regimes(found, self.settings.timeframe, dataframe["date"], self.timeframe)
        return dataframe.assign(**{name: carried[name] for name in REGIME_COLUMNS})
