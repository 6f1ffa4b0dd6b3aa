"""The strategy that Freqtrade loads with `--strategy RegimeStrategy`."""

from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.strategy import DecimalParameter, IStrategy  # type: ignore[import-untyped]

from auriga.columns import (
    DO_PREDICT,
    EXPERT,
    EXPERT_ROWS,
    PRIOR,
    PROBABILITY,
    REGIME,
    REGIME_AGE,
    REGIME_CONFIDENCE,
    REGIME_STATUS,
)
from auriga.features import basic_features, period_features, standard_features
from auriga.host import (
    EntryGuard,
    add_features,
    add_label,
    add_regimes,
    check_pair,
    detector_from_settings,
    feature_warmup_candles,
    informative_sources,
    look_back_for_experts,
    map_large_blocks,
    pair_inputs,
    regime_pair,
    regime_tags,
    settings_from_config,
    startup_candles,
)
from auriga.settings import RegimeSettings
from auriga.typing import Regime


class RegimeStrategy(IStrategy):  # type: ignore[misc]
    """Trade the prediction of the current regime's model.

    Long above `long_threshold`, short (where the market allows it) below `short_threshold`, out when
    the probability crosses `exit_threshold`. Entry tags are `<regime>_<side>`, so Freqtrade's tag
    tables are tables by regime. The regime is computed on slow candles (`regime.timeframe`) and the
    models come from FreqAI; the numbers a trader tunes stand at the top of the class.
    """

    INTERFACE_VERSION = 3

    timeframe = "5m"
    process_only_new_candles = True
    use_exit_signal = True
    startup_candle_count = 240  # slow candles too: the 200-day average and its confirmation
    minimal_roi = {"0": 100.0}  # noqa: RUF012 - no fixed take-profit; Freqtrade wants a plain dict here
    stoploss = -0.05

    long_threshold = DecimalParameter(0.5, 0.7, default=0.55, decimals=3, space="buy")
    short_threshold = DecimalParameter(0.3, 0.5, default=0.45, decimals=3, space="buy")
    exit_threshold = DecimalParameter(0.4, 0.6, default=0.5, decimals=3, space="sell")

    plot_config = {  # noqa: RUF012 - as above
        "main_plot": {},
        "subplots": {
            "probability": {PROBABILITY: {"color": "#1f77b4"}, PRIOR: {"color": "#7f7f7f"}},
            "regime": {REGIME: {"color": "#ff7f0e"}, EXPERT: {"color": "#2ca02c"}},
            "regime_age": {REGIME_AGE: {"color": "#ff7f0e"}},
            "regime_confidence": {
                REGIME_CONFIDENCE: {"color": "#ff7f0e"},
                REGIME_STATUS: {"color": "#7f7f7f"},
            },
            "expert_rows": {EXPERT_ROWS: {"color": "#2ca02c"}},
            DO_PREDICT: {DO_PREDICT: {"color": "#d62728"}},
        },
    }

    def __init__(self, config: dict[str, Any]) -> None:
        map_large_blocks()  # before candles are loaded
        look_back_for_experts(config)
        super().__init__(config)
        detector_from_settings(self.settings)  # refuses a missing package while Freqtrade can still say so
        needed = feature_warmup_candles(config, self.settings.features.groups)
        declared = max(self.startup_candle_count, needed)
        self.startup_candle_count = startup_candles(config, self.settings, declared)

    @cached_property
    def settings(self) -> RegimeSettings:
        """The validated `regime` block."""
        return settings_from_config(self.config)

    @property
    def can_short(self) -> bool:
        """Short where the market can: in futures mode."""
        return bool(self.config.get("trading_mode") == "futures")

    def bot_start(self, **kwargs: Any) -> None:
        """Refuse bad settings before any candle is loaded."""
        _ = self.settings
        self.checked_pairs: set[str] = set()
        self.guard = EntryGuard(self, self.settings.guard)

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        """Warn when the exchange holds what no trade explains: at start and once per hour, live only."""
        self.guard.watch(current_time)

    def confirm_trade_entry(
        self, pair: str, order_type: str, amount: float, rate: float, time_in_force: str,
        current_time: datetime, entry_tag: str | None, side: str, **kwargs: Any,
    ) -> bool:  # fmt: skip
        """Refuse a second order while the first may stand on the exchange; live only."""
        return self.guard.allows(pair, side, amount, current_time)

    def informative_pairs(self) -> list[tuple[str, ...]]:
        """Slow candles for the regime, of every pair or the reference pair, and what else features read."""
        sources = {regime_pair(pair, self.settings) for pair in self.dp.current_whitelist()}
        slow = [(pair, self.settings.timeframe) for pair in sorted(sources)]
        return [*slow, *informative_sources(self.config, self.dp, self.settings.features.groups)]

    def feature_engineering_expand_all(
        self, dataframe: pd.DataFrame, period: int, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """Features of one period; FreqAI repeats it for each period, timeframe and leading pair."""
        groups = self.settings.features.groups
        return add_features(dataframe, period_features(dataframe, period=period, groups=groups))

    def feature_engineering_expand_basic(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """Features without a period; FreqAI repeats it for each timeframe and leading pair."""
        return add_features(dataframe, basic_features(dataframe, groups=self.settings.features.groups))

    def feature_engineering_standard(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """Features of the pair itself, and the plain regime column that routes rows to their model."""
        pair, groups = metadata["pair"], self.settings.features.groups
        inputs = pair_inputs(dataframe, metadata, self.dp, self.config, groups)
        dataframe = add_features(dataframe, standard_features(inputs, groups=groups))
        return add_regimes(dataframe, pair, self.dp, self.settings, self.timeframe)

    def set_freqai_targets(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """What the price does over the next candles, missing where the future is unknown."""
        return add_label(dataframe, self.settings.label)

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Predictions of FreqAI and the regime of each candle."""
        pair = metadata["pair"]
        if pair not in self.checked_pairs:
            check_pair(dataframe, pair, self.dp, self.config, self.settings)
            self.checked_pairs.add(pair)
        dataframe = self.freqai.start(dataframe, metadata, self)
        if REGIME in dataframe:  # live, the frame that was predicted on comes back
            return dataframe
        return add_regimes(dataframe, pair, self.dp, self.settings, self.timeframe)

    def populate_entry_trend(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Enter on a usable prediction beyond its threshold, in a known regime, on a traded candle."""
        usable = (
            (dataframe[DO_PREDICT] == 1) & (dataframe[REGIME] != Regime.UNKNOWN) & (dataframe["volume"] > 0)
        )
        long = usable & (dataframe[PROBABILITY] > self.long_threshold.value)
        dataframe["enter_long"] = long.astype(np.int8)
        dataframe["enter_tag"] = regime_tags(dataframe[REGIME], "long").where(long)
        if self.can_short:
            short = usable & (dataframe[PROBABILITY] < self.short_threshold.value)
            dataframe["enter_short"] = short.astype(np.int8)
            dataframe.loc[short, "enter_tag"] = regime_tags(dataframe[REGIME], "short")[short]
        return dataframe

    def populate_exit_trend(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Leave when the prediction no longer speaks for the position."""
        usable = (dataframe[DO_PREDICT] == 1) & (dataframe["volume"] > 0)
        against_long = usable & (dataframe[PROBABILITY] < self.exit_threshold.value)
        dataframe["exit_long"] = against_long.astype(np.int8)
        dataframe["exit_tag"] = pd.Series("prediction", index=dataframe.index).where(against_long)
        if self.can_short:
            against_short = usable & (dataframe[PROBABILITY] > self.exit_threshold.value)
            dataframe["exit_short"] = against_short.astype(np.int8)
            dataframe.loc[against_short, "exit_tag"] = "prediction"
        return dataframe
