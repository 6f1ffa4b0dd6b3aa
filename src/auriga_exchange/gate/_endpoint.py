"""What one address demands of a request before it is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeAlias, TypeVar

Parameters: TypeAlias = Mapping[str, str]
CallT = TypeVar("CallT")


class Security(Enum):
    """Who may call an address, in the words of Binance's documentation."""

    NONE = "none"
    KEY = "key"
    SIGNED = "signed"


@dataclass(frozen=True, kw_only=True)
class Endpoint(Generic[CallT]):
    """One method and path, with the function that answers it.

    Parameters
    ----------
    method : str
        `GET`, `POST`, `PUT` or `DELETE`.
    path : str
        Absolute, such as `/api/v3/order`.
    answer : callable of a call
        Returns what is sent as JSON; raises `RequestError` to refuse.
    weight : int or callable of the parameters
        What the request costs of the minute's request weight.
    security : Security
        Whether an API key and a signature are needed.
    places_order : bool
        Whether it counts against the order limits.
    """

    method: str
    path: str
    answer: Callable[[CallT], Any]
    weight: int | Callable[[Parameters], int] = 1
    security: Security = Security.NONE
    places_order: bool = field(default=False)

    def cost(self, parameters: Parameters) -> int:
        """Request weight of one call."""
        return self.weight if isinstance(self.weight, int) else self.weight(parameters)
