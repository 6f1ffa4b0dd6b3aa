"""The configuration overlay that sends every request of Freqtrade to the loopback interface."""

import json
from collections.abc import Sequence
from typing import Any

from auriga.errors import ParameterError

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
# ccxt takes an address with "/stream" for the spot market, and puts the category of a stream into a linear
# one that ends in "/ws".
_WS_KEYS = ("spot", "margin", "linear", "inverse", "stock", "option", "optionMarket", "optionPrivate", "papi")
_WS_API_KEYS = ("spot", "linear", "inverse")
_MARKET_TYPES = {"spot": "spot", "futures": "linear"}


def offline_config(
    port: int = AURIGA_PORT,
    *,
    simulated: str | None = None,
    mode: str = "spot",
    live: bool = False,
    keys: tuple[str, str] | None = None,
    limited: bool = True,
    pairs: Sequence[str] = (),
) -> dict[str, Any]:
    """Build the overlay.

    Parameters
    ----------
    port : int
        Where the exchange listens.
    simulated : str or None
        Name of the simulated market, whose models are then kept apart from real ones; None for recorded
        candles. Its candles need `--datadir`, which Freqtrade reads from the command line alone.
    mode : str
        `spot`, or `futures` for perpetual contracts with isolated margin.
    live : bool
        Whether the bot trades on the exchange's account instead of simulating its orders.
    keys : tuple of str or None
        API key and secret; needed for `live`.
    limited : bool
        Whether the exchange enforces request limits, so that ccxt has to pace its requests.
    pairs : sequence of str
        Freqtrade's names of the contracts; they become the whitelist in futures mode, where the names of
        spot pairs mean nothing.

    Returns
    -------
    dict
        To be given to Freqtrade after the main configuration: `-c config.json -c overlay.json`.

    Raises
    ------
    ParameterError
        If the mode is unknown, or `live` comes without keys.

    Examples
    --------
    >>> offline_config(8118)["exchange"]["ccxt_config"]["urls"]["api"]["public"]
    'http://127.0.0.1:8118/api/v3'
    >>> offline_config(simulated="easy")["freqai"]
    {'identifier': 'auriga-simulated-easy'}
    >>> offline_config(mode="futures", pairs=["BTC/USDT:USDT"])["trading_mode"]
    'futures'
    """
    if mode not in _MARKET_TYPES:
        raise ParameterError(f"mode {mode!r} is unknown; choose {' or '.join(_MARKET_TYPES)}")
    if live and keys is None:
        raise ParameterError("live trading needs keys; give the exchange's own")
    config: dict[str, Any] = {"exchange": _exchange_config(port, mode, keys if live else None, limited)}
    if live:
        config["dry_run"] = False
    if mode == "futures":
        config |= {"trading_mode": "futures", "margin_mode": "isolated"}
        config["exchange"]["pair_whitelist"] = list(pairs)
    if simulated is not None:
        kind = "-futures" if mode == "futures" else ""
        config["freqai"] = {"identifier": f"auriga-simulated-{simulated}{kind}"}
    return config


def _exchange_config(port: int, mode: str, keys: tuple[str, str] | None, limited: bool) -> dict[str, Any]:
    return {
        "name": "binance",
        "key": keys[0] if keys else "",
        "secret": keys[1] if keys else "",
        "only_from_ccxt": True,
        "enable_ws": True,
        "ccxt_config": {
            "enableRateLimit": limited,
            "timeout": 10000,
            "options": {
                "fetchMarkets": {"types": [_MARKET_TYPES[mode]]},
                "fetchCurrencies": False,
                "fetchMargins": False,
            },
            "urls": {"api": _urls(port)},
        },
    }


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
    streams["linear"] = f"ws://127.0.0.1:{port}/_ws/linear/ws"
    streams["ws-api"] = {key: f"ws://127.0.0.1:{port}/_ws/{key}/api" for key in _WS_API_KEYS}
    return {**rest, "ws": streams}
