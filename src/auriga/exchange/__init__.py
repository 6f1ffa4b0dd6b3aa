"""A Binance-compatible exchange on the loopback interface, serving recorded or simulated candles."""

from auriga.exchange._account_keys import account_keys
from auriga.exchange._app import create_app
from auriga.exchange._clock import Clock, SpeedClock, wall_clock
from auriga.exchange._funding import FundingRates
from auriga.exchange._futures_store import FuturesStore, futures_on_spot
from auriga.exchange._futures_symbols import FuturesSymbol
from auriga.exchange._overlay import (
    AURIGA_PORT,
    offline_config,
    overlay_text,
    simulated_datadir,
)
from auriga.exchange._overlay_file import overlay_file
from auriga.exchange._recorded import RecordedMarket, read_recorded_market
from auriga.exchange._replay import replay_shift, shift_futures, shift_store
from auriga.exchange._series import CandleSeries, Rows, resample_series, series_from_frame
from auriga.exchange._server import bind_loopback, exit_on_signals, serve
from auriga.exchange._simulated import SimulationPlan, pair_seed, plan_until, simulate_exchange
from auriga.exchange._store import CandleStore
from auriga.exchange._symbols import SpotSymbol
from auriga.exchange._truth import true_regimes
from auriga.exchange._venue import Venue
from auriga.exchange.control import Scenario, read_scenario, run_scenario
from auriga.exchange.faults import FaultPlan, FaultRule, read_rule
from auriga.exchange.gate import ApiKeys
from auriga.exchange.trading import Journal

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
