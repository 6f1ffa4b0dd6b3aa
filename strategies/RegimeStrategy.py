"""The strategy that Freqtrade loads with `--strategy RegimeStrategy`."""

from datetime import datetime
from typing import Any

import pandas as pd
from freqtrade.ft_types import AnnotationType
from freqtrade.strategy import DecimalParameter, IStrategy

from auriga.columns import REGIME
from auriga.features import basic_features, period_features, standard_features
from auriga.host.checks import check_market, check_pairs, check_stake, check_start, name_inputs
from auriga.host.guard import EntryGuard, guarded_adjustment
from auriga.host.halts import Halts
from auriga.host.messages import Announcements
from auriga.host.rows import (
    add_features,
    add_label,
    add_regimes,
    detector_from_settings,
    feature_warmup_candles,
    informative_sources,
    pair_inputs,
    regime_pair,
)
from auriga.host.setup import (
    charge_costs,
    look_back_for_experts,
    refuse_mixed_profiles,
    require_freqai,
    settings_from_config,
    shows_reasons,
    start_parameters,
    startup_candles,
    trade_by_rules_alone,
)
from auriga.host.signals import (
    Thresholds,
    add_entries,
    add_exits,
    add_history_columns,
    add_reason_words,
    add_signal_columns,
    plot_config,
    regime_bands,
)
from auriga.host.trading import TradeRules, add_volatility, only_reads_trade, trims, volatility_sources
from auriga.memory import map_large_blocks
from auriga.settings import RegimeSettings


