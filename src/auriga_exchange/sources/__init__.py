"""Where candles come from: recorded files, shifted in time or not."""

from auriga_exchange.sources._recorded import RecordedMarket, read_recorded_market
from auriga_exchange.sources._replay import replay_shift, shift_futures, shift_store

__all__ = [
    "RecordedMarket",
    "read_recorded_market",
    "replay_shift",
    "shift_futures",
    "shift_store",
]
