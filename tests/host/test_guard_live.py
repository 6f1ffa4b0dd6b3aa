"""A live bot whose orders are accepted behind errors: never two, named by `auriga reconcile`, repaired."""

import json
import threading
import time
from contextlib import suppress

import httpx
import pytest
from tests.host.live import ALWAYS, LiveBot, call, enter, live_exchange, run_receiver

POST_ORDER = "POST /api/v3/order"
ORPHANED = {"count": 1, "accepted": True}


@pytest.fixture
def desk(root, tmp_path):
    with live_exchange(root, tmp_path) as desk:
        yield desk


@pytest.fixture
def live(root, tmp_path, desk):
    with run_receiver() as receiver:
        yield LiveBot(root, tmp_path, desk, receiver)


def found(live, *options):
    """Kinds of what reconcile finds, after checking that its exit code says the same."""
    code, answer = live.reconcile(*options)
    assert code in (0, 1), answer
    assert code == bool(answer["findings"])
    return answer["findings"]


def kinds(live, *options):
    return [finding["kind"] for finding in found(live, *options)]


@pytest.mark.host
@pytest.mark.timeout(600)
def test_an_entry_accepted_behind_a_503_never_becomes_two(desk, live):
    live.enters_above = ALWAYS
    with live.run("first") as bot:
        bot.wait(bot.running, 90, "bot is running")
        assert kinds(live) == []
        desk.fault("5xx", POST_ORDER, status=503, **ORPHANED)
        bot.wait(lambda: desk.orders() or None, 180, "an order of the strategy's own")
        symbol = desk.orders()[0]["symbol"]
        pair = symbol.replace("USDT", "/USDT")
        told = f"Entry of {pair} refused"
        bot.wait(lambda: live.receiver.about(told) or None, 150, "the refusal is told")
        assert enter(bot, pair).status_code == 502
        assert len(desk.orders(symbol)) == 1
        bot.process.kill()
    live.receiver.texts.clear()
    with live.run("second") as bot:
        bot.wait(bot.running, 90, "bot is running again")
        bot.wait(lambda: live.receiver.about("disagree") or None, 30, "the start warns")
        bot.wait(lambda: live.receiver.about(told) or None, 180, "refused after the restart")
        assert len(desk.orders(symbol)) == 1
        (finding,) = [f for f in found(live) if f["name"] == pair]
        assert finding["kind"] == "orphan entry"
        assert finding["orders"] == [str(desk.orders(symbol)[0]["orderId"])]

        _repair_by_hand(desk, pair)
        assert kinds(live) == []
        traded = lambda: [t for t in bot.get("status") if t["pair"] == pair] or None  # noqa: E731
        bot.wait(traded, 180, "entries of the pair go on")
        assert kinds(live) == []
    _check_no_secrets(desk, live)


def _repair_by_hand(desk, pair):
    """What reconcile proposes: cancel what rests, sell what was bought."""
    exchange = desk.ccxt()
    for order in exchange.fetch_open_orders(pair):
        exchange.cancel_order(order["id"], pair)
    bought = sum(order["filled"] for order in exchange.fetch_orders(pair))
    if bought:
        free = exchange.fetch_balance()[pair.split("/")[0]]["free"]
        exchange.create_order(pair, "market", "sell", exchange.amount_to_precision(pair, free))


def _check_no_secrets(desk, live):
    config = json.loads(desk.overlay.read_text())["exchange"]
    written = [file for file in live.folder.rglob("*") if file.is_file() and file != desk.overlay]
    written = [file for file in written if file.suffix in (".txt", ".sqlite", ".log")]
    assert len(written) >= 4  # logs of two runs, trades, guard
    for file in written:
        content = file.read_bytes()
        assert config["key"].encode() not in content, file
        assert config["secret"].encode() not in content, file


