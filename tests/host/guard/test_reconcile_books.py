"""Both books as `auriga reconcile` reads them, and what it accepts: only the exchange is played."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.persistence import Trade, init_db
from freqtrade.persistence.key_value_store import KeyValueStore
from tests.host.guard.test_entry_guard import add_trade
from tests.host.guard.test_guard_accounts import close, leave
from tests.host.guard.test_reconcile import exchange, order

from auriga.errors import HostError
from auriga.host.books._exchange import ExchangeBooks, without_secrets
from auriga.host.books._trades import book_trade, read_trades
from auriga.host.guard._reconcile import Reconciler, _live_config, _since
from auriga.host.guard._state import Baseline, GuardState
from auriga.reconciliation import BookTrade, Kind, Role
from auriga.settings import GuardSettings

PAIR, ETH, PERPETUAL = "BTC/USDT", "ETH/USDT", "BTC/USDT:USDT"
NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = timedelta(days=1)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture
def db_url(tmp_path):
    url = f"sqlite:///{tmp_path / 'trades.sqlite'}"
    init_db(url)
    yield url
    Trade.session.remove()
    Trade.session.get_bind().engine.dispose()


def stored(pair=PAIR, base="BTC", *, at=NOW, **options) -> Trade:
    """A trade that was opened at a moment, with its entry."""
    trade = add_trade(pair, **options)
    trade.base_currency, trade.open_date = base, at.replace(tzinfo=None)
    trade.orders[0].order_date = at.replace(tzinfo=None)
    Trade.commit()
    return trade


# --- Freqtrade's trades -----------------------------------------------------------------------------


def test_closed_trades_are_read_from_their_moment_on(db_url) -> None:
    """Freqtrade stores UTC without saying so; the tests' own clock is nine hours ahead of it."""
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    for hours in (-1, 0, 1):
        close(add_trade(order_id=f"{hours}"), moment + timedelta(hours=hours))
    read = read_trades(Trade.session, ms(moment))
    assert [trade.closed_at for trade in read] == [ms(moment), ms(moment + timedelta(hours=1))]


def test_every_order_of_a_trade_as_a_plain_value(db_url) -> None:
    short = stored(PERPETUAL, short=True, amount=2.0, filled=0.5, is_open=True)
    short.orders[
        0
    ].status = "canceled"  # a part of it was filled; Freqtrade keeps it open until it has looked
    short.orders[0].price = None
    leave(short, 1.0, order_id="8")
    leave(short, 2.0, filled=0.0, order_id="9", is_open=True, stop=True)
    read = book_trade(short)
    assert (read.short, read.opened_at, read.closed_at) == (True, ms(NOW), None)
    entry, cover, stop = read.orders
    assert [each.role for each in read.orders] == [Role.ENTRY, Role.EXIT, Role.STOP]
    half = Decimal("0.5")
    assert (entry.amount, entry.filled, entry.is_open, entry.remaining) == (4 * half, half, True, 3 * half)
    assert (entry.price, entry.at, entry.sells) == (Decimal(100), ms(NOW), True)
    assert (cover.sells, cover.is_open, cover.filled) == (False, False, Decimal(1))
    assert (stop.sells, stop.is_open, stop.filled) == (False, True, Decimal(0))


# --- the exchange's books ---------------------------------------------------------------------------


def books(*, futures=False, **answers) -> ExchangeBooks:
    api = answers.pop("api", {})
    played = exchange(futures=futures)
    played._api = SimpleNamespace(**(vars(played._api) | api))
    for name, answer in answers.items():
        setattr(played, name, answer)
    return ExchangeBooks(played)


def test_a_step_is_told_in_ticks_or_in_decimals_and_times_the_contract() -> None:
    decimals = {"precisionMode": 2, "markets": {"A/B": {"precision": {"amount": 3}}, "X/Y": {}}}
    assert books(**decimals).step("A/B") == Decimal("0.001")
    assert books(**decimals).step("X/Y") == books(**decimals).step("left") == 0
    assert books(futures=True).step("A/B") == Decimal("0.1")
    assert books().step("A/B") == Decimal("0.01")


