"""The names and numbers by which clients refer to orders."""

import re
from collections.abc import Mapping

from auriga_exchange.wire import Refusal, RequestError, read_integer

_NAME_RANGE = r"^[\.A-Z\:/a-z0-9_-]{1,36}$"
_NAME = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}", re.ASCII)


def read_order_name(query: Mapping[str, str], name: str) -> str | None:
    """Return an optional client's name of an order; refused with -1100 when malformed."""
    value = query.get(name)
    if value and not _NAME.fullmatch(value):
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, name, _NAME_RANGE)
    return value or None


def read_order_reference(query: Mapping[str, str], *names: str) -> tuple[int | None, str | None]:
    """Return number and name that say which order is meant; one of them is mandatory.

    Parameters
    ----------
    query : mapping
        Parameters of the request.
    names : str
        Parameters of number and name, such as `orderId` and `origClientOrderId`.
    """
    number, name = read_integer(query, names[0]), read_order_name(query, names[1])
    if number is None and name is None:
        raise RequestError(Refusal.MISSING_PARAMETER, names[1])
    return number, name