@pytest.mark.host
@pytest.mark.timeout(300)
def test_kill_while_an_order_is_under_way(desk, live):
    with live.run("first") as bot:
        bot.wait(bot.running, 90, "bot is running")
        desk.fault("timeout", POST_ORDER, delay=30, **ORPHANED)
        sender = threading.Thread(target=lambda: _ignore_end(bot), daemon=True)
        sender.start()
        bot.wait(lambda: desk.orders() or None, 30, "the exchange has the order")
        bot.process.kill()
        sender.join(timeout=30)
    with live.run("second") as bot:
        bot.wait(bot.running, 90, "bot is running again")
        assert bot.get("status") == []
        for _ in range(3):
            assert enter(bot, "BTC/USDT").status_code == 502
        assert len(desk.orders()) == 1
        assert kinds(live) == ["orphan entry"]


def _ignore_end(bot):
    with suppress(httpx.HTTPError):  # it is killed meanwhile
        enter(bot, "BTC/USDT")


@pytest.mark.host
@pytest.mark.timeout(500)
def test_proposed_commands_repair(desk, live):
    with live.run("first") as bot:
        bot.wait(bot.running, 90, "bot is running")
        exchange = desk.ccxt()
        assert enter(bot, "BTC/USDT").is_success
        amount = bot.get("status")[0]["amount"]
        assert kinds(live) == []

        exchange.create_order("BTC/USDT", "market", "buy", amount)
        (doubled,) = found(live)
        assert (doubled["kind"], doubled["trade_id"]) == ("doubled entry", 1)
        _follow(bot, doubled["rest"])
        bot.wait(lambda: bot.get("status")[0]["amount"] < 1.1 * amount or None, 20, "half is sold")
        assert kinds(live) == []

        price = exchange.fetch_ticker("BTC/USDT")["last"]
        stop = exchange.price_to_precision("BTC/USDT", price * 0.8)
        exchange.create_order(
            "BTC/USDT", "STOP_LOSS_LIMIT", "sell", amount / 2, float(stop), {"stopPrice": float(stop)}
        )
        (orphan,) = found(live)
        assert orphan["kind"] == "orphan stop"
        _follow(bot, orphan["rest"])
        assert kinds(live) == []
        exchange.cancel_all_orders("BTC/USDT")
        _settle(bot)

        desk.fault("empty", POST_ORDER, **ORPHANED)
        assert enter(bot, "ETH/USDT").is_success  # a trade, waiting for an order without an id
        (lost,) = found(live)
        assert lost["kind"] == "no order id"
        assert lost["remedy"][0] == "/delete 2"
        assert call(bot, "trades/2", "DELETE").is_success
        (orphan,) = found(live)
        assert (orphan["kind"], orphan["name"], orphan["orders"]) == (
            "orphan entry",
            "ETH/USDT",
            lost["orders"],
        )
        _repair_by_hand(desk, "ETH/USDT")
        assert kinds(live) == []

        exchange.create_order("ETH/USDT", "market", "buy", 1.0)
        assert kinds(live) == ["orphan entry"]
        assert kinds(live, "--accept", "ETH/USDT") == []


def _settle(bot):
    """Let the bot pass through its loop twice."""
    before = bot.get("health")["last_process_ts"]
    bot.wait(lambda: bot.get("health")["last_process_ts"] > before + 2 or None, 60, "the next loops")


def _follow(bot, calls):
    """Make the calls of the REST API as proposed."""
    for text in calls:
        method, path, *body = text.split(" ", 2)
        answer = call(bot, path.removeprefix("/api/v1/"), method, **(json.loads(body[0]) if body else {}))
        assert answer.is_success, f"{text}: {answer.text}"
        time.sleep(1)


@pytest.mark.host
@pytest.mark.timeout(120)
def test_reconcile_refuses_what_it_cannot_compare(root, tmp_path, desk, live):
    (tmp_path / "user_data").mkdir()
    (tmp_path / "live.json").write_text("{}")
    code, words = live.reconcile()
    assert code == 2 and "there is no database" in words
    (tmp_path / "live.json").write_text('{"dry_run": true}')
    code, words = live.reconcile()
    assert code == 2 and "dry-run" in words
