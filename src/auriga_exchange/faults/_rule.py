"""One fault: what goes wrong, where, how often and how long."""

import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from auriga.errors import ParameterError

REQUEST_KINDS = (
    "429",
    "418",
    "5xx",
    "malformed",
    "empty",
    "timeout",
    "reset",
    "clock_skew",
    "no_balance",
    "unknown_order",
    "code",
)
STREAM_KINDS = ("ws_drop", "ws_refuse", "ws_silence", "ws_stale", "ws_out_of_order", "ws_duplicate")
EVERYWHERE = "* *"
_METHODS = ("*", "GET", "POST", "PUT", "DELETE", "WS")


@dataclass(frozen=True, kw_only=True)
class FaultRule:
    """What goes wrong, and for which requests.

    Parameters
    ----------
    kind : str
        One of `REQUEST_KINDS` or `STREAM_KINDS`.
    endpoint : str
        Method and path, both with wildcards: `GET /api/v3/klines`, `* /fapi/*`, `* *`.
    count : int or None
        How often it happens at most; None for no bound.
    seconds : float or None
        How long the rule stands, on the clock of the exchange; None until it is removed.
    skip : int
        Requests that pass before the first one that fails.
    accepted : bool
        Whether the request is carried out and only its answer lost; else nothing is carried out.
    status : int or None
        HTTP status of the kinds `5xx`, `code` and `malformed` (with `html`); None takes the usual one.
    retry_after : int or None
        Seconds in the header `Retry-After` of `429` and `418`.
    symbol : str or None
        Only requests with this parameter `symbol`.
    delay : float or None
        Seconds of real time that a `timeout` holds the connection (30), or that any other fault waits (0).
    code, msg : int, str or None
        Error code, < 0, and text of the kind `code` (needed there) or `5xx`.
    html : bool
        Whether `malformed` is a gateway's HTML page with status 502 instead of JSON cut in the middle.

    Examples
    --------
    >>> FaultRule(kind="5xx", endpoint="* /api/v3/order*").matches("POST /api/v3/order", "BTCUSDT")
    True
    """

    kind: str
    endpoint: str = EVERYWHERE
    count: int | None = None
    seconds: float | None = None
    skip: int = 0
    accepted: bool = False
    status: int | None = None
    retry_after: int | None = None
    symbol: str | None = None
    delay: float | None = None
    code: int | None = None
    msg: str | None = None
    html: bool = False

    def covers(self, endpoint: str) -> bool:
        """Whether an endpoint, such as `GET /api/v3/klines`, fits the pattern."""
        method, _, path = endpoint.partition(" ")
        wanted, _, pattern = self.endpoint.partition(" ")
        return wanted in ("*", method) and fnmatchcase(path, pattern)

    def matches(self, endpoint: str, symbol: str | None) -> bool:
        """Whether a request to `endpoint` about `symbol` is meant."""
        return self.covers(endpoint) and self.symbol in (None, symbol)


def read_rule(given: Mapping[str, Any]) -> FaultRule:
    """Check the fields of a fault that came as JSON or YAML; null means the default.

    Raises
    ------
    ParameterError
        If a field is unknown or its value not possible; the message names both and the remedy.

    Examples
    --------
    >>> read_rule({"kind": "429", "endpoint": "GET /api/v3/klines", "count": 2}).count
    2
    """
    unknown = sorted(str(name) for name in given if name not in _CHECKS)
    if unknown:
        raise ParameterError(f"fault has no field {shown(unknown)}; it knows {', '.join(_CHECKS)}")
    values = {name: value for name, value in given.items() if value is not None}
    if "kind" not in values:
        raise ParameterError(f"fault without kind; choose {', '.join(REQUEST_KINDS + STREAM_KINDS)}")
    for name, value in values.items():
        fits, wanted = _CHECKS[name]
        if not fits(value):
            raise ParameterError(f"{name} of a fault is {shown(value)}; it has to be {wanted}")
    rule = FaultRule(**values)
    _refuse_contradictions(rule)
    return rule


def rule_fields(rule: FaultRule) -> dict[str, Any]:
    """Return a rule as the control interface shows it."""
    return {field.name: getattr(rule, field.name) for field in fields(rule)}


def shown(value: Any) -> str:
    """Write what was given for an error message, cut short: a YAML file can nest endlessly."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 80
    return short.repr(value)


def _refuse_contradictions(rule: FaultRule) -> None:
    if rule.kind == "code" and rule.code is None:
        raise ParameterError("fault of kind code without code; give Binance's, e.g. -1007")
    if rule.kind == "5xx" and rule.status is not None and rule.status < 500:
        raise ParameterError(f"status of a 5xx fault is {rule.status}; it has to be within 500 and 599")
    if rule.kind in STREAM_KINDS and rule.accepted:
        raise ParameterError(f"a fault of kind {rule.kind} cannot be accepted; leave the field out")


def _is_whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_duration(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST_SECONDS


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT


def _is_endpoint(value: Any) -> bool:
    method, space, path = value.partition(" ") if isinstance(value, str) else ("", "", "")
    return bool(space and path) and " " not in path and method in _METHODS and len(value) <= _LONGEST_TEXT


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_MOST_SECONDS = 30 * 24 * 60 * 60
_MOST_TIMES = 10**9
_LONGEST_TEXT = 500
_DURATION = f"a number of seconds from 0 to {_MOST_SECONDS}"
_FLAG = "true or false"

# What each field may be, and how that is said.
_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "kind": (
        lambda value: isinstance(value, str) and value in REQUEST_KINDS + STREAM_KINDS,
        f"one of {', '.join(REQUEST_KINDS + STREAM_KINDS)}, as text",
    ),
    "endpoint": (
        _is_endpoint,
        f"a method ({', '.join(_METHODS)}), a space and a path with wildcards, such as GET /api/v3/klines",
    ),
    "count": (_is_whole(1, _MOST_TIMES), "a whole number >= 1, or null for no bound"),
    "seconds": (_is_duration, _DURATION),
    "skip": (_is_whole(0, _MOST_TIMES), "a whole number >= 0"),
    "accepted": (_is_flag, _FLAG),
    "status": (_is_whole(400, 599), "a whole number from 400 to 599"),
    "retry_after": (_is_whole(0, _MOST_SECONDS), "a whole number of seconds >= 0"),
    "symbol": (_is_text, "a symbol such as BTCUSDT"),
    "delay": (_is_duration, _DURATION),
    "code": (_is_whole(-99999, -1), "a whole number < 0"),
    "msg": (_is_text, f"a text of at most {_LONGEST_TEXT} characters"),
    "html": (_is_flag, _FLAG),
}
