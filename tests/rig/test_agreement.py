"""Every disagreement planted once in made-up books and a made-up trades database."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from rig._agreement import Kind, Snapshot, compare
from rig._books import read_books
from rig._database import Database, read_database

STEPS = {"BTC/USDT": Decimal("0.00001")}
PERPETUAL = {"BTC/USDT:USDT": Decimal("0.001")}
START = {"USDT": "10000"}


def order(
    order_id: int, side: str = "BUY", *, status: str = "FILLED", done: str = "0.1", **more: Any
) -> dict[str, Any]:
    quote = f"{Decimal(done) * 50000}"
    told = {"orderId": order_id, "symbol": "BTCUSDT", "side": side, "type": "LIMIT", "status": status}
    return told | {"executedQty": done, "cummulativeQuoteQty": quote, "time": order_id} | more


def fill(order_id: int, asset: str, commission: str) -> dict[str, Any]:
    return {"orderId": order_id, "commissionAsset": asset, "commission": commission}


def books(orders=(), fills=(), balances=START, **futures):
    held = {asset: {"free": amount, "locked": "0"} for asset, amount in balances.items()}
    told = {"balances": held, "orders": list(orders), "trades": list(fills), **futures}
    market = "futures" if futures else "spot"
    return read_books({market: told}, market)


BOUGHT = {"BTC": "0.0999", "USDT": "5000"}
ENTRY = order(1), fill(1, "BTC", "0.0001")


@pytest.fixture
def database(tmp_path):
    """Write a trades database with Freqtrade's columns and read it back."""

    def write(trades=(), orders=()) -> Database:
        path = tmp_path / "trades.sqlite"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("create table trades (id, pair, is_open, is_short, amount)")
            connection.execute(
                "create table orders (ft_trade_id, order_id, ft_pair, ft_order_side, status, filled, cost,"
                " ft_is_open)"
            )
            connection.executemany("insert into trades values (?, ?, ?, ?, ?)", trades)
            connection.executemany("insert into orders values (?, ?, ?, ?, ?, ?, ?, ?)", orders)
        return read_database(path)

    return write


def known(
    order_id: int | str, side: str = "buy", *, status: str = "closed", done: float = 0.1, trade: int = 1
):
    return trade, str(order_id), "BTC/USDT", side, status, done, done * 50000, status == "open"


OPEN = (1, "BTC/USDT", 1, 0, 0.0999)


def kinds(before: Snapshot, after: Snapshot, steps=STEPS) -> list[Kind]:
    return [found.kind for found in compare(before, after, steps)]


def flat() -> Snapshot:
    return Snapshot(books())


def test_no_database_is_an_empty_one(tmp_path):
    assert read_database(tmp_path / "none.sqlite") == Database()


def test_an_open_trade_agrees(database):
    after = Snapshot(books([ENTRY[0]], [ENTRY[1]], BOUGHT), database([OPEN], [known(1)]))
    assert kinds(flat(), after) == []


def test_a_round_trip_that_leaves_dust_agrees(database):
    orders = [order(1, done="0.10005"), order(2, "SELL", done="0.0999")]
    fills = [fill(1, "BTC", "0.000149"), fill(2, "USDT", "5")]
    after = Snapshot(
        books(orders, fills, {"BTC": "0.000001", "USDT": "9987.5"}),
        database([(1, "BTC/USDT", 0, 0, 0.0999)], [known(1, done=0.10005), known(2, "sell", done=0.0999)]),
    )
    assert kinds(flat(), after) == []


def test_a_resting_entry_holds_no_coins_yet(database):
    resting = order(1, status="NEW", done="0")
    after = Snapshot(
        books([resting]), database([(1, "BTC/USDT", 1, 0, 0.1)], [known(1, status="open", done=0)])
    )
    assert kinds(flat(), after) == []


def test_a_partial_fill_holds_what_was_filled(database):
    resting, fee = order(1, status="PARTIALLY_FILLED", done="0.04"), fill(1, "BTC", "0.00004")
    after = Snapshot(
        books([resting], [fee], {"BTC": "0.03996", "USDT": "8000"}),
        database([(1, "BTC/USDT", 1, 0, 0.1)], [known(1, status="open", done=0.04)]),
    )
    assert kinds(flat(), after) == []


def test_a_cancelled_entry_that_never_traded_may_be_forgotten():
    assert kinds(flat(), Snapshot(books([order(1, status="CANCELED", done="0")]))) == []


def test_what_stood_before_is_not_compared(database):
    orphan = Snapshot(books([ENTRY[0]], [ENTRY[1]], BOUGHT))
    assert kinds(orphan, orphan) == []


def test_orphan_entry(database):
    found = compare(flat(), Snapshot(books([ENTRY[0]], [ENTRY[1]], BOUGHT)), STEPS)
    assert [point.kind for point in found] == [
        Kind.ORPHAN_ENTRY,
        Kind.COINS_WITHOUT_TRADE,
        Kind.STAKE_UNACCOUNTED,
    ]
    assert found[0].subject == "1"


def test_resting_orphan_entry(database):
    assert kinds(flat(), Snapshot(books([order(1, status="NEW", done="0")]))) == [Kind.ORPHAN_ENTRY]


@pytest.mark.parametrize("known_one", [(), (1,), (2,)])
def test_doubled_entry(database, known_one):
    orders = [order(1), order(2)]
    fills = [fill(1, "BTC", "0.0001"), fill(2, "BTC", "0.0001")]
    after = Snapshot(
        books(orders, fills, {"BTC": "0.1998", "USDT": "0"}),
        database([OPEN] if known_one else [], [known(number) for number in known_one]),
    )
    found = [point for point in compare(flat(), after, STEPS) if point.kind is Kind.DOUBLED_ENTRY]
    assert [point.subject for point in found] == ["2"]


