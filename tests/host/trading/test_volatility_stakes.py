"""Stakes by volatility, daily trims and the exit of the regime, in stock Freqtrade's backtest."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.host.trading.test_trade_rules import Desk, database, frame_until, make_trade
from tests.support.backtests import MadeUpBacktest, backtest_config
from tests.support.stand_in import StandIn

from auriga.columns import PROBABILITY, REGIME, VOLATILITY
from auriga.host.trading import TRIM, TradeRules, add_volatility
from auriga.risk import annual_volatility
from auriga.settings import parse_settings

assert database
CANDLE = timedelta(minutes=5)
PAIRS = ("BTC_USDT", "ETH_USDT")
FIRST, LAST = "20240104", "20240112"


def slow(start: str, n: int, seed: int) -> pd.DataFrame:
    """Days that swing by 3 %, ending before the base candles do."""
    closes = 100 * np.exp(np.cumsum(0.03 * np.random.default_rng(seed).standard_normal(n)))
    dates = pd.date_range(start, periods=n, freq="1D", tz="UTC").as_unit("ms")
    prices = {"open": closes, "high": closes * 1.01, "low": closes * 0.99, "close": closes}
    return pd.DataFrame({"date": dates, **prices, "volume": 1.0})


def rising(make_walk, seed: int, growth: float) -> pd.DataFrame:
    """Base candles that multiply by `growth` over the days."""
    candles = make_walk(12 * 288, "5m", seed=seed, daily=0.01)
    factor = np.exp(np.linspace(0, np.log(growth), len(candles)))
    prices = candles[["open", "high", "low", "close"]].mul(factor, axis=0) * 100
    candles[prices.columns] = prices.round(2)
    return candles


def predicted(regime_of_day: dict[int, int]):
    """A regime for each day of January; the model expects no bounce once it has ended."""

    def predict(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        regimes = frame["date"].dt.day.map(regime_of_day).fillna(-1).astype(np.int8)
        return frame.assign(
            **{REGIME: regimes, PROBABILITY: np.where(regimes == 1, 0.9, 0.1), "do_predict": 1},
            regime_age=np.nan, regime_confidence=1.0, regime_status=0, expert=1.0, expert_rows=100.0,
        )  # fmt: skip

    return predict


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_walk):
    folder = tmp_path_factory.mktemp("volatility")
    (folder / "data").mkdir()
    for seed, pair in enumerate(PAIRS):
        rising(make_walk, seed, growth=60.0 if seed else 1.0).to_feather(
            folder / "data" / f"{pair}-5m.feather"
        )
        slow("2023-06-01", 230, seed).to_feather(folder / "data" / f"{pair}-1d.feather")
    return folder


def backtest(root, folder, **regime: Any) -> MadeUpBacktest:
    config = backtest_config(
        root,
        folder / "user_data",
        folder / "data",
        timerange=f"{FIRST}-{LAST}",
        regime=regime,
        max_open_trades=2,
    )
    bull = dict.fromkeys(range(5, 10), 1) | dict.fromkeys(range(10, 20), 0)
    return MadeUpBacktest(config, predicted(bull)).run()


@pytest.fixture(scope="module")
def held(root, folder) -> MadeUpBacktest:
    return backtest(root, folder)


def test_each_pair_is_held_as_long_as_its_regime_and_no_longer(held) -> None:
    assert len(held.trades) == 2
    for trade in held.trades:
        assert trade.enter_tag == "bull_long"
        assert trade.exit_reason == "regime"
        assert trade.open_date_utc == pd.Timestamp("2024-01-05 00:05", tz="UTC")
        assert trade.close_date_utc == pd.Timestamp("2024-01-10 00:05", tz="UTC")


def test_stakes_follow_the_volatility_of_the_closed_days(held, folder) -> None:
    assert len(held.asked) == 2
    for asked in held.asked:
        days = pd.read_feather(folder / "data" / f"{asked['pair'].replace('/', '_')}-1d.feather")
        closed = days[days["date"] + pd.Timedelta(days=1) <= asked["current_time"]]
        volatility = annual_volatility(closed["close"].to_numpy(), 30.0)[-1]
        wanted = asked["capital"] * min(1 / 2, 0.4 / (2 * volatility))
        assert asked["answer"] == pytest.approx(wanted, rel=1e-9)
        assert 0.3 < volatility < 1.5


def sells(trade: Any) -> list[Any]:
    return [order for order in trade.orders if order.ft_order_side == trade.exit_side]


def test_what_stands_above_twice_its_goal_is_sold_down_to_it_at_midnight(held) -> None:
    flat, risen = sorted(held.trades, key=lambda trade: trade.pair)
    assert len(sells(flat)) == 1  # its exit alone
    trims = sells(risen)[:-1]
    assert trims and all(order.ft_order_tag == TRIM for order in trims)
    (asked,) = (each for each in held.asked if each["pair"] == risen.pair)
    bought = sum(order.filled for order in risen.orders if order.ft_order_side == risen.entry_side)
    left = bought
    for order in trims:
        moment = order.order_filled_utc
        assert (moment.hour, moment.minute) == (0, 0)
        before, left = left * order.average, left - order.filled
        goal = asked["capital"] * min(1 / 2, 0.4 / (2 * volatility_at(held, risen.pair, moment)))
        assert before > 2 * goal * 0.999
        assert left * order.average == pytest.approx(goal, rel=0.02)  # capital has grown by what was sold


def volatility_at(made: MadeUpBacktest, pair: str, moment: pd.Timestamp) -> float:
    frame = made.frames[pair]
    return float(frame.loc[frame["date"] == moment - CANDLE, VOLATILITY].iloc[0])


def test_without_trims_nothing_is_sold_before_the_regime_ends(root, folder) -> None:
    made = backtest(root, folder, stake={"trim": False})
    assert not made.strategy.position_adjustment_enable
    assert [len(sells(trade)) for trade in made.trades] == [1, 1]


@pytest.mark.parametrize(("target", "share"), [(0.2, 0.5), (0.1, 0.25)])
def test_half_the_target_is_half_the_stake(root, folder, held, target, share) -> None:
    made = backtest(root, folder, stake={"target_volatility": target})
    whole = {each["pair"]: each["answer"] / each["capital"] for each in held.asked}
    for each in made.asked:
        assert each["answer"] / each["capital"] == pytest.approx(share * whole[each["pair"]], rel=1e-9)


def test_fewer_positions_than_slots_get_larger_stakes(root, folder) -> None:
    made = backtest(root, folder, stake={"positions": 1, "target_volatility": 2.0, "max_exposure_frac": 2.0})
    first = made.asked[0]
    assert first["answer"] == pytest.approx(first["max_stake"])  # capital x 1: all there is


def test_too_few_days_are_no_stake(root, tmp_path, make_walk) -> None:
    (tmp_path / "data").mkdir()
    for seed, pair in enumerate(PAIRS):
        rising(make_walk, seed, growth=1.0).to_feather(tmp_path / "data" / f"{pair}-5m.feather")
        slow("2023-12-20", 30, seed).to_feather(tmp_path / "data" / f"{pair}-1d.feather")
    made = backtest(root, tmp_path)
    assert made.trades == []
    assert made.asked and all(each["answer"] == 0 for each in made.asked)


class Provider(StandIn):
    """A data provider with daily candles."""

    def __init__(self, days: pd.DataFrame) -> None:
        self.days = days

    def get_pair_dataframe(self, pair: str, timeframe: str, candle_type: str = "") -> pd.DataFrame:
        assert timeframe == "1d"
        return self.days


def test_a_candle_knows_the_days_that_had_closed_by_its_own_close() -> None:
    days = slow("2024-01-01", 60, seed=1)
    dates = pd.date_range("2024-02-09 23:50", periods=4, freq="5min", tz="UTC").as_unit("ms")
    stake = parse_settings({}).stake
    made = add_volatility(pd.DataFrame({"date": dates}), "BTC/USDT", Provider(days), stake, "5m")
    known = annual_volatility(days["close"].to_numpy(), 30.0)
    assert made[VOLATILITY].tolist() == [known[38], known[39], known[39], known[39]]
    nothing = add_volatility(pd.DataFrame({"date": dates}), "BTC/USDT", Provider(days.iloc[:0]), stake, "5m")
    assert nothing[VOLATILITY].isna().all()
    other = parse_settings({"stake": {"rule": "kelly"}}).stake
    assert VOLATILITY not in add_volatility(pd.DataFrame({"date": dates}), "", Provider(days), other, "5m")


# --- one position ---------------------------------------------------------------------------------

MIDNIGHT = datetime(2024, 1, 11, tzinfo=UTC)
SECONDS = timedelta(seconds=7)
GOAL = 10_000 / 4 * 0.4 / 0.8
"""Of a quarter of the capital, at twice the volatility that is wanted."""


def trimmed(trade: Any, rate: float, now: datetime = MIDNIGHT, closed: datetime = MIDNIGHT, **columns: Any):
    """What a bot sells that has just started, with candles up to `closed`."""
    desk = Desk(frame_until(closed, **({VOLATILITY: 0.8} | columns)))
    return TradeRules(desk, parse_settings({"stake": {"positions": 4}})).trim(trade, now, rate)


@pytest.mark.parametrize(("side", "leverage"), [("long", 1.0), ("long", 3.0), ("short", 1.0), ("short", 3.0)])
def test_a_position_above_twice_its_goal_is_sold_down_to_it(database, side, leverage) -> None:
    """Its stake was 100 at a price of 100: it is worth what the price is, whatever the leverage."""
    trade = make_trade(side, leverage)
    assert trimmed(trade, 2 * GOAL) is None
    assert trimmed(trade, 3000.0) == (pytest.approx(-100 * (1 - GOAL / 3000)), TRIM)
    assert trimmed(trade, 2 * GOAL + 0.01) == (pytest.approx(-50, abs=0.01), TRIM)
    assert trimmed(trade, 10.0) is None  # never added to


@pytest.mark.parametrize(
    ("now", "closed", "trims"),
    [
        (MIDNIGHT - SECONDS, MIDNIGHT - CANDLE, False),
        (MIDNIGHT + SECONDS, MIDNIGHT - CANDLE, False),  # the day's last candle is not there yet
        (MIDNIGHT + SECONDS, MIDNIGHT, True),
        (MIDNIGHT + CANDLE - SECONDS, MIDNIGHT, True),
        (MIDNIGHT + CANDLE, MIDNIGHT + CANDLE, False),
        (MIDNIGHT + CANDLE, MIDNIGHT, False),
        (MIDNIGHT + timedelta(hours=12), MIDNIGHT + timedelta(hours=12), False),
    ],
)
def test_positions_are_trimmed_in_the_first_candle_of_a_day_by_the_one_before(
    database, now, closed, trims
) -> None:
    assert (trimmed(make_trade(), 3000.0, now, closed) is not None) == trims


def test_nothing_is_trimmed_twice_or_to_a_goal_that_nobody_knows(database) -> None:
    trade = make_trade()
    unknown: Any = {VOLATILITY: np.nan}
    assert trimmed(trade, 3000.0, **unknown) is None
    trade.orders[0].ft_is_open = True
    assert trimmed(trade, 3000.0) is None


def test_the_factor_of_a_regime_counts_in_the_goal_too(database) -> None:
    volatility: Any = {VOLATILITY: 0.8}
    desk = Desk(frame_until(MIDNIGHT, **volatility))
    stake = {"positions": 4, "regime_factors": {"bull": 0.5}}
    sold = TradeRules(desk, parse_settings({"stake": stake})).trim(make_trade(), MIDNIGHT, 3000.0)
    assert sold is not None
    assert sold[0] == pytest.approx(-100 * (1 - GOAL / 2 / 3000))
    assert sold[1] == TRIM
