"""The only package that imports freqtrade, in rooms; each has a face, and none is above one it imports.

What Freqtrade hands over is turned into plain candles and arrays here, and handed back the same way.

| floor | room | what |
|--:|---|---|
| 0 | `setup` | configuration, settings, pairs and options of a run |
| 0 | `seals` | what a model was computed with, and where it lies on disk |
| 0 | `books` | exchange and database of trades as plain values |
| 0 | `halts` | kill switches |
| 1 | `rows` | candles to features, regimes, labels, and the rows that models learn from |
| 1 | `results` | what a backtest left on disk, and its windows |
| 1 | `trading` | stake, leverage, stop, take-profit |
| 1 | `guard` | the guard before each entry; exchange and trades compared |
| 2 | `pairs` | which pairs take part |
| 2 | `signals` | predictions to entries and exits; the chart |
| 2 | `predictions` | predictions of backtests and bots with their outcomes |
| 2 | `holding` | a backtest beside holding its pairs, in five sentences |
| 2 | `messages` | Telegram and webhooks, each event once |
| 3 | `freeze` | folders of frozen models |
| 3 | `journal` | trades as a table |
| 4 | `freqai` | FreqAI's model: backtest, live, frozen |
| 4 | `backup` | backup and restore |
| 5 | `checks` | what a start refuses |
| 5 | `reload` | strategy and model outside Freqtrade's commands |
| 6 | `doctor` | checks before a run |
| 6 | `evidence` | what a finished backtest shows |
| 6 | `verdict` | the contest of models |
| 6 | `parity` | a bot compared with the backtest path |
| 6 | `explain` | one candle or trade |

Nothing is imported here: whoever needs one room waits for that one alone.
"""

from importlib import import_module
from typing import Any
from warnings import warn

_MOVED = {
    "Announcements": "messages",
    "EntryGuard": "guard",
    "FrozenModels": "freeze",
    "Halts": "halts",
    "LIGHTGBM_DEFAULTS": "freqai",
    "RegimeClassifierModel": "freqai",
    "RegimeFreqaiModel": "freqai",
    "RegimeRegressorModel": "freqai",
    "Thresholds": "signals",
    "TradeRules": "trading",
    "add_entries": "signals",
    "add_exits": "signals",
    "add_features": "rows",
    "add_label": "rows",
    "add_regimes": "rows",
    "add_signal_columns": "signals",
    "charge_costs": "setup",
    "check_frozen": "freqai",
    "check_leverage": "checks",
    "check_market": "checks",
    "check_pair": "checks",
    "check_pairs": "checks",
    "check_start": "checks",
    "check_thresholds": "checks",
    "count_trials": "evidence",
    "detector_from_settings": "rows",
    "feature_warmup_candles": "rows",
    "guarded_adjustment": "guard",
    "informative_sources": "rows",
    "look_back_for_experts": "setup",
    "model_evidence": "evidence",
    "name_inputs": "checks",
    "only_reads_trade": "trading",
    "pair_inputs": "rows",
    "plot_config": "signals",
    "regime_bands": "signals",
    "regime_pair": "rows",
    "require_freqai": "setup",
    "require_model": "setup",
    "restore_backup": "backup",
    "settings_from_config": "setup",
    "startup_candles": "setup",
    "write_backup": "backup",
}
"""Names that strategies and models of users import from here, and the room each is in now."""


def __getattr__(name: str) -> Any:
    """Give a name from its room, for one release: files that were copied before import it from here."""
    room = _MOVED.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warn(
        f"auriga.host.{name} is auriga.host.{room}.{name} now; the old name goes with the release after next",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(import_module(f"{__name__}.{room}"), name)
