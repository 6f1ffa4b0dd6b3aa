"""Binance's error answers."""

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Refusal(Enum):
    """Error codes of the REST interface, each with Binance's wording; `{0}` is filled in."""

    UNKNOWN = (-1000, "An unknown error occurred while processing the request.")
    DISCONNECTED = (-1001, "Internal error; unable to process your request. Please try again.")
    TOO_MANY_REQUESTS = (-1003, "Too many requests; current limit is {0}.")
    TOO_MUCH_WEIGHT = (
        -1003,
        "Too much request weight used; current limit is {0} request weight per 1 MINUTE. "
        "Please use WebSocket Streams for live updates to avoid polling the API.",
    )
    IP_BANNED = (
        -1003,
        "Way too much request weight used; IP banned until {0}. "
        "Please use WebSocket Streams for live updates to avoid bans.",
    )
    UNEXPECTED_RESPONSE = (
        -1006,
        "An unexpected response was received from the message bus. Execution status unknown.",
    )
    TIMEOUT = (-1007, "Timeout waiting for response from backend server. Send status unknown.")
    INVALID_MESSAGE = (-1013, "{0}")
    TOO_MANY_ORDERS = (-1015, "Too many new orders; current limit is {0}.")
    INVALID_TIMESTAMP = (-1021, "{0}")
    INVALID_SIGNATURE = (-1022, "Signature for this request is not valid.")
    ILLEGAL_CHARACTERS = (-1100, "Illegal characters found in parameter '{0}'; legal range is '{1}'.")
    MISSING_PARAMETER = (-1102, "Mandatory parameter '{0}' was not sent, was empty/null, or malformed.")
    UNREADABLE_PARAMETER = (-1105, "Parameter '{0}' was empty.")
    UNWANTED_PARAMETER = (-1106, "Parameter '{0}' sent when not required.")
    BAD_PRECISION = (-1111, "Parameter '{0}' has too much precision.")
    INVALID_TIME_IN_FORCE = (-1115, "Invalid timeInForce.")
    INVALID_ORDER_TYPE = (-1116, "Invalid orderType.")
    INVALID_SIDE = (-1117, "Invalid side.")
    INVALID_INTERVAL = (-1120, "Invalid interval.")
    INVALID_SYMBOL = (-1121, "Invalid symbol.")
    INVALID_RESPONSE_TYPE = (-1128, "Combination of optional parameters invalid.")
    INVALID_LISTEN_KEY = (-1125, "This listenKey does not exist.")
    WINDOW_TOO_LONG = (-1131, "'recvWindow' must be less than 60000.")
    ORDER_REJECTED = (-2010, "{0}")
    CANCEL_REJECTED = (-2011, "{0}")
    NO_SUCH_ORDER = (-2013, "Order does not exist.")
    BAD_KEY_FORMAT = (-2014, "API-key format invalid.")
    REJECTED_KEY = (-2015, "Invalid API-key, IP, or permissions for action.")
    INSUFFICIENT_MARGIN = (-2019, "Margin is insufficient.")
    WOULD_TRIGGER = (-2021, "Order would immediately trigger.")
    REDUCE_ONLY_REJECTED = (-2022, "ReduceOnly Order is rejected.")
    REPLACE_PARTLY_FAILED = (-2021, "Order cancel-replace partially failed.")
    REPLACE_FAILED = (-2022, "Order cancel-replace failed.")
    POSITION_TOO_LARGE = (-2027, "Exceeded the maximum allowable position at current leverage.")
    QUANTITY_TOO_SMALL = (-4004, "Quantity less than min quantity.")
    QUANTITY_TOO_LARGE = (-4005, "Quantity greater than max quantity.")
    OFF_TICK = (-4014, "Price not increased by tick size.")
    PRICE_TOO_HIGH = (-4016, "Limit price can't be higher than {0}.")
    PRICE_TOO_LOW = (-4024, "Limit price can't be lower than {0}.")
    INVALID_LEVERAGE = (-4028, "Leverage {0} is not valid")
    NO_NEED_TO_CHANGE_MARGIN = (-4046, "No need to change margin type.")
    MARGIN_TYPE_WITH_ORDERS = (-4047, "Margin type cannot be changed if there exists open orders.")
    MARGIN_TYPE_WITH_POSITION = (-4048, "Margin type cannot be changed if there exists position.")
    NO_ISOLATED_POSITION = (-4054, "Cannot add position margin: position is 0.")
    NO_NEED_TO_CHANGE_SIDES = (-4059, "No need to change position side.")
    HEDGE_MODE_SIDE = (-4061, "Order's position side does not match user's setting.")
    SYMBOL_NOT_TRADING = (
        -4108,
        "Symbol is on delivering or delivered or settling or closed or pre-trading.",
    )
    DUPLICATED_CLIENT_ID = (-4116, "ClientOrderId is duplicated.")
    USE_ALGO_ORDER = (
        -4120,
        "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
    )
    LEVERAGE_REDUCTION = (
        -4161,
        "Leverage reduction is not supported in Isolated Margin Mode with open positions.",
    )
    NOTIONAL_TOO_SMALL = (
        -4164,
        "Order's notional must be no smaller than {0} (unless you choose reduce only).",
    )
    NO_NEED_TO_CHANGE_ASSETS = (
        -4171,
        "Adjusted asset mode is currently set and does not need to be adjusted repeatedly.",
    )
    POST_ONLY_REJECTED = (
        -5022,
        "Due to the order could not be executed as maker, the Post Only order will be rejected.",
    )

    @property
    def code(self) -> int:
        """The negative number clients look at."""
        return self.value[0]

    def message(self, *details: str) -> str:
        """Return the text that goes with the code."""
        return self.value[1].format(*details)


class RequestError(Exception):
    """A request that Binance refuses.

    Parameters
    ----------
    refusal : Refusal
        Which error.
    details : str
        What its wording leaves open.
    status : int
        HTTP status; almost always 400.

    Examples
    --------
    >>> RequestError(Refusal.INVALID_SYMBOL).body
    {'code': -1121, 'msg': 'Invalid symbol.'}
    """

    def __init__(
        self,
        refusal: Refusal,
        *details: str,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.refusal = refusal
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {"code": refusal.code, "msg": refusal.message(*details)}
        super().__init__(self.body["msg"])
