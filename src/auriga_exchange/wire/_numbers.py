"""Numbers as Binance writes them: text without exponents."""

from decimal import Decimal

import numpy as np


def number_text(value: float) -> str:
    """Write the shortest decimal text that reads back as exactly the same float.

    Examples
    --------
    >>> number_text(42283.58), number_text(1.3e-07)
    ('42283.58', '0.00000013')
    """
    text = repr(value)
    return np.format_float_positional(value, trim="-") if "e" in text else text


def decimal_text(value: Decimal) -> str:
    """Write a decimal with the eight places Binance uses.

    Examples
    --------
    >>> decimal_text(Decimal("0.01"))
    '0.01000000'
    """
    return f"{value:.8f}"
