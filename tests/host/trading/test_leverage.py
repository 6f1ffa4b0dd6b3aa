"""Leverage follows regime, volatility and caps, and liquidation always lies well beyond the stop."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.enums import MarginMode, TradingMode
from freqtrade.exchange import Binance, Exchange
from hypothesis import given
from hypothesis import strategies as st

from auriga.host.trading._entry_facts import Candle
from auriga.host.trading._leverage import SAFE_MAINTENANCE_FRAC, pair_margin, trade_leverage
from auriga.settings import RegimeSettings, parse_settings

PAIR = "BTC/USDT:USDT"
BULL = Candle("bull", "bull", 0.6, 0.55, atr_frac=0.002)
# The first, second and fourth bracket of a large contract.
BRACKETS = [
    {
        "minNotional": 0, "maxNotional": 50_000, "maxLeverage": 125, "maintenanceMarginRate": 0.004,
        "maintAmt": 0,
    },
    {
        "minNotional": 50_000, "maxNotional": 500_000, "maxLeverage": 100, "maintenanceMarginRate": 0.005,
        "maintAmt": 50,
    },
    {
        "minNotional": 500_000, "maxNotional": 50_000_000, "maxLeverage": 20, "maintenanceMarginRate": 0.025,
        "maintAmt": 10_050,
    },
]  # fmt: skip


class Venue(Binance):
    """Freqtrade's Binance with brackets and without a connection."""

    def __init__(self, brackets: dict[str, Any], buffer: float = 0.05) -> None:
        self._leverage_tiers, self.liquidation_buffer = brackets, buffer
        self.trading_mode, self.margin_mode = TradingMode.FUTURES, MarginMode.ISOLATED
        self._config = {"runmode": "backtest", "dry_run": True}

    def __del__(self) -> None:
        """Nothing to close."""

    def exchange_has(self, endpoint: str) -> bool:
        return True


def trader(capital: float = 10_000, *, venue: Any = None, stoploss: float = -0.25) -> Any:
    return SimpleNamespace(
        dp=SimpleNamespace(_exchange=venue or Venue({PAIR: BRACKETS})),
        wallets=SimpleNamespace(get_total_stake_amount=lambda: capital),
        config={"liquidation_buffer": 0.05},
        stoploss=stoploss,
    )


def settings(**leverage: Any) -> RegimeSettings:
    return parse_settings({"leverage": {"base": 4, "cap": 10} | leverage})


def given_leverage(
    rules: RegimeSettings, candle: Candle = BULL, *, stop_frac: float = 0.01, most: float = 125, **who: Any
) -> float:
    return trade_leverage(
        trader(**who), rules, candle, stop_frac=stop_frac, pair=PAIR, max_leverage=most
    )  # fmt: skip


def test_base_times_the_factor_of_the_regime_within_cap_and_exchange() -> None:
    rules = settings(regime_factors={"bull": 3, "sideways": 0.5, "bear": 0})
    assert given_leverage(rules) == 10
    assert given_leverage(rules, most=7) == 7
    assert given_leverage(rules, replace(BULL, regime="sideways")) == 2
    assert given_leverage(rules, replace(BULL, regime="bear")) == 1
    assert given_leverage(rules, replace(BULL, regime="unknown")) == 1


def test_less_in_a_wild_market_and_never_a_part_of_a_whole() -> None:
    """Binance takes whole numbers; Freqtrade would keep 2.7 in its books and send 2."""
    rules = settings(target_atr_frac=0.002)
    found = [given_leverage(rules, replace(BULL, atr_frac=atr)) for atr in (0.001, 0.002, 0.003, 0.008)]
    assert found == [4, 4, 2, 1]
    assert given_leverage(settings(base=3, regime_factors={"bull": 0.1 * 3 / 0.3})) == 3


def test_a_far_stop_lowers_leverage_until_liquidation_is_beyond_it() -> None:
    rules = settings(base=10, liquidation_stops=2)
    assert given_leverage(rules, stop_frac=0.02) == 10
    assert given_leverage(rules, stop_frac=0.06, stoploss=-0.9) == 7
    assert given_leverage(rules, stop_frac=0.5) == 1


def test_the_stop_never_costs_more_of_the_stake_than_the_stoploss() -> None:
    assert given_leverage(settings(base=10), stop_frac=0.05, stoploss=-0.25) == 5
    assert given_leverage(settings(base=10), stop_frac=0.05, stoploss=-0.1) == 2


def test_the_worked_example_of_the_docs() -> None:
    rules = settings(base=20, cap=20, liquidation_stops=3)
    assert given_leverage(rules, stop_frac=0.03) == 8
    assert given_leverage(rules, stop_frac=0.03, stoploss=-0.9) == 10


def test_large_accounts_stand_in_the_bracket_of_their_largest_position() -> None:
    """0.25 of five millions at leverage 10 keeps 2.5 % of its value as margin, not 0.4 %."""
    rules = settings(base=10, liquidation_stops=4)
    far: dict[str, Any] = {"stop_frac": 0.021, "stoploss": -0.9}
    assert given_leverage(rules, **far) == 10
    assert given_leverage(rules.model_copy(update={"stake": _all_in(rules)}), capital=5e6, **far) == 8


def _all_in(rules: RegimeSettings) -> Any:
    return rules.stake.model_copy(update={"max_exposure_frac": 10.0})


@pytest.mark.parametrize("venue", [Venue({}), SimpleNamespace()])
def test_unknown_brackets_count_as_worse_than_any(venue) -> None:
    assert pair_margin(trader(venue=venue), PAIR, 0.0).maintenance_frac == SAFE_MAINTENANCE_FRAC
    assert given_leverage(settings(base=10, liquidation_stops=5), stop_frac=0.02, venue=venue) == 6


@given(
    base=st.floats(1, 50),
    stop_frac=st.floats(0.0005, 0.9),
    stops=st.floats(1, 10),
    capital=st.floats(10, 3e7),
    stake_frac=st.floats(0.01, 1),
    short=st.booleans(),
)
def test_liquidation_as_freqtrade_computes_it_is_stops_away(
    base: float, stop_frac: float, stops: float, capital: float, stake_frac: float, short: bool
) -> None:
    rules = parse_settings(
        {
            "leverage": {"base": base, "cap": 50, "liquidation_stops": stops},
            "stake": {"max_position_frac": stake_frac, "max_exposure_frac": 50},
        }
    )
    leverage = given_leverage(rules, stop_frac=stop_frac, capital=capital, stoploss=-0.99)
    assert leverage == int(leverage) and 1 <= leverage <= base
    if leverage == 1:
        return
    stake, rate = capital * stake_frac, 100.0
    liquidation = Exchange.get_liquidation_price(
        Venue({PAIR: BRACKETS}), PAIR, rate, short, stake * leverage / rate, stake, leverage, stake
    )
    assert liquidation is not None
    distance = (liquidation - rate if short else rate - liquidation) / rate
    assert distance >= stops * stop_frac - 1e-9
