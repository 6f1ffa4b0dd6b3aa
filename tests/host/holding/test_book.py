"""An account followed from candle to candle: to the cent what stock Freqtrade's own wallet was."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.backtests import MadeUpBacktest, backtest_config
from tests.support.futures_backtest import FuturesBacktest, write_futures
from tests.support.made_results import FEE, START, made_result, read, trade
from tests.support.stored_backtest import store_backtest

from auriga.columns import PROBABILITY, REGIME
from auriga.errors import HostError
from auriga.evaluation import shifted_returns
from auriga.host.holding import account_book
from auriga.host.results import BacktestResult

CENT = 0.01
BULL, SIDEWAYS, BEAR = 1, 0, -1
PAIRS = ("BTC/USDT", "ETH/USDT")


def at(day: float) -> pd.Timestamp:
    return START + pd.Timedelta(days=day)


# --- through stock Freqtrade ---------------------------------------------------------------------


def predicted(regime_of_day: dict[int, int]):
    """A regime for each day of January 2024, and a model that agrees with it."""

    def predict(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        regimes = frame["date"].dt.day.map(regime_of_day).fillna(SIDEWAYS).astype(np.int8)
        return frame.assign(
            **{REGIME: regimes, PROBABILITY: 0.5 + 0.4 * regimes, "do_predict": 1},
            regime_age=np.nan, regime_confidence=1.0, regime_status=0, expert=1.0, expert_rows=100.0,
        )  # fmt: skip

    return predict


def candles_of(make_walk, seed: int, growth: float) -> pd.DataFrame:
    """Twelve days of 5m candles that multiply by `growth`."""
    candles = make_walk(12 * 288, "5m", seed=seed, daily=0.02)
    factor = 100 * np.exp(np.linspace(0, np.log(growth), len(candles)))
    prices = candles[["open", "high", "low", "close"]].mul(factor, axis=0)
    candles[prices.columns] = prices.round(2)
    return candles


def days_before(seed: int) -> pd.DataFrame:
    closes = 100 * np.exp(np.cumsum(0.03 * np.random.default_rng(seed).standard_normal(230)))
    dates = pd.date_range("2023-06-01", periods=230, freq="1D", tz="UTC").as_unit("ms")
    prices = dict.fromkeys(("open", "high", "low", "close"), closes)
    return pd.DataFrame({"date": dates, **prices, "volume": 1.0})


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_walk) -> Path:
    folder = tmp_path_factory.mktemp("book")
    (folder / "data").mkdir()
    for seed, (pair, growth) in enumerate(zip(PAIRS, (0.7, 60.0), strict=True)):
        stem = pair.replace("/", "_")
        candles_of(make_walk, seed, growth).to_feather(folder / "data" / f"{stem}-5m.feather")
        days_before(seed).to_feather(folder / "data" / f"{stem}-1d.feather")
    return folder


@pytest.fixture(scope="module")
def spot(root, folder) -> BacktestResult:
    """One pair falls into its stop, the other is trimmed; one trade each is open at the end."""
    config = backtest_config(
        root, folder / "user_data", folder / "data", timerange="20240104-20240112", max_open_trades=2,
        stoploss=-0.1, fee=FEE,
    )  # fmt: skip
    days = dict.fromkeys([5, 6, 7, 11], BULL)
    return store_backtest(MadeUpBacktest(config, predicted(days)), folder / "user_data" / "backtest_results")


@pytest.fixture(scope="module")
def futures(root, folder, make_walk) -> BacktestResult:
    """Longs with leverage, then shorts."""
    pairs = [f"{pair}:USDT" for pair in PAIRS]
    place = folder / "perpetuals"
    place.mkdir()
    for seed, pair in enumerate(pairs):
        write_futures(place, pair, candles_of(make_walk, 5 + seed, 1.0))
        stem = pair.replace("/", "_").replace(":", "_")
        days_before(seed).to_feather(place / "futures" / f"{stem}-1d-futures.feather")
    regime = {
        "signals": {"sides": {"bull": "long", "bear": "short"}},
        "leverage": {"rule": "fixed", "leverage": 2.0},
    }
    config = backtest_config(
        root, folder / "user_futures", place, timerange="20240104-20240112", max_open_trades=2, fee=FEE,
        stoploss=-0.5, exchange={"pair_whitelist": pairs}, regime=regime,
    )  # fmt: skip
    run = FuturesBacktest(config)
    run._predict = predicted(dict.fromkeys([5, 6], BULL) | dict.fromkeys([8, 9, 11], BEAR))
    return store_backtest(run, folder / "user_futures" / "backtest_results")


def freqtrades_wallet(result: BacktestResult) -> "pd.Series[float]":
    """What Freqtrade noted before the orders of each candle: stake currency, and coins at their open."""
    with zipfile.ZipFile(result.path) as kept:
        (name,) = (each for each in kept.namelist() if each.endswith("_wallet.feather"))
        noted = pd.read_feather(io.BytesIO(kept.read(name)))
    return (noted["rate"] * noted["balance"]).groupby(noted["date"]).sum()


def fees_to_come(result: BacktestResult, times: pd.DatetimeIndex) -> np.ndarray:
    """Entry fees of what is open at each time: Freqtrade counts them only when it is sold."""
    fees = np.zeros(len(times))
    for row in result.trades.to_dict("records"):
        for order in row["orders"]:
            filled = pd.Timestamp(order["order_filled_timestamp"], unit="ms", tz="UTC")
            sign = 1 if order["ft_is_entry"] else -1
            fees += (times > filled) * sign * order["amount"] * row["open_rate"] * row["fee_open"]
    return fees


def test_the_account_is_freqtrades_wallet_at_every_candle(spot, folder) -> None:
    book, noted = account_book(spot, folder / "data"), freqtrades_wallet(spot)
    worth = pd.Series(book.worth, book.times)
    expected = noted - fees_to_come(spot, pd.DatetimeIndex(noted.index))
    assert len(noted) == len(book.times) - 1  # Freqtrade's first candle is the second one
    own = worth.reindex(pd.DatetimeIndex(noted.index).as_unit(book.times.unit))
    np.testing.assert_allclose(own, expected, atol=CENT)
    assert np.ptp(own) > 1000
    assert book.notes == ()


def test_the_backtest_has_what_it_is_there_for(spot, futures) -> None:
    """Partial exits, a stop within a candle, trades that the end closes; leverage and shorts."""
    assert max(len(orders) for orders in spot.trades["orders"]) > 3
    assert {"stop_loss", "regime", "force_exit"} == set(spot.trades["exit_reason"])
    assert set(futures.trades["is_short"]) == {True, False}
    assert futures.trades["leverage"].max() == 2.0
    assert "force_exit" in set(futures.trades["exit_reason"])


@pytest.mark.parametrize("market", ["spot", "futures"])
def test_the_end_is_freqtrades_final_balance(market, request, folder) -> None:
    result = request.getfixturevalue(market)
    book = account_book(result, folder / ("data" if market == "spot" else "perpetuals"))
    assert book.worth[-1] == pytest.approx(result.stats["final_balance"], abs=CENT)
    assert book.wallet[-1] == book.worth[-1]
    assert book.notes == ()
    paid = sum(
        order["amount"] * order["safe_price"] * FEE for orders in result.trades["orders"] for order in orders
    )
    assert book.costs == pytest.approx(paid, rel=1e-9)


def test_realised_profits_by_day_are_freqtrades(futures, folder) -> None:
    """On days that end without a position the account is the start and what was closed until then."""
    book = account_book(futures, folder / "perpetuals")
    closed = futures.trades.set_index("close_date")["profit_abs"]
    flat = [day for day in range(1, len(book.days)) if not book.amounts[book.bounds[day] - 1].any()]
    assert len(flat) >= 3
    for day in flat:
        until = closed[closed.index < book.times[book.bounds[day]]].sum()
        assert book.wallet[day] == pytest.approx(10_000 + until, abs=CENT)


def test_shorts_are_below_zero_and_leverage_counts(futures, folder) -> None:
    book = account_book(futures, folder / "perpetuals")
    short = futures.trades[futures.trades["is_short"]].iloc[0]
    long = futures.trades[~futures.trades["is_short"]].iloc[0]
    for row, sign in ((short, -1), (long, 1)):
        step = int((row["open_date"] - book.times[0]) / pd.Timedelta("5min"))
        assert book.amounts[step, book.pairs.index(row["pair"])] == pytest.approx(sign * row["amount"])
    assert book.exposure.max() > 0.5 * long["leverage"] * long["stake_amount"] / 10_000


def test_no_shift_is_what_was_done_where_orders_are_filled_at_opens(futures, spot, folder) -> None:
    book = account_book(futures, folder / "perpetuals")
    done = book.wallet[1:] / book.wallet[:-1] - 1
    np.testing.assert_allclose(shifted_returns(book.positions, book.prices, 0), done, atol=1e-9)
    # A stop is filled within its candle: that part of the move belongs to no shift.
    stopped = account_book(spot, folder / "data")
    apart = shifted_returns(stopped.positions, stopped.prices, 0) - (
        stopped.wallet[1:] / stopped.wallet[:-1] - 1
    )
    ends = spot.trades.loc[spot.trades["exit_reason"] == "stop_loss", "close_date"]
    hit = set(stopped.day_of[np.searchsorted(stopped.times, ends.dt.as_unit("ms"))])
    assert set(np.flatnonzero(np.abs(apart) > 1e-9)) == hit


# --- by hand -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Iterator[Path]:
    """Candles of 5m, 4h and 1d whose open is 100 plus the days since the start; ETH begins on day 3."""
    folder = tmp_path_factory.mktemp("hand")
    for timeframe, per_day in (("5m", 288), ("4h", 6), ("1d", 1)):
        for pair, first in (("BTC_USDT", -10), ("ETH_USDT", 3)):
            dates = pd.date_range(
                at(first), periods=per_day * (40 - first), freq=pd.Timedelta(days=1) / per_day
            ).as_unit("ms")
            price = 100.0 + (dates - START) / pd.Timedelta(days=1)
            frame = {"open": price, "high": price + 9, "low": price - 9, "close": price + 1 / per_day}
            pd.DataFrame({"date": dates, **frame, "volume": 1.0}).to_feather(
                folder / f"{pair}-{timeframe}.feather"
            )
    yield folder


def in_parts(made: dict[str, Any], day: float, price: float, share: float) -> dict[str, Any]:
    """A trade of which a share was sold before, as Freqtrade keeps one with a partial exit."""
    entry, last = made["orders"]
    sold = made["amount"] * share
    order = dict(last, amount=sold, safe_price=price, order_filled_timestamp=int(at(day).timestamp() * 1000))
    rest = dict(last, amount=made["amount"] - sold)
    received = sum(each["amount"] * each["safe_price"] for each in (order, rest)) * (1 - FEE)
    profit = received - made["amount"] * made["open_rate"] * (1 + FEE)
    return made | {"orders": [entry, order, rest], "profit_abs": profit, "profit_ratio": profit / 1000}


def test_an_account_by_hand(tmp_path, data) -> None:
    """1000 at 100 on day 0.5; four tenths of it sold at 102 on day 2; the rest at 105 on day 4.5."""
    rows = [in_parts(trade(at(0.5), 0.05, minutes=4 * 1440), 2, 102.0, 0.4)]
    book = account_book(read(made_result(tmp_path, rows, days=6, timeframe="4h")), data)
    assert len(book.times) == 6 * 6 + 1
    assert len(book.days) == 6
    held = np.zeros(36)
    held[3:12], held[12:27] = 10.0, 6.0
    np.testing.assert_allclose(book.amounts[:, 0], held)
    np.testing.assert_allclose(book.prices[:, 0], 100 + np.arange(37) / 6)
    fees = np.array([1000, 4 * 102, 6 * 105]) * FEE
    cash = np.array([10_000 - 1000 - fees[0], 4 * 102 - fees[1], 6 * 105 - fees[2]]).cumsum()
    wallet = [10_000, cash[0] + 10 * 101, cash[0] + 10 * 102, cash[1] + 6 * 103, cash[1] + 6 * 104]
    assert book.wallet.tolist() == pytest.approx([*wallet, cash[2], cash[2]])
    assert book.in_market_frac == pytest.approx(24 / 36)
    assert book.costs == pytest.approx(fees.sum())
    assert book.ordered == pytest.approx(1000 + 408 + 630)
    years = 6 / 365
    at_their_time = 1000 / 10_000 + 408 / book.worth[12] + 630 / book.worth[27]
    assert book.turnover == pytest.approx(at_their_time / years)
    assert book.costs_frac == pytest.approx(FEE * at_their_time / years)
    exposure = held * book.prices[:-1, 0] / book.worth[:-1]
    assert book.exposure_frac == pytest.approx(exposure.mean())
    charged = np.zeros(36)
    charged[[3, 12, 27]] = fees
    np.testing.assert_allclose(book.charges[:, 0], charged)
    done = book.wallet[1:] / book.wallet[:-1] - 1
    # The trade's entry at 100 was half a point below the open of its candle, its exit half a point above.
    apart = np.zeros(6)
    apart[0], apart[4] = 10 * 0.5 / book.wallet[0], 6 * 0.5 / book.wallet[4]
    np.testing.assert_allclose(shifted_returns(book.positions, book.prices, 0), done - apart, atol=1e-12)


@pytest.mark.parametrize("timeframe", ["5m", "4h", "1d"])
def test_every_timeframe_has_the_same_days(tmp_path, data, timeframe) -> None:
    rows = [trade(at(2), 0.02, minutes=2 * 1440), trade(at(4), 0.03, minutes=1440, pair="ETH/USDT")]
    result = read(made_result(tmp_path, rows, days=10, pairs=PAIRS, timeframe=timeframe))
    book = account_book(result, data)
    assert len(book.days) == 10 and book.pairs == PAIRS
    np.testing.assert_allclose(book.daily_prices[:, 0], 100 + np.arange(11))
    assert np.isnan(book.daily_prices[:3, 1]).all()
    assert book.daily_prices[3, 1] == pytest.approx(103)
    assert book.worth[-1] == pytest.approx(result.stats["final_balance"], abs=CENT)
    assert book.in_market_frac == pytest.approx(0.3)


def test_an_order_at_the_very_end_counts(tmp_path, data) -> None:
    """Freqtrade's last candle opens at the end of the timerange, and what is open is sold there."""
    rows = [trade(at(8), 0.02, minutes=2 * 1440, reason="force_exit")]
    result = read(made_result(tmp_path, rows, days=10, timeframe="4h"))
    book = account_book(result, data)
    assert book.worth[-1] == pytest.approx(10_000 + rows[0]["profit_abs"])
    assert book.amounts[-1, 0] == pytest.approx(10.0)
    assert book.charges.sum() == pytest.approx(1000 * FEE + 1020 * FEE)


