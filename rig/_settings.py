"""The configuration of a bot that trains, predicts and trades within a minute or two."""

from pathlib import Path
from typing import Any

Json = dict[str, Any]

ROOT = Path(__file__).parents[1]
PAIRS = ["BTC/USDT", "ETH/USDT"]

EVERY_PREDICTION: Json = {
    "signals": {
        "sides": {"bull": "both", "sideways": "both", "bear": "both"},
        "role": "alone",
        "cost_margin": None,
        "max_candles": None,
    },
    "stake": {"rule": "confidence", "risk_frac": 0.02, "max_position_frac": 0.25},
    "stops": {"kind": "atr"},
    "halt": {"max_daily_drawdown_frac": 0.05, "max_drawdown_frac": 0.2, "max_consecutive_losses": 8},
    "parameters": {
        "long_threshold": 0.55,
        "short_threshold": 0.45,
        "exit_threshold": 0.5,
        "take_profit_atr": 8.0,
    },
}
"""A block `regime` under which every prediction is traded on both sides, with near stops and targets.

By default the regime decides whether a pair is held, and months may pass without a trade. What looks at a
model alone, or needs many trades, says so with this.
"""

# One-minute candles, so that new ones come while a test waits; little of everything, so that it is fast.
FAST: Json = {
    "timeframe": "1m",
    "initial_state": "running",
    "force_entry_enable": True,
    "internals": {"process_throttle_secs": 1},
    "exchange": {"pair_whitelist": PAIRS},
    "regime": {
        "timeframe": "1h",
        "moving_average": {"period": 20, "enter_level": 0.005, "exit_level": 0.002},
        "price_change": {"period": 10, "enter_level": 0.005, "exit_level": 0.002},
        "volatility": {"period": 10},
        "confirm_candles": 1,
        "min_dwell": 1,
        "min_samples": 200,
        # A test asks for its trades and ends them: stakes as configured, no stop, target or time but its own.
        "stake": {"rule": "freqtrade", "max_position_frac": 1.0, "max_exposure_frac": 10.0},
        "stops": {"kind": "fixed", "fixed_frac": 0.25},
        # What a model says is traded at once, whatever the regime.
        "signals": EVERY_PREDICTION["signals"] | {"max_candles": 0},
        "leverage": {"base": 1, "cap": 1},  # that stop is wider than leverage allows
        # Trades that end within minutes lose their fees: halts would end every test.
        "halt": {"max_daily_drawdown_frac": None, "max_drawdown_frac": None, "max_consecutive_losses": None},
    },
    "freqai": {
        "train_period_days": 1,
        "live_retrain_hours": 0.002,
        "expiration_hours": 1,
        "feature_parameters": {"include_timeframes": ["1m", "5m"], "indicator_periods_candles": [14]},
        # Few and fast trees: probabilities far from one half, so that entries happen.
        "model_training_parameters": {"n_estimators": 10, "learning_rate": 0.3, "min_child_samples": 20},
    },
}

MARKET_ORDERS: Json = {
    "order_types": {"entry": "market", "exit": "market", "stoploss": "market", "stoploss_on_exchange": False},
    "entry_pricing": {"price_side": "other"},
    "exit_pricing": {"price_side": "other"},
}
"""Orders that fill at once; Freqtrade wants the other side's price with them."""

MARKET_OPTIONS = ("--market", "easy", "--until-now", "--timeframe", "1m", "--days", "6")
"""`auriga exchange` with enough candles for `FAST`."""


def merged(base: Json, overlay: Json) -> Json:
    """Merge two configurations as Freqtrade does: key by key, lists replaced.

    Examples
    --------
    >>> merged({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}})
    {'a': {'b': 3, 'c': 2}}
    """
    result = dict(base)
    for key, value in overlay.items():
        nested = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if nested else value
    return result


_OTHER_SIDE = {"price_side": "other", "use_order_book": True, "order_book_top": 1}
_STOPS = {"stoploss_on_exchange": True, "stoploss_on_exchange_interval": 5}


def signal_settings(pairs: list[str], *, stops: bool) -> Json:
    """Settings of a bot that trades when a test says so, with limits that cross the spread.

    Parameters
    ----------
    pairs : list of str
        Whitelist; the first two lead the features.
    stops : bool
        Whether stops rest on the exchange.
    """
    return {
        "strategy": "SignalStrategy",
        "strategy_path": str(Path(__file__).parent / "strategies"),
        "stake_amount": 500,
        "exchange": {"pair_whitelist": pairs, "enable_ws": False},
        "entry_pricing": _OTHER_SIDE,
        "exit_pricing": _OTHER_SIDE,
        "order_types": {"entry": "limit", "exit": "limit", "stoploss": "limit"}
        | (_STOPS if stops else {"stoploss_on_exchange": False}),
        "freqai": {
            "live_retrain_hours": 24,
            "expiration_hours": 48,
            "feature_parameters": {"include_corr_pairlist": pairs[:2]},
        },
    }
