"""What is used of Freqtrade's objects, as types alone, so that other objects can stand in their place.

A protocol names what our code asks of an object and nothing else. mypy compares Freqtrade's own classes with
it wherever one is handed over. Nothing here runs.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

import pandas as pd
from freqtrade.enums import RunMode


class DataProvider(Protocol):
    """Candles, pairs and messages, for the strategy and for us."""

    @property
    def runmode(self) -> RunMode: ...

    @property
    def _exchange(self) -> Any:
        """Freqtrade's exchange; None in whatever asks none."""

    def current_whitelist(self) -> list[str]:
        """Pairs of the moment.

        Raises
        ------
        OperationalException
            Where there are no pairlists.
        """

    def get_pair_dataframe(self, pair: str, timeframe: str, candle_type: str = "") -> pd.DataFrame:
        """Candles: those of the exchange live, those of the timerange with its start-up in a backtest."""

    def historic_ohlcv(self, pair: str, timeframe: str, candle_type: str = "") -> pd.DataFrame:
        """Candles on disk."""

    def get_analyzed_dataframe(self, pair: str, timeframe: str) -> tuple[pd.DataFrame, datetime]:
        """Frame that the strategy made, and when; in a backtest up to the moment it has come to."""

    def trades(self, pair: str, *, timerange: Any = None) -> pd.DataFrame:
        """Public trades of a `TimeRange`."""

    def get_required_startup(self, timeframe: str) -> int:
        """Candles that training and start-up take before a backtest."""

    def get_funding_rate_timeframe(self) -> str:
        """Timeframe at which funding rates are stored."""

    def send_msg(self, message: str, *, always_send: bool = False) -> None:
        """Send to Telegram and webhooks; `always_send`, also what was said in this candle."""


class Strategy(Protocol):
    """A strategy as Freqtrade has loaded it, with the hooks that make features and labels."""

    @property
    def dp(self) -> DataProvider:
        """Data provider; `reload.provided_by` puts another in its place."""

    @property
    def config(self) -> dict[str, Any]:
        """Freqtrade's configuration."""

    @property
    def timeframe(self) -> str:
        """Timeframe of the base candles."""

    @property
    def process_only_new_candles(self) -> bool:
        """Whether a bot analyses a candle once, when it is over."""

    @property
    def freqai(self) -> object:
        """FreqAI's model; without one, something of Freqtrade's that only raises."""

    def get_strategy_name(self) -> str:
        """Name of the class."""

    def gather_informative_pairs(self) -> Iterable[tuple[str, str, object]]:
        """Pair, timeframe and candle type of what the strategy reads beside its own candles."""

    def feature_engineering_expand_all(
        self, dataframe: pd.DataFrame, period: int, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Add features of one period."""

    def feature_engineering_expand_basic(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any]
    ) -> pd.DataFrame:
        """Add features of each timeframe."""

    def feature_engineering_standard(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Add features of the base candles alone, and plain columns."""

    def set_freqai_targets(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Add the label."""


class Balance(Protocol):
    """What the account holds of a coin."""

    @property
    def total(self) -> float:
        """All of it."""

    @property
    def used(self) -> float:
        """What orders lock of it."""


class Position(Protocol):
    """A futures position."""

    @property
    def position(self) -> float:
        """Its size, at least 0."""

    @property
    def side(self) -> str:
        """`long` or `short`."""


class Wallets(Protocol):
    """Freqtrade's balances."""

    def get_all_balances(self) -> Mapping[str, Balance]:
        """Balances by coin."""

    def get_all_positions(self) -> Mapping[str, Position]:
        """Positions by pair."""

    def get_total_stake_amount(self) -> float:
        """Stake currency that the bot may use, open stakes included."""

    def update(self) -> None:
        """Ask the exchange anew."""


class TradingStrategy(Strategy, Protocol):
    """A strategy in a bot or a backtest, where there is money."""

    @property
    def wallets(self) -> Wallets | None:
        """Balances; None before there are any."""

    @property
    def stoploss(self) -> float:
        """Largest loss of a trade as a fraction of its stake, below 0."""

    @property
    def adjust_trade_position(self) -> Callable[..., Any]:
        """Hook that changes the size of an open trade."""
