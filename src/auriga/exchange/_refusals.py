"""Binance's error answers."""

from enum import Enum


class Refusal(Enum):
    """Error codes of the REST interface, each with Binance's wording."""

    ILLEGAL_CHARACTERS = (-1100, "Illegal characters found in parameter '{0}'; legal range is '{1}'.")
    MISSING_PARAMETER = (-1102, "Mandatory parameter '{0}' was not sent, was empty/null, or malformed.")
    INVALID_INTERVAL = (-1120, "Invalid interval.")
    INVALID_SYMBOL = (-1121, "Invalid symbol.")

    @property
    def code(self) -> int:
        """The negative number clients look at."""
        return self.value[0]

    def message(self, *details: str) -> str:
        """Return the text that goes with the code."""
        return self.value[1].format(*details)


class RequestError(Exception):
    """A request that Binance refuses with HTTP 400.

    Examples
    --------
    >>> RequestError(Refusal.INVALID_SYMBOL).body
    {'code': -1121, 'msg': 'Invalid symbol.'}
    """

    def __init__(self, refusal: Refusal, *details: str) -> None:
        self.body = {"code": refusal.code, "msg": refusal.message(*details)}
        super().__init__(self.body["msg"])
