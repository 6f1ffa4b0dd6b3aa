"""The journal against Freqtrade's own books: every fill, its fee and what it realised."""

import csv
import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.persistence import Order, Trade, init_db
from typer.testing import CliRunner

from auriga.cli._main import app
from auriga.errors import HostError
from auriga.host.journal import JOURNALS, JournalFilter, journal_of_database, write_journal

BEGIN = datetime(2026, 11, 21, 12)
ALL = JournalFilter()


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "trades.sqlite"
    init_db(f"sqlite:///{path}")
    yield path
    Trade.session.remove()
    Trade.session.get_bind().engine.dispose()


def open_trade(pair: str = "BTC/USDT", *, tag: str = "bull_long", **more: Any) -> Trade:
    futures = ":" in pair
    settings = {
        "pair": pair,
        "base_currency": pair.split("/")[0],
        "stake_currency": "USDT",
        "exchange": "binance",
        "stake_amount": 100.0,
        "amount": 1.0,
        "open_rate": 100.0,
        "open_date": BEGIN,
        "fee_open": 0.001,
        "fee_close": 0.001,
        "leverage": 1.0,
        "is_open": True,
        "is_short": False,
        "trading_mode": "FUTURES" if futures else "SPOT",
        "enter_tag": tag,
        "strategy": "RegimeStrategy",
        "amount_precision": 8,
        "price_precision": 8,
        "precision_mode": 2,
        "precision_mode_price": 2,
        "contract_size": 1.0,
    }
    trade = Trade(**(settings | more))
    Trade.session.add(trade)
    Trade.session.flush()
    return trade


def fill(trade: Trade, amount: float, price: float, *, entry: bool, minute: int = 0, **more: Any) -> Order:
    """An order of a trade that is filled, and what Freqtrade makes of it."""
    settings = {
        "order_id": f"{trade.id}-{len(trade.orders)}",
        "ft_order_side": trade.entry_side if entry else trade.exit_side,
        "ft_pair": trade.pair,
        "ft_is_open": False,
        "ft_amount": amount,
        "ft_price": price,
        "side": trade.entry_side if entry else trade.exit_side,
        "status": "closed",
        "order_type": "limit",
        "price": price,
        "average": price,
        "amount": amount,
        "filled": amount,
        "order_date": BEGIN + timedelta(minutes=minute),
        "order_filled_date": BEGIN + timedelta(minutes=minute, milliseconds=250),
    }
    order = Order(**(settings | more))
    trade.orders.append(order)
    trade.update_trade(order)
    Trade.commit()
    return order


def closed_trade(pair: str = "BTC/USDT", **more: Any) -> Trade:
    trade = open_trade(pair, **more)
    fill(trade, 1.0, 100.0, entry=True)
    trade.exit_reason = "decay"
    fill(trade, trade.amount, 110.0, entry=False, minute=30)
    assert not trade.is_open
    return trade


def table(database: Path, by: str = "fill", wanted: JournalFilter = ALL) -> list[dict[str, str]]:
    columns, rows_of = JOURNALS[by]
    text = io.StringIO()
    write_journal(columns, rows_of(journal_of_database(f"sqlite:///{database}"), wanted), text)
    return list(csv.DictReader(io.StringIO(text.getvalue())))


def pnl(rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["pnl"]) for row in rows if row["pnl"]), Decimal(0))


def exactly(value: float | None) -> Decimal:
    assert value is not None
    return Decimal(repr(value))


