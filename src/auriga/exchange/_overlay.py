"""The configuration overlay that sends every request of Freqtrade to the loopback interface."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from auriga.errors import ExchangeError

AURIGA_PORT = 8118

# Every key of ccxt's `urls.api` for Binance. One that is left out would still point at binance.com, so
# those this exchange does not serve are listed too: they end in a 404 on the loopback interface.
_REST_PATHS = {
    "public": "api/v3",
    "private": "api/v3",
    "v1": "api/v1",
    "sapi": "sapi/v1",
    "sapiV2": "sapi/v2",
    "sapiV3": "sapi/v3",
    "sapiV4": "sapi/v4",
    "fapiPublic": "fapi/v1",
    "fapiPublicV2": "fapi/v2",
    "fapiPublicV3": "fapi/v3",
    "fapiPrivate": "fapi/v1",
    "fapiPrivateV2": "fapi/v2",
    "fapiPrivateV3": "fapi/v3",
    "fapiData": "futures/data",
    "dapiPublic": "dapi/v1",
    "dapiPrivate": "dapi/v1",
    "dapiPrivateV2": "dapi/v2",
    "dapiData": "dapi/data",
    "eapiPublic": "eapi/v1",
    "eapiPrivate": "eapi/v1",
    "papi": "papi/v1",
    "papiV2": "papi/v2",
}
# ccxt wants "/stream" in the spot address and rewrites a linear one that ends in "/ws".
_WS_KEYS = ("spot", "margin", "linear", "inverse", "stock", "option", "optionMarket", "optionPrivate", "papi")
_WS_API_KEYS = ("spot", "linear", "inverse")


def offline_config(port: int = AURIGA_PORT, *, simulated: str | None = None) -> dict[str, Any]:
    """Build the overlay.

    Parameters
    ----------
    port : int
        Where the exchange listens.
    simulated : str or None
        Name of the simulated market, whose models are then kept apart from real ones; None for recorded
        candles. Its candles need `--datadir`, which Freqtrade reads from the command line alone.

    Returns
    -------
    dict
        To be given to Freqtrade after the main configuration: `-c config.json -c overlay.json`.

    Examples
    --------
    >>> offline_config(8118)["exchange"]["ccxt_config"]["urls"]["api"]["public"]
    'http://127.0.0.1:8118/api/v3'
    >>> offline_config(simulated="easy")["freqai"]
    {'identifier': 'auriga-simulated-easy'}
    """
    config: dict[str, Any] = {
        "exchange": {
            "name": "binance",
            "key": "",
            "secret": "",
            "only_from_ccxt": True,
            "enable_ws": False,
            "ccxt_config": {
                "enableRateLimit": False,
                "timeout": 10000,
                "options": {
                    "fetchMarkets": {"types": ["spot"]},
                    "fetchCurrencies": False,
                    "fetchMargins": False,
                },
                "urls": {"api": _urls(port)},
            },
        }
    }
    if simulated is not None:
        config["freqai"] = {"identifier": f"auriga-simulated-{simulated}"}
    return config


def simulated_datadir(market: str) -> str:
    """Directory for the candles of a simulated market.

    Freqtrade ignores `datadir` in a configuration file, so it also has to be given as `--datadir`.
    """
    return f"user_data/data/simulated-{market}"


def overlay_text(config: dict[str, Any]) -> str:
    """Write an overlay as JSON, as `configs/offline.json` has it."""
    return json.dumps(config, indent=2) + "\n"


def _urls(port: int) -> dict[str, Any]:
    rest = {key: f"http://127.0.0.1:{port}/{path}" for key, path in _REST_PATHS.items()}
    streams: dict[str, Any] = {key: f"ws://127.0.0.1:{port}/_ws/{key}/stream" for key in _WS_KEYS}
    streams["spot"] = f"ws://127.0.0.1:{port}/_ws/stream"
    streams["ws-api"] = {key: f"ws://127.0.0.1:{port}/_ws/{key}/api" for key in _WS_API_KEYS}
    return {**rest, "ws": streams}


@contextmanager
def overlay_file(path: Path, text: str) -> Iterator[None]:
    """Keep `text` in a file, and afterwards leave everything as it was before.

    The file appears and disappears at once, never half written. A file that existed before gets its
    bytes and mode back; directories made for it go again when they are empty.

    Raises
    ------
    ExchangeError
        If the file cannot be written.
    """
    path = path.resolve()
    made = [parent for parent in path.parents if not parent.exists()]
    try:
        before = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _write(path, text)
        yield
    finally:
        _restore(path, before)
        _remove_empty(made)


def _unusable(path: Path, error: OSError) -> ExchangeError:
    return ExchangeError(f"cannot write the overlay {path} ({error.strerror}); choose another --overlay")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text.encode())
    except OSError as error:
        raise _unusable(path, error) from error


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        if path.exists():
            path.unlink()
    elif path.read_bytes() != before:
        _replace(path, before)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        if path.exists():
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_empty(directories: list[Path]) -> None:
    for directory in directories:
        with suppress(OSError):
            directory.rmdir()
