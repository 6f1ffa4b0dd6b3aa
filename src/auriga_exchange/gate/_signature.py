"""API keys, signatures and timestamps of signed requests."""

import hashlib
import hmac
import re

from auriga_exchange.gate._endpoint import Parameters
from auriga_exchange.gate._incoming import SIGNATURE, Incoming
from auriga_exchange.gate._keys import ApiKeys
from auriga_exchange.wire import Refusal, RequestError, read_integer, read_text

DEFAULT_WINDOW = 5000
LONGEST_WINDOW = 60_000
EARLIEST = 1000
_UNAUTHORIZED = 401
_AHEAD = "Timestamp for this request was 1000ms ahead of the server's time."
_OUTSIDE = "Timestamp for this request is outside of the recvWindow."
_WINDOW = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII)


def sign(secret: str, text: bytes) -> str:
    """HMAC SHA256 of a request in hexadecimal digits.

    References
    ----------
    Binance Spot API, "SIGNED (TRADE and USER_DATA) endpoint security".

    Examples
    --------
    >>> sign("a-secret", b"symbol=BTCUSDT&timestamp=1")[:8]
    'd1686556'
    """
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def check_key(keys: ApiKeys | None, incoming: Incoming) -> str:
    """Return the secret behind the API key of a request.

    Raises
    ------
    RequestError
        401 with -2014 without a key, with -2015 for a key that is not known.
    """
    if keys and not incoming.key:
        raise RequestError(Refusal.BAD_KEY_FORMAT, status=_UNAUTHORIZED)
    secret = keys.secret(incoming.key) if keys else None
    if secret is None:
        raise RequestError(Refusal.REJECTED_KEY, status=_UNAUTHORIZED)
    return secret


def check_signature(keys: ApiKeys | None, incoming: Incoming, now: int) -> None:
    """Let only requests pass that a known key signed just now.

    Parameters
    ----------
    keys : ApiKeys or None
        Keys that may trade; without any, nothing passes.
    incoming : Incoming
        The request.
    now : int
        Time in ms.

    Raises
    ------
    RequestError
        -2014, -2015 for the key; -1102 without timestamp or signature; -1021 for the time; -1131 for a
        `recvWindow` over 60 s; -1022 for a signature that does not belong to query string and body.
    """
    secret = check_key(keys, incoming)
    parameters = incoming.parameters
    read_text(parameters, "timestamp")
    if not incoming.signature:
        raise RequestError(Refusal.MISSING_PARAMETER, SIGNATURE)
    _check_time(parameters, now)
    expected = sign(secret, incoming.signed)
    # Binance takes upper and lower case; comparing in constant time tells nothing about how much fits.
    if not hmac.compare_digest(incoming.signature.lower().encode(), expected.encode()):
        raise RequestError(Refusal.INVALID_SIGNATURE)


def _check_time(parameters: Parameters, now: int) -> None:
    timestamp = read_integer(parameters, "timestamp") or 0
    window = _read_window(parameters)
    if timestamp >= now + EARLIEST:
        raise RequestError(Refusal.INVALID_TIMESTAMP, _AHEAD)
    if now - timestamp > window:
        raise RequestError(Refusal.INVALID_TIMESTAMP, _OUTSIDE)


def _read_window(parameters: Parameters) -> float:
    text = parameters.get("recvWindow", "")
    if not text:
        return DEFAULT_WINDOW
    if not _WINDOW.fullmatch(text):
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, "recvWindow", r"^\d+(\.\d{1,3})?$")
    if float(text) > LONGEST_WINDOW:
        raise RequestError(Refusal.WINDOW_TOO_LONG)
    return float(text)
