"""One candle or one trade, explained."""

from auriga.host.explain._backtest import explain_backtest_candle, explain_backtest_trade
from auriga.host.explain._bot import explain_bot_candle, explain_bot_trade
from auriga.host.explain._explanation import Explanation, FeatureShare, ModelView, SignalView, TradeView

__all__ = [
    "Explanation",
    "FeatureShare",
    "ModelView",
    "SignalView",
    "TradeView",
    "explain_backtest_candle",
    "explain_backtest_trade",
    "explain_bot_candle",
    "explain_bot_trade",
]