class RegimeStrategy(IStrategy):
    """The regime decides whether a pair is held, its model when it is bought and sold.

    `regime.signals.sides` says which sides each regime allows; the model waits for a better price (`role:
    time`), has a veto, or decides alone. A long asks for a probability above `long_threshold`, a short below
    `short_threshold`, each moved by the offset of the regime, and `exit_threshold` is where it no longer
    speaks for the side. Stakes follow the pair's volatility. Entry tags are `<regime>_<side>`, so Freqtrade's
    tag tables are tables by regime. The regime is computed on slow candles (`regime.timeframe`), the models
    come from FreqAI; what a trader tunes stands at the top of the class, what a trader sets in the block
    `regime`.
    """

    INTERFACE_VERSION = 3

    timeframe = "5m"
    process_only_new_candles = True
    use_exit_signal = True
    use_custom_stoploss = True
    use_custom_roi = True
    startup_candle_count = 240  # slow candles too: the 200-day average and its confirmation
    minimal_roi = {"0": 100.0}  # noqa: RUF012 - custom_roi tells; Freqtrade wants a plain dict here
    stoploss = -0.25  # nothing may lose more, whatever custom_stoploss says

    long_threshold = DecimalParameter(0.5, 0.7, default=0.52, decimals=3, space="enter")
    short_threshold = DecimalParameter(0.3, 0.5, default=0.45, decimals=3, space="enter")
    bull_offset = DecimalParameter(-0.05, 0.05, default=0.0, decimals=3, space="enter")
    sideways_offset = DecimalParameter(-0.05, 0.05, default=0.0, decimals=3, space="enter")
    bear_offset = DecimalParameter(-0.05, 0.05, default=0.0, decimals=3, space="enter")

    exit_threshold = DecimalParameter(0.4, 0.55, default=0.46, decimals=3, space="exit")
    take_profit_atr = DecimalParameter(0.0, 20.0, default=0.0, decimals=1, space="exit")  # 0: none

    stop_atr = DecimalParameter(1.0, 12.0, default=5.0, decimals=1, space="risk")
    break_even_atr = DecimalParameter(0.0, 10.0, default=0.0, decimals=1, space="risk")  # 0: never
    trailing_start_atr = DecimalParameter(0.0, 12.0, default=0.0, decimals=1, space="risk")  # 0: never
    trailing_atr = DecimalParameter(0.5, 12.0, default=4.0, decimals=1, space="risk")

    def __init__(self, config: dict[str, Any]) -> None:
        map_large_blocks()  # before candles are loaded
        look_back_for_experts(config)
        name_inputs(config)  # before Freqtrade asks whether it knows this backtest already
        refuse_mixed_profiles(config)
        trade_by_rules_alone(config)  # before Freqtrade loads what models learn from
        super().__init__(config)
        # A cached_property has a lock in Python 3.11, and hyperopt sends this class to its workers.
        self.settings: RegimeSettings = settings_from_config(config)  # the validated `regime` block
        if config.get("freqai", {}).get("enabled"):
            require_freqai(config)  # before Freqtrade asks for what is missing there
        check_market(config, self.settings)  # before Freqtrade drops pairs it does not know
        charge_costs(config, self.settings)  # before Freqtrade asks for the fee
        detector_from_settings(self.settings)  # refuses a missing package while Freqtrade can still say so
        needed = feature_warmup_candles(config, self.settings.features.groups)
        declared = max(self.startup_candle_count, needed)
        self.startup_candle_count = startup_candles(config, self.settings, declared)
        start_parameters(self, self.settings)  # a parameter file goes first, when Freqtrade reads it
        check_stake(config, self.settings.stake)
        self.position_adjustment_enable |= trims(self.settings.stake)

    @property
    def thresholds(self) -> Thresholds:
        """Today's values of the parameters that make entries and exits; hyperopt changes them."""
        return Thresholds(
            self.long_threshold.value, self.short_threshold.value, self.exit_threshold.value,
            self.bull_offset.value, self.sideways_offset.value, self.bear_offset.value,
        )  # fmt: skip

    @property
    def can_short(self) -> bool:  # type: ignore[override]
        """Short where the market can: in futures mode."""
        return bool(self.config.get("trading_mode") == "futures")

    # --- start and loop ---------------------------------------------------------------------------

    def ft_bot_start(self, **kwargs: Any) -> None:
        """Refuse bad settings, parameters and frozen models before any candle is loaded.

        Freqtrade reads the parameter file after `bot_start`, so that would only see the defaults.
        """
        super().ft_bot_start(**kwargs)
        check_start(self, self.settings)

    def bot_start(self, **kwargs: Any) -> None:
        """Make what watches and decides; parameters still have their defaults here."""
        self.checked_pairs: dict[str, str] = {}  # why a pair must not be traded; empty if it may
        self.guard = EntryGuard(self, self.settings.guard)
        self.rules = TradeRules(self, self.settings)
        self.announcements = Announcements(self, self.settings.messages)
        self.halts = Halts(self, self.settings.halt, self.announcements.tell_halts)

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        """Warn when the exchange holds what no trade explains (live only), and look at the kill switches."""
        self.guard.watch(current_time)
        self.halts.watch(current_time)

    # --- features, label, prediction --------------------------------------------------------------

    def informative_pairs(self) -> list[tuple[Any, ...]]:
        """Slow candles for the regime, of every pair or the reference pair, and what else features read."""
        sources = {regime_pair(pair, self.settings) for pair in self.dp.current_whitelist()}
        slow = {(pair, self.settings.timeframe) for pair in sources}
        daily = volatility_sources(self.dp.current_whitelist())
        features = informative_sources(self.config, self.dp, self.settings.features.groups)
        return [*sorted(slow.union(daily)), *features]

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
        return add_label(dataframe, self.settings.label, self.settings.costs)

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Predictions of FreqAI and the regime of each candle."""
        pair = metadata["pair"]
        if pair not in self.checked_pairs:
            self.checked_pairs |= check_pairs(self, pair, dataframe, self.settings)
        if self.settings.signals.model:
            dataframe = self.freqai.start(dataframe, metadata, self)
        if REGIME not in dataframe:  # live, the frame that was predicted on comes back
            dataframe = add_regimes(dataframe, pair, self.dp, self.settings, self.timeframe)
        dataframe = add_history_columns(dataframe, self.settings)
        dataframe = add_volatility(dataframe, pair, self.dp, self.settings.stake, self.timeframe)
        self.announcements.look(pair, dataframe)
        return dataframe

    # --- entries and exits ------------------------------------------------------------------------

    def populate_entry_trend(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Enter where no rule is against it; each candle says why, or why not."""
        pair = metadata["pair"]
        self.halts.remember(pair, dataframe)
        dataframe = add_signal_columns(dataframe, self.settings, self.thresholds)
        barred = self.checked_pairs.get(pair, "")
        rules: dict[str, Any] = {"timeframe": self.timeframe, "can_short": self.can_short, "barred": barred}
        dataframe = add_entries(dataframe, self.settings, self.thresholds, **rules)
        if shows_reasons(self.config):
            dataframe = add_reason_words(dataframe, self.settings, self.thresholds, **rules)
        return dataframe

    def populate_exit_trend(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Leave when the regime no longer allows the side, or when the model says so."""
        return add_exits(
            dataframe, self.settings, self.thresholds, timeframe=self.timeframe, can_short=self.can_short
        )

    def confirm_trade_entry(
        self, pair: str, order_type: str, amount: float, rate: float, time_in_force: str,
        current_time: datetime, entry_tag: str | None, side: str, **kwargs: Any,
    ) -> bool:  # fmt: skip
        """Refuse an entry under a halt, against `/marketdir`, or (live) while another may be under way."""
        allowed = self.halts.allows(pair, side, current_time)
        return allowed and self.guard.allows(pair, side, amount, current_time)

    @only_reads_trade
    def custom_exit(
        self, pair: str, trade: Any, current_time: datetime, current_rate: float, current_profit: float,
        **kwargs: Any,
    ) -> str | None:  # fmt: skip
        """Leave when the time is up."""
        return self.rules.exit_reason(trade, current_time, current_rate, current_profit)

    # --- stake, leverage, stops -------------------------------------------------------------------

    def custom_stake_amount(
        self, pair: str, current_time: datetime, current_rate: float, proposed_stake: float,
        min_stake: float | None, max_stake: float, leverage: float, entry_tag: str | None, side: str,
        **kwargs: Any,
    ) -> float:  # fmt: skip
        """Stake by `regime.stake`, within its caps."""
        return self.rules.stake(
            pair, current_time, current_rate, proposed_stake,
            min_stake=min_stake, max_stake=max_stake, leverage=leverage, side=side,
        )  # fmt: skip

    def leverage(
        self, pair: str, current_time: datetime, current_rate: float, proposed_leverage: float,
        max_leverage: float, entry_tag: str | None, side: str, **kwargs: Any,
    ) -> float:  # fmt: skip
        """Leverage by `regime.leverage`, so that liquidation stays beyond the stop; futures only."""
        return self.rules.leverage(pair, current_time, current_rate, max_leverage=max_leverage, side=side)

    def order_filled(self, pair: str, trade: Any, order: Any, current_time: datetime, **kwargs: Any) -> None:
        """Freeze what was known at entry in the trade's custom data."""
        self.rules.order_filled(trade, order, current_time)

    @only_reads_trade
    @guarded_adjustment
    def adjust_trade_position(
        self, trade: Any, current_time: datetime, current_rate: float, current_profit: float,
        min_stake: float | None, max_stake: float, current_entry_rate: float, current_exit_rate: float,
        current_entry_profit: float, current_exit_profit: float, **kwargs: Any,
    ) -> tuple[float, str] | None:  # fmt: skip
        """Sell once a day what stands far above its goal; never add."""
        return self.rules.trim(trade, current_time, current_exit_rate)

    @only_reads_trade
    def custom_stoploss(
        self, pair: str, trade: Any, current_time: datetime, current_rate: float, current_profit: float,
        after_fill: bool, **kwargs: Any,
    ) -> float | None:  # fmt: skip
        """Stop by the ATR at entry; break-even and trailing once the trade is far enough ahead."""
        return self.rules.stop(trade, current_time, current_rate)

    @only_reads_trade
    def custom_roi(
        self, pair: str, trade: Any, current_time: datetime, trade_duration: int, entry_tag: str | None,
        side: str, **kwargs: Any,
    ) -> float | None:  # fmt: skip
        """Take-profit by the ATR at entry."""
        return self.rules.take_profit(trade, current_time)

    # --- chart ------------------------------------------------------------------------------------

    @property
    def plot_config(self) -> dict[str, Any]:  # type: ignore[override]
        """Subplots of FreqUI, whichever columns the label's models return."""
        return plot_config(self.settings)

    def plot_annotations(
        self, pair: str, start_date: datetime, end_date: datetime, dataframe: pd.DataFrame, **kwargs: Any
    ) -> list[AnnotationType]:
        """Shade the regimes in FreqUI."""
        return regime_bands(dataframe, self.timeframe)