def test_a_row_for_each_fill_with_what_was_known_at_entry(database) -> None:
    trade = open_trade(fee_open_currency="BTC", fee_close_currency="USDT")
    fill(trade, 1.0, 100.0, entry=True, ft_fee_base=0.001)
    trade.set_custom_data("regime", "bear")
    trade.set_custom_data("probability", 0.5625)
    trade.exit_reason = "time_limit"
    fill(trade, 0.999, 110.0, entry=False, minute=30)
    bought, sold = table(database)
    assert (bought["timestamp"], sold["timestamp"]) == (
        "2026-11-21T12:00:00.250+00:00",
        "2026-11-21T12:30:00.250+00:00",
    )
    assert [row["side"] for row in (bought, sold)] == ["buy", "sell"]
    assert (bought["price"], bought["amount"], bought["fee"], bought["fee_paid_in"]) == (
        "100",
        "1",
        "0.1",
        "BTC",
    )
    assert (sold["price"], sold["amount"], sold["fee"], sold["fee_paid_in"]) == (
        "110",
        "0.999",
        "0.10989",
        "USDT",
    )
    assert (bought["pnl"], Decimal(sold["pnl"])) == ("", exactly(trade.close_profit_abs))
    assert {(row["regime"], row["probability"]) for row in (bought, sold)} == {("bear", "0.5625")}
    assert (bought["tag"], sold["tag"]) == ("bull_long", "time_limit")


def test_a_row_for_each_trade(database) -> None:
    trade = closed_trade()
    (row,) = table(database, "trade")
    assert (row["opened_at"], row["closed_at"]) == (
        "2026-11-21T12:00:00.000+00:00",
        "2026-11-21T12:30:00.250+00:00",
    )
    assert (row["open_price"], row["close_price"], row["amount"]) == ("100", "110", "1")
    assert Decimal(row["pnl"]) == exactly(trade.close_profit_abs)
    assert Decimal(row["pnl_frac"]) == exactly(trade.close_profit)
    assert (row["enter_tag"], row["exit_reason"]) == ("bull_long", "decay")


@pytest.mark.parametrize("short", [False, True])
def test_several_fills_realise_what_freqtrade_says(database, short) -> None:
    tag = "bear_short" if short else "bull_long"
    trade = open_trade("BTC/USDT:USDT", tag=tag, is_short=short, leverage=3.0, fee_close=0.0004)
    fill(trade, 0.3, 97123.4, entry=True)
    fill(trade, 0.7, 96000.1, entry=True, minute=5, funding_fee=-0.31)
    fill(trade, 0.4, 98000.7, entry=False, minute=10, funding_fee=0.12)
    first = trade.realized_profit
    fill(trade, 0.35, 95000.3, entry=False, minute=15, funding_fee=-1.75)
    second = trade.realized_profit
    fill(trade, 0.25, 99999.9, entry=False, minute=20, funding_fee=0.5)
    assert not trade.is_open
    rows = table(database)
    partial = [Decimal(row["pnl"]) for row in rows if row["pnl"]]
    assert partial[0] == pytest.approx(exactly(first), abs=Decimal("2e-8"))
    assert partial[0] + partial[1] == pytest.approx(exactly(second), abs=Decimal("4e-8"))
    assert sum(partial) == exactly(trade.close_profit_abs)
    assert sum(Decimal(row["funding"]) for row in rows) == exactly(trade.funding_fees)
    assert [row["side"] for row in rows] == (
        ["sell"] * 2 + ["buy"] * 3 if short else ["buy"] * 2 + ["sell"] * 3
    )
    assert {(row["direction"], row["leverage"]) for row in rows} == {(tag.split("_")[1], "3")}


def test_open_trades_stand_with_what_they_have_realised(database) -> None:
    trade = open_trade()
    fill(trade, 1.0, 100.0, entry=True)
    fill(trade, 0.25, 120.0, entry=False, minute=5)
    assert trade.is_open
    open_order = {"ft_is_open": True, "status": "open", "filled": 0.0}
    fill(trade, 0.75, 130.0, entry=False, minute=6, order_filled_date=None, **open_order)
    assert pnl(table(database)) == exactly(trade.realized_profit)
    (row,) = table(database, "trade")
    assert (row["closed_at"], row["pnl_frac"], row["exit_reason"]) == ("", "", "")


def test_a_stop_that_was_filled_on_the_exchange_is_an_exit(database) -> None:
    trade = open_trade()
    fill(trade, 1.0, 100.0, entry=True)
    fill(trade, 1.0, 95.0, entry=False, minute=9, ft_order_side="stoploss", stop_price=95.5)
    _, sold = table(database)
    assert (sold["side"], sold["action"], sold["tag"]) == ("sell", "exit", "stoploss_on_exchange")


