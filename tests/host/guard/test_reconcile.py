"""Reading both books from outside: the database stays as it is, answers become plain values."""

import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from freqtrade.persistence import Trade, init_db
from tests.host.guard.test_entry_guard import NOW, add_trade

from auriga.errors import HostError
from auriga.host.books._exchange import ExchangeBooks, without_secrets
from auriga.host.books._trades import read_trades, reading_session, shown_url
from auriga.host.guard._reconcile import _since
from auriga.reconciliation import BookTrade, Role

FUTURE = 2**44


@pytest.fixture
def db_url(tmp_path):
    url = f"sqlite:///{tmp_path / 'trades.sqlite'}"
    init_db(url)
    yield url
    Trade.session.remove()
    Trade.session.get_bind().engine.dispose()


def written(folder):
    """The database and its log; in the shared memory beside them readers leave marks."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}


def test_trades_are_read_beside_a_writing_bot_and_nothing_is_changed(db_url, tmp_path):
    add_trade(amount=2.0, filled=1.5, fee=0.0015, is_open=True)
    closed = add_trade(order_id="78")
    closed.is_open, closed.close_date = False, datetime(2026, 11, 21, 13)
    Trade.commit()
    before = written(tmp_path)
    with reading_session(db_url) as session:
        (trade,) = read_trades(session, FUTURE)
        with pytest.raises(Exception, match="readonly"):
            session.connection().exec_driver_sql("DELETE FROM trades")
        session.rollback()
        assert len(read_trades(session, 0)) == 2
    assert written(tmp_path) == before
    with reading_session(db_url) as session:
        add_trade(order_id="79")  # the bot goes on
        assert len(read_trades(session, 0)) == 3
    (order,) = trade.orders
    assert (trade.pair, trade.base, trade.is_open, trade.short) == ("BTC/USDT", "BTC", True, False)
    assert (order.amount, order.filled, order.fee_base) == (Decimal(2), Decimal("1.5"), Decimal("0.0015"))
    assert (order.role, order.is_open, order.remaining) == (Role.ENTRY, True, Decimal("0.5"))
    assert order.at == trade.opened_at == int(NOW.timestamp() * 1000)


def test_a_database_that_is_not_there_or_not_freqtrades(tmp_path):
    with pytest.raises(HostError, match="no database"), reading_session(f"sqlite:///{tmp_path / 'x'}"):
        pass
    assert not (tmp_path / "x").exists()
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    with pytest.raises(HostError, match="no such table"), reading_session(f"sqlite:///{other}"):
        pass


def test_no_password_and_no_signature_in_words():
    assert "hunter2" not in shown_url("postgresql://bot:hunter2@db/trades")
    error = ValueError("GET http://x/account?timestamp=1&signature=abc failed for key-of-mine\nand more")
    assert without_secrets(error, ["key-of-mine", ""]) == "GET http://x/account failed for *** and more"
    assert len(without_secrets(ValueError("x" * 5000))) == 300


def test_the_period_reaches_back_to_the_oldest_open_trade_but_not_before_the_bot():
    days = 7
    week = int((NOW - timedelta(days=days)).timestamp() * 1000)
    old = BookTrade(1, "BTC/USDT", "BTC", True, week - 10**9)
    assert _since([], None, NOW, days) == week
    assert _since([old], None, NOW, days) == old.opened_at - 60_000
    started = (NOW - timedelta(days=1)).replace(tzinfo=None)  # as Freqtrade stores it
    assert _since([old], started, NOW, days) == int(started.replace(tzinfo=UTC).timestamp() * 1000) - 60_000


def exchange(*, futures, orders=(), stops=()):
    """What Freqtrade's Exchange object gives; ccxt's unified orders."""

    def fetch(symbol, since=None, limit=None, params=None):
        return list(stops if params else orders)

    return SimpleNamespace(
        trading_mode="futures" if futures else "spot",
        precisionMode=4,
        markets={"A/B": {"precision": {"amount": 0.01}}},
        get_contract_size=lambda pair: 10.0,
        fetch_orders=fetch,
        _api=SimpleNamespace(fetch_orders=fetch, fetch_open_orders=lambda pair, params=None: []),
    )


def order(order_id, side="buy", **more):
    return {"id": order_id, "symbol": "A/B", "side": side, "amount": 2.0, "filled": 2.0, "status": "closed",
            "price": 5.0, "timestamp": 7, "info": {}, **more}  # fmt: skip


def test_roles_on_spot_and_futures_markets():
    stop = order("3", "sell", stopPrice=4.0)
    spot = ExchangeBooks(exchange(futures=False, orders=[order("1"), order("2", "sell"), stop]))
    assert [o.role for o in spot.orders("A/B", 0)] == [Role.ENTRY, Role.EXIT, Role.STOP]
    assert spot.step("A/B") == Decimal("0.01")
    short, cover = order("1", "sell", reduceOnly=False), order("2", "buy", reduceOnly=True)
    futures = ExchangeBooks(exchange(futures=True, orders=[short, cover]))
    assert [(o.role, o.amount) for o in futures.orders("A/B", 0)] == [
        (Role.ENTRY, Decimal(20)), (Role.EXIT, Decimal(20)),
    ]  # fmt: skip
    assert futures.step("A/B") == Decimal("0.1")


def test_an_order_that_a_stop_became_is_no_stranger():
    became = order("8", "sell", reduceOnly=True)
    stop = order("3", "sell", filled=0.0, triggerPrice=4.0, info={"actualOrderId": "8"})
    books = ExchangeBooks(exchange(futures=True, orders=[became], stops=[stop]))
    (found,) = books.orders("A/B", 0)
    assert (found.id, found.role, found.filled, found.is_open) == ("3", Role.STOP, Decimal(20), False)
