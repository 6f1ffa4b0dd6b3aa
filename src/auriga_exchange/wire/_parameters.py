"""Query parameters of a request, checked as Binance checks them."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from auriga_exchange.wire._refusals import Refusal, RequestError

_INTEGER_RANGE = "^[0-9]{1,20}$"
_LARGEST = 2**63 - 1
_INTEGER = re.compile(r"[0-9]{1,20}", re.ASCII)

_DECIMAL_RANGE = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
_DECIMAL = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)
_MOST_DECIMALS = 8


def read_text(query: Mapping[str, str], name: str) -> str:
    """Return a mandatory parameter; absent or empty is refused with -1102."""
    value = query.get(name, "")
    if not value:
        raise RequestError(Refusal.MISSING_PARAMETER, name)
    return value


def read_integer(query: Mapping[str, str], name: str) -> int | None:
    """Return an optional whole number >= 0; anything else is refused with -1100."""
    value = query.get(name)
    if value is None:
        return None
    if not _INTEGER.fullmatch(value):
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, name, _INTEGER_RANGE)
    return min(int(value), _LARGEST)


def read_decimal(query: Mapping[str, str], name: str) -> Decimal | None:
    """Return an optional decimal number >= 0; refused with -1100, or -1111 beyond eight decimals.

    Examples
    --------
    >>> read_decimal({"price": "0.10"}, "price")
    Decimal('0.10')
    """
    value = query.get(name)
    if value is None:
        return None
    if not _DECIMAL.fullmatch(value):
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, name, _DECIMAL_RANGE)
    if len(value.partition(".")[2].rstrip("0")) > _MOST_DECIMALS:
        raise RequestError(Refusal.BAD_PRECISION, name)
    return Decimal(value)


def read_choice(
    query: Mapping[str, str], name: str, choices: Sequence[str], refusal: Refusal = Refusal.MISSING_PARAMETER
) -> str:
    """Return a mandatory parameter that is one of several words, or else refused as `refusal` says."""
    value = read_text(query, name)
    if value not in choices:
        raise RequestError(refusal, name)
    return value


def read_limit(query: Mapping[str, str], *, default: int, most: int) -> int:
    """Return the parameter `limit`: the default when absent or 0, clipped to `most`.

    Examples
    --------
    >>> read_limit({}, default=500, most=1000), read_limit({"limit": "5000"}, default=500, most=1000)
    (500, 1000)
    """
    return min(read_integer(query, "limit") or default, most)