def test_what_is_unknown_stays_empty(database) -> None:
    closed_trade(tag="force_entry")
    trade = closed_trade("ETH/USDT", tag="bear_long")
    trade.set_custom_data("probability", float("nan"))
    trade.set_custom_data("regime", "unknown")
    by_hand, by_tag = (
        [(row["regime"], row["probability"]) for row in table(database) if row["pair"] == pair]
        for pair in ("BTC/USDT", "ETH/USDT")
    )
    assert set(by_hand) == {("", "")}
    assert set(by_tag) == {("bear", "")}


def test_pandas_reads_what_was_written(database, tmp_path) -> None:
    trades = [closed_trade(), closed_trade("ETH/USDT", tag="bear_long", fee_open=0.00075)]
    file = tmp_path / "journal.csv"
    done = CliRunner().invoke(app, ["journal", "--db", str(database), "--output", str(file)])
    assert done.exit_code == 0, done.output
    frame = pd.read_csv(file, parse_dates=["timestamp"])
    gained = sum(exactly(trade.close_profit_abs) for trade in trades)
    assert str(frame["timestamp"].dt.tz) == "UTC"
    assert frame["pnl"].sum() == pytest.approx(float(gained), abs=1e-12)
    assert (frame["value"] == frame["price"] * frame["amount"]).all()
    assert frame["timestamp"].is_monotonic_increasing


@pytest.mark.parametrize("tag", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(database, tag) -> None:
    closed_trade(tag=tag)
    rows = table(database)
    assert {row["tag"] for row in rows} == {f"'{tag}", "decay"}
    assert min(Decimal(row["pnl"] or 0) for row in rows) == 0


def test_a_loss_stays_a_number(database) -> None:
    trade = open_trade()
    fill(trade, 1.0, 100.0, entry=True)
    fill(trade, 1.0, 90.0, entry=False, minute=1)
    assert table(database)[1]["pnl"] == "-10.19"


def test_rows_of_some_pairs_and_days(database) -> None:
    closed_trade()
    closed_trade("ETH/USDT")
    assert {row["pair"] for row in table(database, wanted=JournalFilter(("ETH/USDT",)))} == {"ETH/USDT"}
    half = BEGIN.replace(tzinfo=UTC) + timedelta(minutes=10)
    assert {row["action"] for row in table(database, wanted=JournalFilter(since=half))} == {"exit"}
    assert {row["action"] for row in table(database, wanted=JournalFilter(until=half))} == {"entry"}
    assert table(database, "trade", JournalFilter(until=half)) == []


def test_a_bot_in_the_middle_of_writing_is_not_waited_for(database) -> None:
    closed_trade()
    with closing(sqlite3.connect(database, isolation_level=None)) as bot:
        bot.execute("BEGIN EXCLUSIVE")
        bot.execute("UPDATE trades SET close_profit_abs = 1000000")
        assert pnl(table(database)) < 100  # what was committed
        bot.execute("COMMIT")
        assert pnl(table(database)) == 1_000_000


def test_the_database_of_a_bot_that_has_ended_stays_as_it_is(database) -> None:
    closed_trade()
    Trade.session.remove()
    Trade.session.get_bind().engine.dispose()
    before = database.read_bytes()
    assert len(table(database)) == 2
    assert database.read_bytes() == before


def test_an_empty_database_gives_the_header_alone(database) -> None:
    done = CliRunner().invoke(app, ["journal", "--db", str(database)])
    assert done.exit_code == 0
    assert done.stdout == ",".join(JOURNALS["fill"][0]) + "\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--db", "nowhere.sqlite"], "no database .*nowhere.sqlite; start where the bot was started"),
        (["--result", "nowhere.zip"], "does not exist.*Run this first: freqtrade backtesting -c"),
    ],
)
def test_what_is_missing_is_named_with_the_remedy(options, message) -> None:
    done = CliRunner().invoke(app, ["journal", *options])
    assert isinstance(done.exception, HostError)
    with pytest.raises(HostError, match=message):
        raise done.exception
