"""What survives the end of the process, however it ends."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from auriga.errors import ExchangeError
from auriga.simulated import SimulationPlan, simulate_exchange
from auriga_exchange import CandleStore, Venue
from auriga_exchange.control import spot_books
from auriga_exchange.trading import Journal
from auriga_exchange.wire._refusals import Refusal, RequestError

# Tells on its output what clients would be told: each answer is printed once the exchange has given it.
TRADER = """
import itertools, json, random, sys
from pathlib import Path
from decimal import Decimal
from auriga.simulated import SimulationPlan, simulate_exchange
from auriga_exchange import CandleStore, Venue
from auriga_exchange.wire._refusals import RequestError
from auriga_exchange.trading import OrderRequest, Side, order_text

now = 1_672_531_200_000 + int(sys.argv[2])
store = simulate_exchange(SimulationPlan(pairs=("BTC/USDT",), days=2))
venue = Venue(store, clock=lambda: now, state=Path(sys.argv[1]))
random.seed(int(sys.argv[2]))
for i in itertools.count():
    now += 1000
    price = venue.spot.prices.price("BTCUSDT", now).quantize(Decimal("0.001"))
    away = Decimal(random.randint(-200, 200)) / 1000
    side, amount = random.choice(list(Side)), Decimal(random.randint(100, 3000)) / 1000
    try:
        if random.random() < 0.3 and venue.spot.open_orders():
            order = venue.spot.cancel("BTCUSDT", now, order_id=venue.spot.open_orders()[0].order_id)
        else:
            order = venue.spot.place(OrderRequest(symbol="BTCUSDT", side=side, kind="LIMIT", amount=amount,
                client_id=f"{sys.argv[2]}-{i}", price=price + away), now)
    except RequestError:
        continue
    print(json.dumps(order_text(order)), flush=True)
"""


def trade_until_killed(state: Path, offset: int, answers: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", TRADER, str(state), str(offset)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(answers)]
    os.kill(process.pid, signal.SIGKILL)
    told += process.stdout.read().splitlines()
    process.stdout.close()
    process.wait()
    return [json.loads(line) for line in told if line.strip().endswith("}")]


def test_no_answer_is_forgotten_after_kill(tmp_path: Path) -> None:
    state = tmp_path / "exchange.sqlite"
    store = simulate_exchange(SimulationPlan(pairs=("BTC/USDT",), days=2))
    told: dict[str, dict[str, Any]] = {}
    for round_, answers in enumerate((40, 150, 333)):
        offset = round_ * 4 * 3600_000
        for order in trade_until_killed(state, offset, answers):
            told[order["orderId"]] = order
        books = read_books(store, state)
        orders = {order["orderId"]: order for order in books["orders"]}
        for number, order in told.items():
            now = orders[number]
            assert now["clientOrderId"] == order["clientOrderId"] and now["price"] == order["price"]
            assert Decimal(now["executedQty"]) >= Decimal(order["executedQty"])
            assert order["status"] not in ("FILLED", "CANCELED") or now == order
        # At most the order whose answer was cut off is there without having been told.
        assert len(orders) - len(told) <= round_ + 1
        check_balances(books)
    assert len(told) > 300


def read_books(store: CandleStore, state: Path) -> dict[str, Any]:
    venue = Venue(store, clock=lambda: 0, state=state)  # in the past, so that nothing is matched on reading
    try:
        return spot_books(venue)
    finally:
        venue.journal.close()


def check_balances(books: dict[str, Any]) -> None:
    total = {"USDT": Decimal(10_000), "BTC": Decimal(0)}
    for trade in books["trades"]:
        sign = 1 if trade["isBuyer"] else -1
        total["BTC"] += sign * Decimal(trade["qty"])
        total["USDT"] -= sign * Decimal(trade["quoteQty"])
        total[trade["commissionAsset"]] -= Decimal(trade["commission"])
    for asset, balance in books["balances"].items():
        assert Decimal(balance["free"]) + Decimal(balance["locked"]) == total[asset]


def test_a_failed_change_leaves_nothing() -> None:
    journal = Journal()
    with pytest.raises(ZeroDivisionError), journal.transaction():
        journal.put("kind", "a", 1)
        raise ZeroDivisionError
    assert journal.read("kind") == {}


def test_a_refusal_keeps_what_was_done_before_it() -> None:
    journal = Journal()
    with pytest.raises(RequestError), journal.transaction():
        with journal.transaction():
            journal.put("kind", "a", 1)
        raise RequestError(Refusal.NO_SUCH_ORDER)
    assert journal.read("kind") == {"a": 1}


def test_entries_are_replaced_in_place_and_removed() -> None:
    journal = Journal()
    with journal.transaction():
        for key, value in (("b", 1), ("a", 2), ("b", 3), ("c", 4)):
            journal.put("kind", key, value)
        journal.remove("kind", "c")
    assert list(journal.read("kind").items()) == [("b", 3), ("a", 2)]
    assert journal.get("kind", "c", "none") == "none"


def test_two_exchanges_never_share_a_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state.sqlite")
    with pytest.raises(ExchangeError, match="choose another --state"):
        Journal(tmp_path / "state.sqlite")
    journal.close()
    Journal(tmp_path / "state.sqlite").close()


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_text("not a database, but longer than the header of one " * 9)
    with pytest.raises(ExchangeError, match="state"):
        Journal(tmp_path / "state.sqlite")
