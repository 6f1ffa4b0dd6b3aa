"""What one address of the REST interface is given."""

from dataclasses import dataclass
from typing import TypeAlias

from auriga_exchange.gate import Endpoint, Parameters
from auriga_exchange.venue import Venue


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

    venue: Venue
    parameters: Parameters
    now: int


RestEndpoint: TypeAlias = Endpoint[Call]
"""One method and path of the REST interface, with the function that answers it."""