def test_positions_have_a_sign_and_count_in_coins() -> None:
    told = [("A/B", "short", 2.0), ("C/D", "long", 3.0), ("E/F", "long", 0.0), ("G/H", None, 1.0)]
    held = [{"symbol": pair, "side": side, "contracts": size} for pair, side, size in told]
    found = books(
        futures=True,
        fetch_positions=lambda: held,
        _contracts_to_amount=lambda pair, contracts: 10 * contracts,
    ).positions()
    assert found == {"A/B": -20, "C/D": 30}


def test_resting_stops_of_futures_are_asked_for_by_themselves() -> None:
    plain, stop = order("1", status="open"), order("2", "sell", status="open")
    api = {"fetch_open_orders": lambda pair, params=None: [stop] if params else [plain]}
    assert [(o.id, o.role) for o in books(futures=True, api=api).open_orders("A/B")] == [
        ("1", Role.ENTRY), ("2", Role.STOP),
    ]  # fmt: skip
    assert [o.id for o in books(api=api).open_orders("A/B")] == ["1"]


def test_an_open_order_is_compared_however_old_it_is() -> None:
    old, new = order("1", status="open"), order("2")
    api = {"fetch_open_orders": lambda pair, params=None: [old], "fetch_orders": lambda *a, **k: [new]}
    assert [o.id for o in books(api=api).orders("A/B", 5)] == ["2", "1"]


def test_every_page_of_orders_is_read() -> None:
    asked = []

    def fetch(pair, since, limit):
        asked.append(since)
        listed = [order(str(at), timestamp=at) for at in range(1200) if at >= since]
        return listed[:limit]

    found = books(api={"fetch_orders": fetch}).orders("A/B", 10)
    assert sorted(int(o.id) for o in found) == list(range(10, 1200))
    assert asked == [10, 509, 1008]


def test_orders_of_futures_are_asked_from_the_moment_on() -> None:
    asked = []

    def fetch_orders(pair, since):
        asked.append(since)
        return []

    books(futures=True, fetch_orders=fetch_orders).orders("A/B", ms(NOW))
    assert asked == [NOW]


def test_only_fees_of_this_order_in_its_own_coin_are_taken_off() -> None:
    told = [("1", "A", 0.002), ("1", "A", 0.001), ("1", "B", 7.0), ("2", "A", 5.0)]
    fills: list[dict[str, Any]] = [
        {"order": name, "fee": {"currency": coin, "cost": cost}} for name, coin, cost in told
    ]
    fills.append({"order": "1", "fee": None})
    asked = books(api={"fetch_my_trades": lambda pair, since: fills})
    (bought,) = asked.with_fees(asked._books([order("1")], "A/B"))
    assert bought.fee_base == Decimal("0.003")


def test_the_side_of_a_spot_order_and_the_purpose_of_a_futures_order_say_what_it_is_for() -> None:
    stop = order("1", "sell", stopPrice=4.0, status="open", filled=0.0)
    assert books()._book(stop, "A/B", stop=False).role is Role.STOP
    cover = order("2", "buy", reduceOnly=True)
    assert books(futures=True)._book(cover, "A/B", stop=False).role is Role.EXIT
    found = books(futures=True)._book(order("3", "sell", filled=1.0, reduceOnly=False), "A/B", stop=False)
    assert (found.role, found.amount, found.filled) == (Role.ENTRY, Decimal(20), Decimal(10))


def test_keys_never_stand_in_words() -> None:
    assert "SECRET" not in without_secrets(ValueError("key SECRET is wrong"), ["", "SECRET"])


# --- the comparison ---------------------------------------------------------------------------------


def test_the_period_begins_with_the_oldest_open_trade_a_minute_early() -> None:
    week = ms(NOW - 7 * DAYS)
    old = BookTrade(1, PAIR, "BTC", True, week - 10**8)
    closed = BookTrade(2, PAIR, "BTC", False, week - 10**9)
    assert _since([old, closed], None, NOW, 7) == old.opened_at - 60_000
    assert _since([closed], None, NOW, 7) == week
    started = (NOW - 2 * DAYS).replace(tzinfo=None)  # Freqtrade's UTC
    assert _since([old], started, NOW, 7) == ms(NOW - 2 * DAYS) - 60_000


