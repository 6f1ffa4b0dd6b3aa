"""Symbols of a request: listed ones, or a refusal."""

import json
import re
from collections.abc import Mapping

from auriga_exchange.markets import CandleStore
from auriga_exchange.wire import Refusal, RequestError, read_text

_SYMBOL_RANGE = r"^[\w\-._&&[^a-z]]{1,50}$"
_SYMBOL = re.compile(r"[\w\-.]{1,50}")


def read_symbol(query: Mapping[str, str], store: CandleStore) -> str:
    """Return the mandatory parameter `symbol`, which has to be listed."""
    return _known_symbol(read_text(query, "symbol"), "symbol", store)


def read_symbols(query: Mapping[str, str], store: CandleStore) -> list[str]:
    """Return what `symbol` or `symbols` (a JSON list) asks for; every listed symbol when both are absent."""
    if "symbol" in query:
        return [read_symbol(query, store)]
    if "symbols" not in query:
        return list(store.listed)
    try:
        names = json.loads(query["symbols"])
    except ValueError:
        names = None
    if not isinstance(names, list) or not names:
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, "symbols", _SYMBOL_RANGE)
    return [_known_symbol(str(name), "symbols", store) for name in names]


def _known_symbol(symbol: str, parameter: str, store: CandleStore) -> str:
    if not _SYMBOL.fullmatch(symbol) or symbol != symbol.upper():
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, parameter, _SYMBOL_RANGE)
    if symbol not in store.listed:
        raise RequestError(Refusal.INVALID_SYMBOL)
    return symbol
