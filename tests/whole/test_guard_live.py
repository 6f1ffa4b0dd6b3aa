"""A live bot whose orders are accepted behind errors: never two, named by `auriga reconcile`, repaired."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from rig._both_books import reconcile
from rig._database import symbol_of
from rig._live_rig import LiveRig, live_rig
from rig._looker import Looker

from rig import Bot, FireError, Receiver

pytestmark = [pytest.mark.host, pytest.mark.timeout(900)]

POST_ORDER = "POST /api/v3/order"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@pytest.fixture(scope="module")
def rig(tmp_path_factory, receiver) -> Iterator[LiveRig]:
    with live_rig("spot", "plain", True, folder=tmp_path_factory.mktemp("live"), receiver=receiver) as live:
        yield live


@pytest.fixture(scope="module")
def looker(rig) -> Iterator[Looker]:
    with Looker(rig.bot) as looking:
        yield looking


def orders(rig: LiveRig, pair: str) -> list[str]:
    """Ids of everything that was ever ordered of a pair."""
    placed = rig.snapshot().books.orders.values()
    return [order.order_id for order in placed if order.symbol == symbol_of(pair)]


def fault_once(rig: LiveRig, kind: str, **more: Any) -> None:
    """The next order is carried out, and its answer is lost."""
    rig.exchange.control.inject(kind, POST_ORDER, count=1, accepted=True, **more)


def enter(rig: LiveRig, pair: str) -> Any:
    """`/forceenter` at the market, about which the guard is asked as about any entry."""
    return rig.bot.rest.forceenter(pair, ordertype="market")


def is_refused(rig: LiveRig, pair: str) -> bool:
    with pytest.raises(httpx.HTTPStatusError) as error:
        enter(rig, pair)
    return error.value.response.status_code == 502


def told(rig: LiveRig, receiver: Receiver, words: str, seconds: float) -> None:
    """Wait until the webhook has brought a message of the strategy with some words."""

    def look() -> bool | None:
        return any(words in message["text"] for message in receiver.of_type("strategy_msg")) or None

    rig.bot.wait(look, seconds, f"the trader is told: {words}")


def repair_by_hand(rig: LiveRig, pair: str) -> None:
    """What reconcile proposes: cancel what rests, sell what was bought."""
    trader = rig.trader()
    for order in trader.fetch_open_orders(pair):
        trader.cancel_order(order["id"], pair)
    free = trader.fetch_balance()[pair.split("/")[0]]["free"]
    trader.create_order(pair, "market", "sell", float(trader.amount_to_precision(pair, free)))


# --- orders that were accepted behind an error ----------------------------------------------------


@dataclass
class Orphans:
    """One bot with two orders that its database never sees."""

    rig: LiveRig
    looker: Looker
    receiver: Receiver
    behind_503: str
    under_way: str
    ids: dict[str, str] = field(default_factory=dict)


def test_an_entry_accepted_behind_an_error_never_becomes_two(rig, looker, receiver):
    story = Orphans(rig, looker, receiver, rig.pair(), rig.pair())
    for step in (
        _an_entry_is_accepted_behind_a_503,
        _the_bot_is_killed_while_an_order_is_under_way,
        _the_next_start_warns_and_refuses,
        _reconcile_names_both,
        _entries_go_on_after_the_repair,
        _no_secret_is_written,
    ):
        started = time.monotonic()
        step(story)
        print(f"{step.__name__}: {time.monotonic() - started:.1f} s")


def _an_entry_is_accepted_behind_a_503(story: Orphans) -> None:
    rig, pair = story.rig, story.behind_503
    assert story.looker.look() == []
    fault_once(rig, "5xx", status=503)
    rig.signal(long=[pair])
    rig.bot.wait(lambda: orders(rig, pair) or None, 90, "an order of the strategy's own")
    (story.ids[pair],) = orders(rig, pair)
    assert is_refused(rig, pair)


def _the_bot_is_killed_while_an_order_is_under_way(story: Orphans) -> None:
    rig, pair = story.rig, story.under_way
    fault_once(rig, "timeout", delay=30)
    sender = threading.Thread(target=_enter_and_ignore_the_end, args=(rig, pair), daemon=True)
    sender.start()
    rig.bot.wait(lambda: orders(rig, pair) or None, 30, "the exchange has the order")
    rig.bot.kill()
    sender.join(timeout=30)
    (story.ids[pair],) = orders(rig, pair)


def _enter_and_ignore_the_end(rig: LiveRig, pair: str) -> None:
    with suppress(httpx.HTTPError):  # it is killed meanwhile
        enter(rig, pair)


def _the_next_start_warns_and_refuses(story: Orphans) -> None:
    rig = story.rig
    story.receiver.messages.clear()
    rig.bot.restart()  # the signal still stands
    rig.bot.wait(rig.bot.running, 90, "bot is running again")
    told(rig, story.receiver, "Exchange and trades disagree", 30)
    assert rig.bot.rest.status() == []
    for _ in range(3):
        assert is_refused(rig, story.under_way)
    # Within the candle of the first attempt there is no second one anyway; the message comes with the next.
    told(rig, story.receiver, f"Entry of {story.behind_503} refused", 100)
    for pair, order in story.ids.items():
        assert orders(rig, pair) == [order]


def _reconcile_names_both(story: Orphans) -> None:
    found = reconcile(story.rig.bot)
    assert {finding["name"]: finding["orders"] for finding in found} == {
        pair: [order] for pair, order in story.ids.items()
    }
    assert {finding["kind"] for finding in found} == {"orphan entry"}


def _entries_go_on_after_the_repair(story: Orphans) -> None:
    rig, pair = story.rig, story.behind_503
    for each in story.ids:
        repair_by_hand(rig, each)
    assert story.looker.look() == []
    rig.bot.wait(lambda: rig.bot.rest.status() or None, 120, "entries of the pair go on")
    assert [trade["pair"] for trade in rig.bot.rest.status()] == [pair]
    rig.bot.wait(lambda: story.looker.look() == [] or None, 60, "the books agree")
    rig.signal(exit=[pair])
    rig.bot.wait(lambda: not rig.bot.rest.status() or None, 60, "the trade is closed")
    rig.signal()


def _no_secret_is_written(story: Orphans) -> None:
    """Everything the two processes and reconcile wrote, but for the overlay that hands the keys over."""
    rig = story.rig
    overlay, config = rig.exchange.overlay, rig.bot.folder / f"{rig.bot.name}.json"
    written = [file for file in rig.bot.folder.rglob("*") if file.is_file() and file != overlay]
    names = {file.name for file in written}
    assert {"bot-1.txt", "bot-2.txt", "exchange-1.txt", "reconcile.txt", "trades.sqlite"} <= names
    assert list(rig.bot.userdir.glob("guard/*.sqlite")) and list(rig.bot.models.rglob("*_model.joblib"))
    keys = [rig.exchange.config["exchange"][name].encode() for name in ("key", "secret")]
    password = rig.bot.rest.auth[1].encode()
    for file in written:
        content = file.read_bytes()
        assert [key for key in keys if key in content] == [], file
        assert file == config or password not in content, file


# --- what reconcile proposes ----------------------------------------------------------------------


@pytest.mark.fire
def test_proposed_commands_repair(rig, looker):
    pair, other = rig.pair(), rig.pair()
    assert enter(rig, pair)["pair"] == pair
    _a_doubled_entry(rig, looker, pair)
    _a_stop_of_nobody(rig, looker, pair)
    _an_order_without_an_id(rig, looker, other)
    rig.trader().create_order(other, "market", "buy", 1.0)
    (orphan,) = looker.look()
    assert orphan["kind"] == "orphan entry"
    assert reconcile(rig.bot, f"--accept={other}") == []


def _a_doubled_entry(rig: LiveRig, looker: Looker, pair: str) -> None:
    (trade,) = rig.bot.rest.status()
    rig.trader().create_order(pair, "market", "buy", trade["amount"])
    (doubled,) = looker.look()
    assert (doubled["kind"], doubled["trade_id"]) == ("doubled entry", trade["trade_id"])
    _follow(rig, doubled["rest"])
    rig.bot.wait(
        lambda: rig.bot.rest.status()[0]["amount"] < 1.1 * trade["amount"] or None, 20, "half is sold"
    )
    assert looker.look() == []


def _a_stop_of_nobody(rig: LiveRig, looker: Looker, pair: str) -> None:
    trader, (trade,) = rig.trader(), rig.bot.rest.status()
    stop = float(trader.price_to_precision(pair, trader.fetch_ticker(pair)["last"] * 0.8))
    amount = trade["amount"] / 2
    trader.create_order(pair, "STOP_LOSS_LIMIT", "sell", amount, stop, {"stopPrice": stop})
    (orphan,) = looker.look()
    assert orphan["kind"] == "orphan stop"
    _follow(rig, orphan["rest"])
    assert looker.look() == []
    trader.cancel_all_orders(pair)
    _settle(rig)
    rig.bot.rest.forceexit(trade["trade_id"], ordertype="market")
    rig.bot.wait(lambda: not rig.bot.rest.status() or None, 30, "the trade is closed")


def _an_order_without_an_id(rig: LiveRig, looker: Looker, pair: str) -> None:
    fault_once(rig, "empty")
    trade = enter(rig, pair)["trade_id"]  # it waits for an order without an id
    (lost,) = looker.look()
    assert (lost["kind"], lost["remedy"][0]) == ("no order id", f"/delete {trade}")
    _follow(rig, lost["rest"])
    (orphan,) = looker.look()
    assert (orphan["kind"], orphan["name"], orphan["orders"]) == ("orphan entry", pair, lost["orders"])
    repair_by_hand(rig, pair)
    assert looker.look() == []


def _settle(rig: LiveRig) -> None:
    """Let the bot pass through its loop twice."""
    before = rig.bot.rest.health()["last_process_ts"]
    rig.bot.wait(lambda: rig.bot.rest.health()["last_process_ts"] > before + 2 or None, 60, "the next loops")


def _follow(rig: LiveRig, calls: list[str]) -> None:
    """Make the calls of the REST API as proposed."""
    for text in calls:
        method, path, *body = text.split(" ", 2)
        rig.bot.rest.call(method, path.removeprefix("/api/v1/"), json.loads(body[0]) if body else None)
        time.sleep(1)


def test_reconcile_refuses_what_it_cannot_compare(rig, tmp_path):
    bot = Bot(tmp_path / "none", rig.exchange, live=True)
    bot.configure()
    with pytest.raises(FireError, match=r"ended with 2.*there is no database"):
        reconcile(bot)
    bot = Bot(tmp_path / "dry", rig.exchange, overlay={"dry_run": True})
    bot.configure()
    with pytest.raises(FireError, match=r"ended with 2.*dry-run"):
        reconcile(bot)
