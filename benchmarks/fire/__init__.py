"""The bot and the exchange as real processes, and what can be done to them.

`Exchange` is `auriga exchange`, `Bot` is stock `freqtrade trade`, `Receiver` a web server that the bot's
messages go to; each in a process (the receiver in a thread) on the loopback interface. They can be asked,
stopped, killed and started again.
"""

from benchmarks.fire._bot import ENDED_BY_SIGNAL, Bot
from benchmarks.fire._clock import FastClock
from benchmarks.fire._control import Control
from benchmarks.fire._errors import FireError
from benchmarks.fire._exchange import Exchange
from benchmarks.fire._process import Process
from benchmarks.fire._receiver import Receiver
from benchmarks.fire._rest import Rest
from benchmarks.fire._settings import FAST, MARKET_ORDERS, PAIRS, ROOT
from benchmarks.fire._strategies import ALWAYS_LONG, ALWAYS_OUT, NEVER, TRADING, write_strategy

__all__ = [
    "ALWAYS_LONG",
    "ALWAYS_OUT",
    "ENDED_BY_SIGNAL",
    "FAST",
    "MARKET_ORDERS",
    "NEVER",
    "PAIRS",
    "ROOT",
    "TRADING",
    "Bot",
    "Control",
    "Exchange",
    "FastClock",
    "FireError",
    "Process",
    "Receiver",
    "Rest",
    "write_strategy",
]