def test_funding_is_charged_where_the_trade_ends(tmp_path, data) -> None:
    rows = [trade(at(2), -0.02, minutes=1440, leverage=3.0, funding=-7.5)]
    book = account_book(read(made_result(tmp_path, rows, days=6, timeframe="4h")), data)
    assert book.funding == -7.5
    assert book.worth[-1] == pytest.approx(10_000 + rows[0]["profit_abs"])
    assert book.charges[18, 0] == pytest.approx(30 * 98 * FEE + 7.5)
    assert book.exposure.max() == pytest.approx(0.3, rel=0.05)


def test_results_without_orders_have_both_ends(tmp_path, data) -> None:
    rows = [trade(at(2), 0.05, minutes=1440, short=True) | {"orders": []}]
    book = account_book(read(made_result(tmp_path, rows, days=6, timeframe="4h")), data)
    assert book.worth[-1] == pytest.approx(10_000 + rows[0]["profit_abs"])
    assert book.amounts[12:18, 0].tolist() == pytest.approx([-10.0] * 6)


def test_prices_that_the_candles_never_had_and_another_end_are_told(tmp_path, data) -> None:
    rows = [trade(at(30), 0.05, minutes=60) | {"profit_abs": 50.0}]
    book = account_book(read(made_result(tmp_path, rows, days=35, timeframe="4h")), data)
    strange, other = book.notes
    assert strange.startswith("2 orders of 2 were filled at prices that the candles in")
    paid = 10_000 + 1050 * (1 - FEE) - 1000 * (1 + FEE)
    assert other == (f"The orders add up to {paid:,.2f} USDT, Freqtrade's final balance is 10,050.00 USDT.")


