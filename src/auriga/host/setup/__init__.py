"""Configuration, settings, pairs and options of a run, and the commands that remedies print."""

from auriga.host.setup._amounts import money, price
from auriga.host.setup._bot_files import guard_file
from auriga.host.setup._command_line import (
    OWN_OPTIONS,
    download_command,
    own_command,
    own_options,
    remember_configuration,
)
from auriga.host.setup._commands import run_freqtrade, terminated_at_exit
from auriga.host.setup._config import ReadConfiguration, bot_database, load_config, within_timerange
from auriga.host.setup._costs import charge_costs
from auriga.host.setup._freqai_options import require_freqai, require_model, require_supported_options
from auriga.host.setup._option_checks import (
    check_options,
    check_trading_options,
    option_complaints,
    require_closed_timerange,
    require_whole_candles,
)
from auriga.host.setup._pair_lists import exchange_pairs, listed_pairs, traded_pairs_of, write_out_pairs
from auriga.host.setup._parameters import give_parameters, start_parameters
from auriga.host.setup._profile import refuse_mixed_profiles, shows_reasons, trade_by_rules_alone
from auriga.host.setup._protocols import (
    DataProvider,
    Strategy,
    TradingStrategy,
    Wallets,
)
from auriga.host.setup._settings import look_back_for_experts, settings_from_config, startup_candles
from auriga.host.setup._stored_candles import candle_format, candle_kind, stored_timeframes

__all__ = [
    "OWN_OPTIONS",
    "DataProvider",
    "ReadConfiguration",
    "Strategy",
    "TradingStrategy",
    "Wallets",
    "bot_database",
    "candle_format",
    "candle_kind",
    "charge_costs",
    "check_options",
    "check_trading_options",
    "download_command",
    "exchange_pairs",
    "give_parameters",
    "guard_file",
    "listed_pairs",
    "load_config",
    "look_back_for_experts",
    "money",
    "option_complaints",
    "own_command",
    "own_options",
    "price",
    "refuse_mixed_profiles",
    "remember_configuration",
    "require_closed_timerange",
    "require_freqai",
    "require_model",
    "require_supported_options",
    "require_whole_candles",
    "run_freqtrade",
    "settings_from_config",
    "shows_reasons",
    "start_parameters",
    "startup_candles",
    "stored_timeframes",
    "terminated_at_exit",
    "trade_by_rules_alone",
    "traded_pairs_of",
    "within_timerange",
    "write_out_pairs",
]