class Exchange:
    """The books of an account, as they are now or as they change from one question to the next."""

    def __init__(self, *, futures=False):
        self.futures, self.held, self.orders_of, self.asked = futures, {}, {}, []
        self.fees = {}

    def orders(self, pair, since):
        self.asked.append(pair)
        return self.orders_of.get(pair, [])

    def holdings(self):
        return dict(self.held), {}

    def positions(self):
        return dict(self.held)

    def step(self, pair):
        return Decimal("0.001")

    def with_fees(self, orders):
        done = list(orders)
        self.asked.append([o.id for o in done])
        return done


@pytest.fixture
def reconciler(db_url, tmp_path):
    """Everything but the exchange is real; the whitelist is BTC/USDT alone."""
    made: Any = object.__new__(Reconciler)
    pairs: dict[str, dict[str, Any]] = {pair: {} for pair in (PAIR, ETH, PERPETUAL, "ETH/USDT:USDT")}
    made._config = {"db_url": db_url, "exchange": {"pair_whitelist": [PAIR]}}
    made._settings, made._secrets = GuardSettings(), []
    made._state = GuardState(tmp_path / "guard.sqlite")
    made._exchange = SimpleNamespace(markets=pairs, name="binance")
    made._books = Exchange()
    return made


def bought(order_id="9", *, pair=PAIR, filled="1", is_open=False, sells=False, at=NOW):
    made = books()._book(
        order(order_id, "sell" if sells else "buy", amount=1.0, filled=float(filled), timestamp=ms(at),
              status="open" if is_open else "closed"), pair, stop=False,
    )  # fmt: skip
    return made


def found(reconciler, **options):
    return [(f.kind, f.name, f.orders) for f in reconciler.look(settle_seconds=0, **options).findings]


def test_what_only_one_of_two_looks_finds_is_not_reported(reconciler, monkeypatch) -> None:
    reconciler._state.create(Baseline(ms(NOW)))
    looks = iter([[bought("2"), bought("3")], [bought("2"), bought("4")]])
    monkeypatch.setattr("auriga.host.guard._reconcile.time.sleep", lambda seconds: None)
    reconciler._books.orders = lambda pair, since: next(looks)
    reconciler._books.held = {"BTC": Decimal(2)}
    reported = reconciler.look(settle_seconds=1)
    assert [finding.orders for finding in reported.findings] == [("2",)]


def test_trades_that_were_closed_since_the_baseline_explain_their_dust(reconciler) -> None:
    reconciler._state.create(Baseline(ms(NOW - 90 * DAYS)))
    trade = stored(at=NOW - 60 * DAYS)
    leave(trade, 0.99)
    close(trade, NOW - 59 * DAYS)
    reconciler._books.held = {"BTC": Decimal("0.01")}
    assert found(reconciler) == []


def test_a_traded_pair_that_left_the_whitelist_is_compared(reconciler) -> None:
    stored(ETH, "ETH")
    reconciler._books.orders_of = {ETH: [bought("77", pair=ETH), bought("9", pair=ETH)]}
    reconciler._books.held = {"ETH": Decimal(2)}
    assert found(reconciler) == [(Kind.DOUBLED_ENTRY, ETH, ("9",))]


@pytest.mark.parametrize("futures", [False, True])
def test_what_was_there_before_the_bot_is_no_finding(reconciler, futures) -> None:
    reconciler._config["exchange"]["pair_whitelist"] = [PERPETUAL if futures else PAIR]
    reconciler._books = Exchange(futures=futures)
    held = {PERPETUAL: Decimal(-3)} if futures else {"BTC": Decimal(3)}
    reconciler._state.create(Baseline(ms(NOW), positions=held) if futures else Baseline(ms(NOW), held))
    reconciler._books.held = held
    assert found(reconciler) == []
    reconciler._books.held = {name: 2 * amount for name, amount in held.items()}
    assert len(found(reconciler)) == 1


def test_accepted_orders_are_no_finding(reconciler) -> None:
    reconciler._state.create(Baseline(ms(NOW), {"BTC": Decimal(1)}, orders=frozenset({(PAIR, "9")})))
    reconciler._books.orders_of = {PAIR: [bought("9")]}
    reconciler._books.held = {"BTC": Decimal(1)}
    assert found(reconciler) == []


