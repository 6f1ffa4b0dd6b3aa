"""In which settings results differ."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from auriga.errors import SettingsError
from auriga.host.results._result import BacktestResult
from auriga.host.seals import RUNS

_OF_THE_MACHINE = (
    "$schema", "api_server", "bot_name", "config_files", "datadir", "db_url", "discord", "exportdirectory",
    "exportfilename", "external_message_consumer", "hyperopt_path", "initial_state", "internals",
    "log_config", "logfile", "original_config", "recursive_strategy_search", "strategy_path",
    "freqaimodel_path", "telegram", "user_data_dir", "verbosity", "webhook", RUNS,
)  # fmt: skip
_OF_THE_EXCHANGE = ("name", "pair_whitelist", "pair_blacklist")
_OF_THE_RUN = (
    "strategy_name", "freqaimodel", "timeframe", "timeframe_detail", "trading_mode", "margin_mode",
    "stake_currency", "stake_amount", "starting_balance", "max_open_trades_setting", "stoploss",
    "trailing_stop", "enable_protections",
)  # fmt: skip


def setting_differences(results: Mapping[str, BacktestResult]) -> pd.DataFrame:
    """Settings that are not the same everywhere, as text; one column a result.

    From the configuration in each result, the strategy's parameters beside it and Freqtrade's statistics.
    Left out are secrets and what belongs to the machine: paths, addresses, notification services, the
    exchange's connection. Empty where a result does not have the setting.
    """
    flat = {name: dict(_flattened("", _settings(result))) for name, result in results.items()}
    keys = sorted({key for settings in flat.values() for key in settings})
    rows = {key: [settings.get(key, "") for settings in flat.values()] for key in keys}
    different = {key: values for key, values in rows.items() if len(set(values)) > 1}
    return pd.DataFrame.from_dict(different, orient="index", columns=list(flat), dtype="str")


def _settings(result: BacktestResult) -> dict[str, Any]:
    config = {name: value for name, value in result.config.items() if name not in _OF_THE_MACHINE}
    exchange = config.pop("exchange", {})
    config["exchange"] = {name: exchange[name] for name in _OF_THE_EXCHANGE if name in exchange}
    if "regime" in config:
        config["regime"] = _with_defaults(result)
    run = {name: result.stats[name] for name in _OF_THE_RUN if name in result.stats}
    return {**config, "run": run, "strategy_parameters": _parameters(result)}


def _with_defaults(result: BacktestResult) -> Any:
    """The `regime` block in full: a setting at its default is the same as one that is not there."""
    try:
        return result.settings.model_dump(mode="json")
    except SettingsError:
        return result.config["regime"]


def _parameters(result: BacktestResult) -> Any:
    """Values of the strategy's parameter file, which Freqtrade keeps in the result."""
    told = result.part(f"{result.strategy}.json")  # none unless hyperopt has been run
    return json.loads(told).get("params", {}) if told else {}


def _flattened(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key in value:
            yield from _flattened(f"{path}.{key}".lstrip("."), value[key])
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield path, ", ".join(map(str, value))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
