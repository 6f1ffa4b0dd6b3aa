"""Moments at which a kill hurts: in the middle of training, saving, predicting, ordering, starting."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import httpx
from rig._bot import Bot
from rig._errors import FireError

_PATIENCE = 300.0


def until(condition: Callable[[], bool], bot: Bot, pause: float = 0.002) -> None:
    """Look without pause until something is so; raise when the bot ends or it takes too long."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if not bot.alive or time.monotonic() > deadline:
            raise FireError(f"{bot.name}: the moment did not come\n{bot.log[-2000:]}")
        time.sleep(pause)


def _starting(bot: Bot, rng: random.Random) -> None:
    """Within the first seconds of a new process: imports, database, candles, first loop."""
    bot.restart()
    time.sleep(rng.uniform(0.5, 9))


def _training(bot: Bot, rng: random.Random) -> None:
    """Around the next training: FreqAI trains seven seconds after the last one, for about a second."""
    count = bot.log.count("Total time spent training pairlist")
    until(lambda: bot.log.count("Total time spent training pairlist") > count, bot, 0.05)
    time.sleep(rng.uniform(3.5, 7.0))


def _saving_model(bot: Bot, rng: random.Random) -> None:
    """Once a new model's folder is there; its files take about 30 ms."""
    known = {path.name for path in bot.models.glob("sub-train-*")}
    until(lambda: any(path.name not in known for path in bot.models.glob("sub-train-*")), bot, 0.0005)
    time.sleep(rng.uniform(0, 0.05))


def _predicting(bot: Bot, rng: random.Random) -> None:
    """After the close of a candle, while every pair is predicted."""
    now = bot.clock.time()
    time.sleep((60 - now % 60) / bot.clock.speed)
    time.sleep(rng.uniform(0.3, 4))


def _saving_predictions(bot: Bot, rng: random.Random) -> None:
    """While the live predictions are written."""
    file = bot.models / "historic_predictions.pkl"
    beside = file.with_name(f"{file.name}.tmp")
    until(beside.exists, bot, 0.0002)
    time.sleep(rng.uniform(0, 0.004))


def _ordering(bot: Bot, rng: random.Random) -> None:
    """Around the moment an order arrives at the exchange; in a dry run around the call that makes it."""
    pair = rng.choice(bot.pairs)
    before = orders_placed(bot)
    caller = threading.Thread(target=_enter_or_leave, args=(bot, pair), daemon=True)
    caller.start()
    if bot.live:
        until(lambda: orders_placed(bot) > before, bot, 0.001)
        time.sleep(rng.uniform(0, 0.15))
    else:
        time.sleep(rng.uniform(0, 0.4))


def _enter_or_leave(bot: Bot, pair: str) -> None:
    """Close the trade of a pair, or open one."""
    with suppress(httpx.HTTPError):  # the bot may be dead before it answers, or refuse a second attempt
        for trade in bot.rest.status():
            if trade["pair"] == pair:
                bot.rest.forceexit(trade["trade_id"], ordertype="market")
                return
        bot.rest.forceenter(pair, ordertype="market")


def orders_placed(bot: Bot) -> int:
    """How many orders have arrived at the exchange."""
    requests = bot.exchange.control.counts()["requests"]
    return int(requests.get("POST /api/v3/order", 0))


MOMENTS: dict[str, Callable[[Bot, random.Random], None]] = {
    "order": _ordering,
    "model save": _saving_model,
    "training": _training,
    "prediction save": _saving_predictions,
    "prediction": _predicting,
    "start": _starting,
}
"""How to wait for each moment; all of them draw some randomness on top."""
