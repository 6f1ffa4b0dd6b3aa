"""What one address of the REST interface demands, and what it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from auriga.exchange._venue import Venue

Parameters: TypeAlias = Mapping[str, str]


class Security(Enum):
    """Who may call an address, in the words of Binance's documentation."""

    NONE = "none"
    KEY = "key"
    SIGNED = "signed"


@dataclass(frozen=True)
class Call:
    """One request, past signature and limits.

    Parameters
    ----------
    venue : Venue
        What is called.
    parameters : mapping of str to str
        Query string and form body together, without `signature`.
    now : int
        The venue's clock in ms when the request came.
    """

    venue: "Venue"
    parameters: Parameters
    now: int


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One method and path, with the function that answers it.

    Parameters
    ----------
    method : str
        `GET`, `POST`, `PUT` or `DELETE`.
    path : str
        Absolute, such as `/api/v3/order`.
    answer : callable of a Call
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
    answer: Callable[[Call], Any]
    weight: int | Callable[[Parameters], int] = 1
    security: Security = Security.NONE
    places_order: bool = field(default=False)

    def cost(self, parameters: Parameters) -> int:
        """Request weight of one call."""
        return self.weight if isinstance(self.weight, int) else self.weight(parameters)
