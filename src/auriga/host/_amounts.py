"""Money and prices as people read them: enough digits for a coin of 1e-8 and for one of 1e5."""

import math
from decimal import Decimal

_DIGITS = 10
"""Significant digits of a price; exchanges quote fewer, and floating point is sure of more."""


def price_text(price: float) -> str:
    """Return a price without exponent and without digits that are none of its own.

    Examples
    --------
    >>> price_text(96558.21), price_text(1.234e-05), price_text(100000.0)
    ('96558.21', '0.00001234', '100000')
    """
    return format(Decimal(f"{price:.{_DIGITS}g}"), "f") if math.isfinite(price) else "unknown"


def amount_text(amount: float, currency: str = "", *, sign: bool = False) -> str:
    """Return money with two decimals, or three significant digits where those would say nothing.

    Examples
    --------
    >>> amount_text(-1234.5, "USDT"), amount_text(0.00001234, "BTC", sign=True), amount_text(-0.0)
    ('-1,234.50 USDT', '+0.0000123 BTC', '0.00')
    """
    size = abs(amount)
    decimals = 2 if size >= 0.1 or not size else min(2 - math.floor(math.log10(size)), 14)
    text = f"{amount or 0.0:{'+' if sign and amount else ''},.{decimals}f}"
    return f"{text} {currency}" if currency else text
