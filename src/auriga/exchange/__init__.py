"""A Binance-compatible exchange on the loopback interface, serving recorded or simulated candles."""

from auriga.exchange._app import create_app
from auriga.exchange._server import bind_loopback, exit_on_signals, serve
from auriga.exchange.control import Scenario, read_scenario, run_scenario
from auriga.exchange.faults import FaultPlan, FaultRule, read_rule
from auriga.exchange.gate import ApiKeys, account_keys
from auriga.exchange.markets import (
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
from auriga.exchange.overlay import AURIGA_PORT, offline_config, overlay_file, overlay_text, simulated_datadir
from auriga.exchange.sources import (
    RecordedMarket,
    SimulationPlan,
    pair_seed,
    plan_until,
    read_recorded_market,
    replay_shift,
    shift_futures,
    shift_store,
    simulate_exchange,
    true_regimes,
)
from auriga.exchange.trading import Journal
from auriga.exchange.venue import Venue
from auriga.exchange.wire import Clock, SpeedClock, wall_clock

__all__ = [
    "AURIGA_PORT",
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
    "SimulationPlan",
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
    "pair_seed",
    "plan_until",
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
    "simulate_exchange",
    "simulated_datadir",
    "true_regimes",
    "wall_clock",
]