def test_a_trade_that_is_noted_while_the_exchange_is_asked_explains_its_order(reconciler) -> None:
    def ask(pair, since):
        if not Trade.session.query(Trade).count():
            stored(order_id="9")
        return [bought("9")]

    reconciler._books.orders = ask
    reconciler._books.held = {"BTC": Decimal(1)}
    assert found(reconciler) == []


def test_fees_are_asked_for_orders_that_no_trade_knows(reconciler) -> None:
    stored(order_id="7")
    reconciler._books.orders_of = {PAIR: [bought("7"), bought("9")]}
    found(reconciler)
    assert reconciler._books.asked == [PAIR, ["9"]]


# --- what the user accepts --------------------------------------------------------------------------


def test_orders_of_trades_are_never_accepted_and_buys_alone_lock(reconciler) -> None:
    reconciler._state.create(Baseline(ms(NOW - DAYS), locked={"USDT": Decimal(30)}))
    stored(order_id="7", filled=0.0, is_open=True)
    listed = [
        bought("7", filled="0", is_open=True), bought("8", filled="0", is_open=True),
        bought("9", filled="0", is_open=True, sells=True),
    ]  # fmt: skip
    reconciler._books.orders_of = {PAIR: listed}
    assert [line for line in reconciler.accept(PAIR) if "order" in line] == [
        "order 8 of BTC/USDT is yours", "order 9 of BTC/USDT is yours",
    ]  # fmt: skip
    baseline = reconciler._state.baseline()
    assert baseline.orders == {(PAIR, "8"), (PAIR, "9")}
    assert baseline.locked == {"USDT": 30 + 5}  # one at a price of 5


def test_only_what_trades_of_the_coin_do_not_hold_is_accepted(reconciler) -> None:
    reconciler._state.create(Baseline(ms(NOW - DAYS)))
    stored(amount=2.0)
    stored(ETH, "ETH", amount=50.0, order_id="78")
    reconciler._books.held = {"BTC": Decimal(5), "ETH": Decimal(50)}
    assert reconciler.accept("BTC") == ["3 BTC is yours"]
    assert reconciler._state.baseline().coins == {"BTC": 3}
    reconciler._books.held["BTC"] = Decimal(1)
    assert reconciler.accept("BTC") == ["0 BTC is yours"]


def test_only_what_trades_of_the_contract_do_not_hold_is_accepted(reconciler) -> None:
    reconciler._books = Exchange(futures=True)
    reconciler._state.create(Baseline(ms(NOW - DAYS)))
    stored(PERPETUAL, short=True, amount=2.0)
    stored("ETH/USDT:USDT", "ETH", amount=50.0, order_id="78")
    reconciler._books.held = {PERPETUAL: Decimal(-5), "ETH/USDT:USDT": Decimal(50)}
    assert reconciler.accept(PERPETUAL) == ["-3 BTC/USDT:USDT is yours"]
    baseline = reconciler._state.baseline()
    assert (baseline.positions, baseline.coins) == ({PERPETUAL: -3}, {})


def test_nothing_is_accepted_before_the_first_start_or_of_an_unknown_pair(reconciler) -> None:
    with pytest.raises(HostError, match="takes its baseline at the bot's first start"):
        reconciler.accept("BTC")
    reconciler._state.create(Baseline(ms(NOW)))
    with pytest.raises(HostError, match="XXX/USDT is no pair of binance"):
        reconciler.accept("XXX/USDT")


def test_the_first_start_of_the_bot_is_read_from_its_database(reconciler) -> None:
    KeyValueStore.store_value("bot_start_time", NOW - 2 * DAYS)
    reconciler._books.orders_of = {PAIR: [bought("1", at=NOW - 3 * DAYS), bought("2", at=NOW - DAYS)]}
    reconciler._books.held = {"BTC": Decimal(1)}
    assert found(reconciler) == [(Kind.ORPHAN_ENTRY, PAIR, ("2",))]


def test_a_configuration_that_does_not_say_so_is_for_dry_run(root, tmp_path) -> None:
    content = json.loads((root / "config.json").read_text())
    content.pop("dry_run", None)
    content["exchange"] |= {"key": "k", "secret": "s"}
    file = tmp_path / "config.json"
    file.write_text(json.dumps(content))
    with pytest.raises(HostError, match="is for dry-run"):
        _live_config([file], tmp_path, None)