def test_two_entries_the_database_knows_are_not_doubled(database):
    orders = [order(1), order(2, "SELL", done="0.0999"), order(3)]
    fills = [fill(1, "BTC", "0.0001"), fill(2, "USDT", "5"), fill(3, "BTC", "0.0001")]
    trades = [(1, "BTC/USDT", 0, 0, 0.0999), (2, "BTC/USDT", 1, 0, 0.0999)]
    rows = [known(1), known(2, "sell", done=0.0999), known(3, trade=2)]
    after = Snapshot(books(orders, fills, {"BTC": "0.0999", "USDT": "4990"}), database(trades, rows))
    assert kinds(flat(), after) == []


def test_orphan_exit_leaves_a_trade_without_coins(database):
    opened = Snapshot(books([ENTRY[0]], [ENTRY[1]], BOUGHT), database([OPEN], [known(1)]))
    orders, fills = [ENTRY[0], order(2, "SELL", done="0.0999")], [ENTRY[1], fill(2, "USDT", "5")]
    after = Snapshot(books(orders, fills, {"BTC": "0", "USDT": "9990"}), opened.database)
    assert kinds(opened, after) == [Kind.ORPHAN_EXIT, Kind.TRADE_WITHOUT_COINS, Kind.STAKE_UNACCOUNTED]


def test_orphan_stop(database):
    stop = order(2, "SELL", status="NEW", done="0", type="STOP_LOSS_LIMIT")
    after = Snapshot(books([ENTRY[0], stop], [ENTRY[1]], BOUGHT), database([OPEN], [known(1)]))
    assert kinds(flat(), after) == [Kind.ORPHAN_STOP]


@pytest.mark.parametrize(("number", "kind"), [(7, Kind.LOST_ORDER), ("None", Kind.NO_ORDER_ID)])
def test_order_that_only_the_database_knows(database, number, kind):
    rows = [known(1), known(number, "sell", status="open", done=0)]
    after = Snapshot(books([ENTRY[0]], [ENTRY[1]], BOUGHT), database([OPEN], rows))
    assert kinds(flat(), after) == [kind]


def test_other_amount_and_status(database):
    resting, fee = order(1, status="PARTIALLY_FILLED", done="0.04"), fill(1, "BTC", "0.00004")
    after = Snapshot(
        books([resting], [fee], {"BTC": "0.03996", "USDT": "8000"}), database([OPEN], [known(1)])
    )
    assert kinds(flat(), after) == [
        Kind.OTHER_AMOUNT,
        Kind.OTHER_STATUS,
        Kind.TRADE_WITHOUT_COINS,
        Kind.STAKE_UNACCOUNTED,
    ]


def test_stake_alone(database):
    after = Snapshot(books([ENTRY[0]], [ENTRY[1]], BOUGHT | {"USDT": "4000"}), database([OPEN], [known(1)]))
    assert kinds(flat(), after) == [Kind.STAKE_UNACCOUNTED]


def futures(orders=(), amount="0", algo=()):
    return books(orders, positions=[{"symbol": "BTCUSDT", "positionAmt": amount}], algo_orders=list(algo))


def short(database, *rows):
    orders = [(1, str(key), "BTC/USDT:USDT", side, status, done, 0.0, 0) for key, side, status, done in rows]
    return database([(1, "BTC/USDT:USDT", 1, 1, 0.1)], orders)


def test_a_short_with_its_stop_agrees(database):
    stop = {"algoId": 7, "symbol": "BTCUSDT", "side": "BUY", "orderType": "STOP_MARKET", "algoStatus": "NEW"}
    known_orders = short(database, (1, "sell", "closed", 0.1), (7, "stoploss", "open", 0.0))
    after = Snapshot(futures([order(1, "SELL")], "-0.1", [stop]), known_orders)
    assert kinds(Snapshot(futures()), after, PERPETUAL) == []
    unknown = Snapshot(after.books, short(database, (1, "sell", "closed", 0.1)))
    assert kinds(Snapshot(futures()), unknown, PERPETUAL) == [Kind.ORPHAN_STOP]


def test_a_doubled_short_is_named(database):
    known_orders = short(database, (1, "sell", "closed", 0.1))
    after = Snapshot(futures([order(1, "SELL"), order(2, "SELL")], "-0.2"), known_orders)
    assert kinds(Snapshot(futures()), after, PERPETUAL) == [
        Kind.ORPHAN_ENTRY,
        Kind.DOUBLED_ENTRY,
        Kind.COINS_WITHOUT_TRADE,
    ]


def test_the_order_of_a_triggered_stop_is_known_by_its_stop(database):
    stop = {"algoId": 7, "symbol": "BTCUSDT", "side": "BUY", "orderType": "STOP_MARKET"}
    triggered = stop | {"algoStatus": "FINISHED", "actualOrderId": "9"}
    database_after = database(
        [(1, "BTC/USDT:USDT", 0, 1, 0.1)],
        [
            (1, "1", "BTC/USDT:USDT", "sell", "closed", 0.1, 0.0, 0),
            (1, "7", "BTC/USDT:USDT", "stoploss", "closed", 0.1, 0.0, 0),
        ],
    )
    orders = [order(1, "SELL"), order(9, "BUY", reduceOnly=True)]
    after = Snapshot(futures(orders, "0", [triggered]), database_after)
    assert kinds(Snapshot(futures()), after, PERPETUAL) == []
