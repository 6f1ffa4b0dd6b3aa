"""The bot and the exchange as real processes, and what can be done to them.

`Exchange` is `auriga exchange`, `Bot` is stock `freqtrade trade`, `Receiver` a web server that the bot's
messages go to; each in a process (the receiver in a thread) on the loopback interface. They can be asked,
stopped, killed and started again.
"""

from rig._bot import ENDED_BY_SIGNAL, Bot
from rig._clock import FastClock
from rig._control import Control
from rig._errors import FireError
from rig._exchange import Exchange
from rig._process import Process
from rig._receiver import Receiver
from rig._rest import Rest
from rig._settings import EVERY_PREDICTION, FAST, MARKET_ORDERS, PAIRS, ROOT, merged
from rig._strategies import ALWAYS_LONG, ALWAYS_OUT, NEVER, TRADING, write_strategy

__all__ = [
    "ALWAYS_LONG",
    "ALWAYS_OUT",
    "ENDED_BY_SIGNAL",
    "EVERY_PREDICTION",
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
    "merged",
    "write_strategy",
]
