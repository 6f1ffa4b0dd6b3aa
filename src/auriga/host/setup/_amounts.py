"""Amounts and prices in words, with digits enough for every currency and coin."""

import math

_LEAST, _MOST = 2, 8


def money(value: float, currency: str = "", *, sign: bool = False, least: int = _LEAST) -> str:
    """Return an amount with at least `least` decimals, and four digits that count: 0.0123 BTC is not 0.01.

    Eight decimals at most, as exchanges have them.

    Examples
    --------
    >>> money(1234.5, "USDT"), money(0.0123456, "BTC"), money(-0.00004321, "BTC", sign=True)
    ('1,234.50 USDT', '0.01235 BTC', '-0.00004321 BTC')
    >>> money(98765.4, "EUR", least=0)
    '98,765 EUR'
    """
    size = abs(value)
    decimals = least if not size or not math.isfinite(size) else 3 - math.floor(math.log10(size))
    text = f"{value:{'+' if sign else ''},.{min(max(decimals, least), _MOST)}f}"
    bare = text.lstrip("+-")
    text = text if bare.strip("0.,") else bare  # no sign before a zero
    return f"{text} {currency}".strip()


def price(value: float) -> str:
    """Return a price with every digit that exchanges have, and no more: never in powers of ten.

    Examples
    --------
    >>> price(104123.45), price(0.00001234), price(1e-8), price(2.0)
    ('104123.45', '0.00001234', '0.00000001', '2')
    """
    if not value or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(_MOST, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:.{decimals}f}" if abs(value) < 1 else f"{value:.{_MOST}f}"
    return text.rstrip("0").rstrip(".")
