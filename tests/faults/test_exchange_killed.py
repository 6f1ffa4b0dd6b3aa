"""The exchange is killed under a live bot with an open trade and a stop on the exchange, and comes back."""

import json

import pytest
from rig._both_books import reconcile
from rig._settings import MARKET_OPTIONS, signal_settings

from rig import Bot, Exchange

PAIR = "BTC/USDT"
SETTINGS = signal_settings([PAIR], stops=True) | {"max_open_trades": 1}


def signal(bot, **signals):
    path = bot.userdir / "signals.json"
    path.with_suffix(".new").write_text(json.dumps(signals))
    path.with_suffix(".new").replace(path)


def spot_books(exchange):
    return exchange.control.books()["spot"]


def stop_of(bot):
    """The stop that rests, once the trade knows it."""
    orders = [order for trade in bot.rest.status() for order in trade["orders"] if order["is_open"]]
    return next((order["order_id"] for order in orders if order["ft_order_side"] == "stoploss"), None)


@pytest.mark.host
@pytest.mark.timeout(900)
def test_a_bot_goes_on_when_the_exchange_was_killed(tmp_path):
    with Exchange(tmp_path, *MARKET_OPTIONS, "--live", pairs=[PAIR], state=True) as exchange:
        bot = Bot(tmp_path, exchange, live=True, overlay=SETTINGS)
        signal(bot, long=[PAIR])
        with bot:
            stop = bot.wait(lambda: stop_of(bot), 150, "the trade has a stop on the exchange")
            signal(bot)
            before, port = spot_books(exchange), exchange.port
            exchange.kill()
            bot.wait(
                lambda: "ExchangeNotAvailable" in bot.log or "Could not" in bot.log or None, 30, "it notices"
            )
            exchange.restart()
            assert exchange.port == port
            assert spot_books(exchange) == before
            assert reconcile(bot) == []
            assert bot.wait(lambda: stop_of(bot), 60, "the stop is known again") == stop
            signal(bot, exit=[PAIR])
            bot.wait(lambda: bot.rest.trades() or None, 90, "the trade is closed")
            assert reconcile(bot) == []
        states = {str(order["orderId"]): order["status"] for order in spot_books(exchange)["orders"]}
        assert states[stop] == "CANCELED"
        assert sorted(states.values()) == ["CANCELED", "FILLED", "FILLED"]