def test_a_pair_without_candles_is_named_unless_it_was_traded(tmp_path, data) -> None:
    pairs = ("BTC/USDT", "XRP/USDT")
    book = account_book(read(made_result(tmp_path, [trade(at(1), 0.1)], days=6, pairs=pairs)), data)
    assert book.pairs == ("BTC/USDT",)
    assert book.notes[0].startswith("XRP/USDT is left out: no 5m candles of XRP/USDT")
    rows = [trade(at(1), 0.1, pair="XRP/USDT")]
    traded = read(made_result(tmp_path, rows, days=6, pairs=pairs, name="2024-03-07_00-00-00"))
    with pytest.raises(HostError, match="no 5m candles of XRP/USDT"):
        account_book(traded, data)


def test_a_pair_whose_candles_begin_after_the_end_is_named(tmp_path, data) -> None:
    book = account_book(read(made_result(tmp_path, [], days=2, pairs=PAIRS)), data)
    assert book.pairs == ("BTC/USDT",)
    assert book.notes == (
        "ETH/USDT is left out: it has no candles from 2024-02-05 00:00 to 2024-02-07 00:00.",
    )


def test_orders_before_the_candles_and_other_folders_are_refused(tmp_path, data) -> None:
    early = read(made_result(tmp_path, [trade(at(1), 0.1, pair="ETH/USDT")], days=6, pairs=PAIRS))
    with pytest.raises(
        HostError, match="ETH/USDT was traded on 2024-02-06 00:00, before its candles in .*--datadir"
    ):
        account_book(early, data)
    (tmp_path / "empty").mkdir()
    none = read(made_result(tmp_path, [], days=6, name="2024-03-07_00-00-00"))
    with pytest.raises(HostError, match="none of BTC/USDT has 5m candles in .*--datadir"):
        account_book(none, tmp_path / "empty")
    short = read(made_result(tmp_path, [], days=0, name="2024-03-08_00-00-00"))
    with pytest.raises(HostError, match="spans 1 candles of 5m; give a longer --timerange"):
        account_book(short, data)
