"""A backtest beside holding: its daily wallet to the cent, its exposure, and five sentences."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.made_results import FEE, START, made_result, read, trade

from auriga.cli import main
from auriga.errors import HostError
from auriga.host.holding import (
    HOLD,
    STRATEGY,
    at_random_times,
    compare_with_holding,
    daily_book,
    five_sentences,
)

DAYS = 30


@pytest.fixture(scope="module")
def data(tmp_path_factory, make_walk) -> Path:
    """Candles around 100 for two pairs, 5m of the span and days long before it."""
    folder = tmp_path_factory.mktemp("held")
    for seed, pair in enumerate(("BTC_USDT", "ETH_USDT")):
        candles = make_walk((DAYS + 37) * 288, "5m", seed=seed, daily=0.02)
        candles.to_feather(folder / f"{pair}-5m.feather")
        slow = make_walk(400 * 6, "4h", seed=seed, daily=0.02)
        slow["date"] -= pd.Timedelta(days=300)
        slow.to_feather(folder / f"{pair}-4h.feather")
    return folder


def at(day: int, hour: int = 0) -> pd.Timestamp:
    return START + pd.Timedelta(days=day, hours=hour)


def parts(made: dict[str, Any], day: int, price: float, share: float) -> dict[str, Any]:
    """A trade of which a share was sold before, as Freqtrade keeps one with a partial exit."""
    entry, last = made["orders"]
    sold = made["amount"] * share
    order = dict(last, amount=sold, safe_price=price, order_filled_timestamp=int(at(day).timestamp() * 1000))
    rest = dict(last, amount=made["amount"] - sold)
    received = sum(each["amount"] * each["safe_price"] for each in (order, rest)) * (1 - FEE)
    profit = received - made["amount"] * made["open_rate"] * (1 + FEE)
    return made | {"orders": [entry, order, rest], "profit_abs": profit, "profit_ratio": profit / 1000}


TRADES = {
    "one long": [trade(at(2), 0.05, minutes=3 * 1440)],
    "a short": [trade(at(2), 0.05, minutes=3 * 1440, short=True, tag="bear_short")],
    "leverage and funding": [trade(at(4), -0.02, minutes=1440, leverage=3.0, funding=-7.5)],
    "in parts": [parts(trade(at(2), 0.1, minutes=6 * 1440), 4, 120.0, 0.4)],
    "two pairs at once": [
        trade(at(1), 0.02, minutes=5 * 1440), trade(at(3), -0.03, minutes=5 * 1440, pair="ETH/USDT"),
        trade(at(20), 0.01, minutes=300),
    ],
    "until the end": [trade(at(DAYS - 2), 0.07, minutes=2 * 1440, reason="force_exit")],
    "none": [],
}  # fmt: skip


@pytest.mark.parametrize("name", TRADES)
def test_the_last_wallet_is_freqtrades_final_balance(name, tmp_path, data) -> None:
    result = read(made_result(tmp_path, TRADES[name], days=DAYS, pairs=("BTC/USDT", "ETH/USDT")))
    book = daily_book(result, data)
    assert len(book.days) == DAYS
    assert book.wallet[-1] == pytest.approx(result.stats["final_balance"], abs=0.01)
    assert not book.worth[-1].any()


def test_a_position_is_worth_its_amount_at_the_close_of_each_day(tmp_path, data) -> None:
    result = read(made_result(tmp_path, TRADES["in parts"], days=DAYS))
    book = daily_book(result, data)
    assert book.pairs == ("BTC/USDT",)
    held = np.zeros(DAYS)
    held[2:4], held[4:8] = 10.0, 6.0  # of 1000 at 100; four tenths are sold on day 4
    np.testing.assert_allclose(book.worth[:, 0], held * book.closes[:, 0])
    cash = 10_000 - 1000 * (1 + FEE)
    assert book.wallet[3] == pytest.approx(cash + 10 * book.closes[3, 0])
    assert book.in_market_frac == pytest.approx(6 / 30)
    fees = (1000 + 4 * 120 + 6 * 110) * FEE
    assert book.fees == pytest.approx(fees)
    assert book.turnover == pytest.approx(1000 + 480 + 660)


def test_closes_are_those_of_the_last_candle_of_each_day(tmp_path, data) -> None:
    book = daily_book(read(made_result(tmp_path, [], days=DAYS)), data)
    candles = pd.read_feather(data / "BTC_USDT-5m.feather").set_index("date")["close"]
    expected = [candles[at(day) + pd.Timedelta("23h55min")] for day in range(DAYS)]
    np.testing.assert_array_equal(book.closes[:, 0], expected)


def test_holding_buys_each_pair_once(tmp_path, data) -> None:
    result = read(made_result(tmp_path, TRADES["one long"], days=DAYS, pairs=("BTC/USDT", "ETH/USDT")))
    found = compare_with_holding(result, data)
    placebo = at_random_times(found, draws=20)
    names = [pair.replace("/", "_") for pair in found.book.pairs]
    frames = [pd.read_feather(data / f"{name}-5m.feather") for name in names]
    opens = [frame.loc[frame["date"] >= START, "open"].iloc[0] for frame in frames]
    ratio = (found.book.closes[-1] / opens * (1 - FEE)).mean() * (1 - FEE)
    assert found.paths[HOLD].net_frac == pytest.approx(ratio - 1)
    assert found.paths[STRATEGY].net_frac == pytest.approx(result.stats["profit_total_abs"] / 10_000)
    assert found.cost_frac == pytest.approx(FEE)
    assert found.years[STRATEGY].iloc[0] == pytest.approx(found.paths[STRATEGY].net_frac)
    assert placebo is not None and len(placebo.net_frac) == 20


def test_five_sentences(tmp_path, data) -> None:
    pairs = ("BTC/USDT", "ETH/USDT")
    result = read(made_result(tmp_path, TRADES["two pairs at once"], days=DAYS, pairs=pairs))
    found = compare_with_holding(result, data)
    earned, holding, costs, invested, why = five_sentences(result, data, found)
    profit = result.stats["profit_total_abs"]
    assert earned.startswith(f"Earned: {profit:+.3f} USDT ({profit / 10_000:+.1%}) in 30 days with 3 trades;")
    net, fees = found.paths[HOLD].net_frac, found.book.fees
    assert holding.startswith(f"Holding the same 2 pairs earned {net:+.1%} invested in full")
    assert costs == f"Costs took {fees:.3f} USDT, {fees / 10_000:.1%} of the starting balance."
    assert f"{found.book.exposure_frac:.1%} of the account" in invested
    assert why.startswith("Entries: 3 bull_long; exits: 3 roi. Of the time of all pairs ")
    assert "bull (long)" in why and "sideways (out)" in why


def test_without_trades_there_is_nothing_to_shift(tmp_path, data) -> None:
    result = read(made_result(tmp_path, [], days=DAYS))
    found = compare_with_holding(result, data)
    assert at_random_times(found) is None
    assert found.paths[STRATEGY].net_frac == 0
    assert five_sentences(result, data, found)[4].startswith("It entered nothing. Of the time of all pairs ")


def test_a_pair_without_candles_is_named_unless_it_was_traded(tmp_path, data) -> None:
    result = read(made_result(tmp_path, TRADES["one long"], days=DAYS, pairs=("BTC/USDT", "XRP/USDT")))
    (note,) = daily_book(result, data).notes
    assert note.startswith("XRP/USDT is left out: no 5m candles of XRP/USDT")
    trades = [trade(at(1), 0.1, pair="XRP/USDT")]
    traded = read(made_result(tmp_path, trades, days=DAYS, name="2024-03-07_00-00-00"))
    with pytest.raises(HostError, match="no 5m candles of XRP/USDT"):
        daily_book(traded, data)


def command(*words: str, monkeypatch, capsys) -> tuple[int, str]:
    monkeypatch.setattr("sys.argv", ["auriga", "hold", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out + captured.err


@pytest.fixture
def place(root, tmp_path, data) -> list[str]:
    made_result(tmp_path / "user_data" / "backtest_results", TRADES["in parts"], days=DAYS)
    return ["-c", str(root / "config.json"), "--userdir", str(tmp_path / "user_data"), "--datadir", str(data)]


def test_the_command_prints_sentences_and_tables(place, monkeypatch, capsys) -> None:
    code, text = command("latest", *place, "--draws", "50", monkeypatch=monkeypatch, capsys=capsys)
    assert code == 0
    for words in ("Earned:", "Holding the same 1 pair", "Costs took", "2024", "at 50 random times"):
        assert words in text


def test_the_command_prints_json(place, monkeypatch, capsys) -> None:
    code, text = command(*place, "--draws", "50", "--json", monkeypatch=monkeypatch, capsys=capsys)
    told = json.loads(text)
    assert code == 0
    assert len(told["sentences"]) == 5
    assert set(told["paths"]) == {"strategy", "hold", "hold at its volatility", "hold at its exposure"}
    assert told["paths"]["hold"]["worst_year_frac"] is None
    assert len(told["placebo"]["net_frac"]) == 50
    again = json.loads(command(*place, "--draws", "50", "--json", monkeypatch=monkeypatch, capsys=capsys)[1])
    assert again == told


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["nothing"], "no result nothing, neither as a path nor in"),
        (["--draws", "0"], "equal to 1"),
        (["--strategy", "Another"], "no backtest of Another"),
    ],
)
def test_the_command_refuses(place, words, refusal, monkeypatch, capsys) -> None:
    code, text = command(*words, *place, monkeypatch=monkeypatch, capsys=capsys)
    assert code in (1, 2)
    assert refusal in " ".join(text.split())
