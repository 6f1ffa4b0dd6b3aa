"""A Binance-compatible exchange on the loopback interface, serving recorded or simulated candles."""

from auriga_exchange._app import create_app
from auriga_exchange._server import bind_loopback, exit_on_signals, serve
from auriga_exchange.control import Scenario, read_scenario, run_scenario
from auriga_exchange.faults import FaultPlan, FaultRule, read_rule
from auriga_exchange.gate import ApiKeys, account_keys
from auriga_exchange.markets import (
    INTERVALS,
    CandleSeries,
    CandleStore,
    FundingRates,
    FuturesStore,
    FuturesSymbol,
    Rows,
    SpotSymbol,
    futures_on_spot,
    resample_series,
    series_from_frame,
)
from auriga_exchange.overlay import AURIGA_PORT, offline_config, overlay_file, overlay_text, simulated_datadir
from auriga_exchange.sources import (
    RecordedMarket,
    read_recorded_market,
    replay_shift,
    shift_futures,
    shift_store,
)
from auriga_exchange.trading import Journal
from auriga_exchange.venue import Venue
from auriga_exchange.wire import Clock, SpeedClock, wall_clock

__all__ = [
    "AURIGA_PORT",
    "INTERVALS",
    "ApiKeys",
    "CandleSeries",
    "CandleStore",
    "Clock",
    "FaultPlan",
    "FaultRule",
    "FundingRates",
    "FuturesStore",
    "FuturesSymbol",
    "Journal",
    "RecordedMarket",
    "Rows",
    "Scenario",
    "SpeedClock",
    "SpotSymbol",
    "Venue",
    "account_keys",
    "bind_loopback",
    "create_app",
    "exit_on_signals",
    "futures_on_spot",
    "offline_config",
    "overlay_file",
    "overlay_text",
    "read_recorded_market",
    "read_rule",
    "read_scenario",
    "replay_shift",
    "resample_series",
    "run_scenario",
    "series_from_frame",
    "serve",
    "shift_futures",
    "shift_store",
    "simulated_datadir",
    "wall_clock",
]
