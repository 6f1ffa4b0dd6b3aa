"""A live futures bot whose orders are accepted behind errors: never two, long or short, and all are named."""

import json

import pytest
from rig._both_books import reconcile
from rig._settings import MARKET_OPTIONS, signal_settings

from rig import Bot, Exchange, Receiver

BASES = ("BTC", "ETH", "SOL")
LONG, SHORT, STOPPED = (f"{base}/USDT:USDT" for base in BASES)
SETTINGS = signal_settings([LONG, SHORT, STOPPED], stops=True)


@pytest.fixture
def exchange(tmp_path):
    pairs = [f"{base}/USDT" for base in BASES]
    with Exchange(tmp_path, *MARKET_OPTIONS, "--live", pairs=pairs, market="futures") as exchange:
        yield exchange


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def bot(tmp_path, exchange, receiver):
    bot = Bot(tmp_path, exchange, live=True, overlay=SETTINGS, receiver=receiver)
    bot.settings["webhook"]["allow_custom_messages"] = True
    try:
        yield bot
    finally:
        bot.close()


def signal(bot, **signals):
    path = bot.userdir / "signals.json"
    path.with_suffix(".new").write_text(json.dumps(signals))
    path.with_suffix(".new").replace(path)


def told(receiver, words, *pairs):
    texts = [message["text"] for message in receiver.of_type("strategy_msg") if words in message["text"]]
    return all(any(pair in text for text in texts) for pair in pairs) or None


def entries(exchange):
    return [order for order in exchange.control.books()["futures"]["orders"] if not order["reduceOnly"]]


def protected(exchange):
    return len(entries(exchange)) == 3 and exchange.control.books()["futures"]["algo_orders"]


def found(bot):
    return {finding["name"]: finding for finding in reconcile(bot)}


def check_orphans(bot, exchange):
    """One entry each on the exchange; the finding names it and says how to get rid of it."""
    placed = {order["symbol"]: order for order in entries(exchange)}
    assert len(placed) == len(entries(exchange)) == 3
    findings = found(bot)
    for pair, side, verb in ((LONG, "BUY", "sell"), (SHORT, "SELL", "buy back")):
        order = placed[pair.partition("/")[0] + "USDT"]
        assert order["side"] == side
        assert findings[pair]["kind"] == "orphan entry"
        assert findings[pair]["orders"] == [str(order["orderId"])]
        assert f"{verb} {findings[pair]['amount']}" in " ".join(findings[pair]["remedy"])
    assert findings[STOPPED]["kind"] == "orphan stop"
    assert "cancel order" in findings[STOPPED]["remedy"][0]
    stops = {str(stop["algoId"]) for stop in exchange.control.books()["futures"]["algo_orders"]}
    assert set(findings[STOPPED]["orders"]) <= stops


@pytest.mark.host
@pytest.mark.timeout(900)
def test_orders_accepted_behind_a_503_stay_one_each_and_are_named(exchange, bot, receiver):
    exchange.control.inject("5xx", "POST /fapi/v1/algoOrder", status=503, accepted=True, count=1)
    exchange.control.inject("5xx", "POST /fapi/v1/order", status=503, accepted=True, count=2)
    signal(bot, long=[LONG], short=[SHORT])
    bot.start()
    bot.wait(lambda: len(entries(exchange)) == 2 or None, 120, "both orders are on the exchange")
    signal(bot, long=[LONG, STOPPED], short=[SHORT])
    bot.report("two orphans")
    bot.wait(lambda: told(receiver, "disagree", LONG, SHORT), 90, "a look at the account warns")
    bot.report("warned")
    bot.wait(lambda: told(receiver, "refused", LONG, SHORT), 90, "entries are refused, with a message")
    bot.report("refused")
    bot.wait(lambda: protected(exchange) or None, 90, "the third pair has an entry and a stop")
    check_orphans(bot, exchange)
    bot.report("reconciled")
