"""What a bot did, compared with what a backtest says of the same candles."""

from auriga.host.parity._parity import Parity, live_parity

__all__ = [
    "Parity",
    "live_parity",
]
