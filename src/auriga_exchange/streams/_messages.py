"""Requests that come through a stream's websocket, and Binance's answers to malformed ones."""

import json
from dataclasses import dataclass
from typing import Any

METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")
_LONGEST_ID = 36
_LARGEST_ID = 2**63


class MessageError(Exception):
    """A request that a stream refuses.

    Parameters
    ----------
    code : int
        0 unknown property, 1 wrong type, 2 invalid request, 3 not JSON.
    message : str
        Binance's wording.
    request_id : int, str or None
        Which request it answers.
    """

    def __init__(self, code: int, message: str, request_id: int | str | None = None) -> None:
        super().__init__(message)
        self.answer = {"error": {"code": code, "msg": message}, "id": request_id}


@dataclass(frozen=True)
class Message:
    """One request.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    params : list
        Names of streams, or a property and its value.
    id : int, str or None
        What the answer carries.
    """

    method: str
    params: list[Any]
    id: int | str | None


def read_message(text: str) -> Message:
    """Read a request.

    Raises
    ------
    MessageError
        If it is not JSON or not of Binance's form.

    Examples
    --------
    >>> read_message('{"method": "SUBSCRIBE", "params": ["btcusdt@kline_1m"], "id": 1}').params
    ['btcusdt@kline_1m']
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f"line {getattr(error, 'lineno', 1)} column {getattr(error, 'colno', 1)}"
        raise MessageError(3, f"Invalid JSON: expected value at {place}") from None
    if not isinstance(content, dict):
        raise MessageError(2, "Invalid request: expected an object")
    request_id = _read_id(content)
    if "method" not in content:
        raise MessageError(2, "Invalid request: missing field `method`", request_id)
    method, params = content["method"], content.get("params", [])
    if method not in METHODS:
        known = ", ".join(f"`{name}`" for name in METHODS)
        raise MessageError(
            2, f"Invalid request: unknown variant `{method}`, expected one of {known}", request_id
        )
    if not isinstance(params, list):
        raise MessageError(2, "Invalid request: params must be an array", request_id)
    return Message(method, params, request_id)


def _read_id(content: dict[str, Any]) -> int | str | None:
    value = content.get("id")
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST_ID <= value < _LARGEST_ID:
        return value
    if isinstance(value, str) and value.isalnum() and len(value) <= _LONGEST_ID:
        return value
    raise MessageError(2, "Invalid request: request ID must be an unsigned integer")


def read_names(message: Message) -> list[str]:
    """Return the stream names of `SUBSCRIBE` or `UNSUBSCRIBE`."""
    names = message.params
    if not names or not all(isinstance(name, str) and name for name in names):
        raise MessageError(2, "Invalid request: params must be a list of stream names", message.id)
    return names


def read_combined(message: Message) -> bool | None:
    """Return the value of the property `combined`; None when it is asked for, not set."""
    setting = message.method == "SET_PROPERTY"
    params = message.params
    if not params or not isinstance(params[0], str):
        raise MessageError(2, "Invalid request: property name must be a string", message.id)
    if params[0] != "combined":
        raise MessageError(0, "Unknown property", message.id)
    if len(params) > 1 + setting:
        raise MessageError(2, "Invalid request: too many parameters", message.id)
    if not setting:
        return None
    if len(params) < 2 or not isinstance(params[1], bool):
        raise MessageError(1, "Invalid value type: expected Boolean", message.id)
    return params[1]
