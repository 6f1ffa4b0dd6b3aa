"""What `exchangeInfo` says about a spot pair: its precision and its filters."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from auriga_exchange.markets._quote_currencies import least_order_value
from auriga_exchange.wire import decimal_text

ORDER_TYPES = ("LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
PRECISION = 8
SIGNIFICANT_DIGITS = 6
LEAST_DIGITS = 4
_MOST_NOTIONAL, _MOST_ORDERS = Decimal(9_000_000), 1_800_000  # the second is the first in yen or pesos
FINEST_AMOUNT = 5  # Binance's step of BTC, in whatever currency
MOST_VALUE = 1e6  # an order worth as much is never too many coins


def usual_decimals(price: float) -> int:
    """Decimals of a price that say nothing about themselves: six significant digits, at least 2, at most 8.

    Examples
    --------
    >>> usual_decimals(61234.5), usual_decimals(0.2), usual_decimals(1e-7)
    (2, 6, 8)
    """
    return min(max(_decimals(price, SIGNIFICANT_DIGITS), 2), PRECISION)


def _decimals(price: float, digits: int) -> int:
    """Decimals that a number of significant digits needs."""
    return digits - 1 - math.floor(math.log10(price))


@dataclass(frozen=True)
class SpotSymbol:
    """One spot pair with a tick and a step size that suit the magnitude of its price.

    Parameters
    ----------
    base, quote : str
        Currencies, such as `BTC` and `USDT`.
    price : float
        A typical price in quote currency, > 0.
    recorded_decimals : int or None
        Decimals that all recorded prices have in common; None for prices that are no whole ticks.
    highest : float or None
        Highest price of the pair, whose least order the amounts must allow; None: `price`.

    Examples
    --------
    >>> bitcoin = SpotSymbol("BTC", "USDT", 61234.5)
    >>> bitcoin.symbol, bitcoin.tick_size, bitcoin.step_size
    ('BTCUSDT', Decimal('0.01'), Decimal('0.00001'))
    >>> SpotSymbol("DOGE", "USDT", 0.2).tick_size
    Decimal('0.000001')
    >>> pepe = SpotSymbol("PEPE", "USDT", 0.00001, recorded_decimals=8)
    >>> pepe.tick_size, pepe.step_size, SpotSymbol("ETH", "BTC", 0.03).step_size
    (Decimal('1E-8'), Decimal('1'), Decimal('0.0001'))
    """

    base: str
    quote: str
    price: float
    recorded_decimals: int | None = None
    highest: float | None = None

    @property
    def symbol(self) -> str:
        """Binance's name of the pair."""
        return self.base + self.quote

    @property
    def pair(self) -> str:
        """Freqtrade's name of the pair."""
        return f"{self.base}/{self.quote}"

    @cached_property
    def price_decimals(self) -> int:
        """Decimals of a price, at most 8: those of the recorded prices, or `usual_decimals`."""
        if self.recorded_decimals is None:
            return usual_decimals(self.price)
        return min(max(self.recorded_decimals, _decimals(self.price, LEAST_DIGITS), 0), PRECISION)

    @cached_property
    def amount_decimals(self) -> int:
        """Decimals of an amount, at most 5: one step is worth a fifth of the least order or less."""
        steps_per_price = 5 * (self.highest or self.price) / float(self.least_value)
        return min(max(math.floor(math.log10(steps_per_price)) + 1, 0), FINEST_AMOUNT)

    @property
    def least_value(self) -> Decimal:
        """Least value of an order in quote currency."""
        return least_order_value(self.quote)

    @cached_property
    def tick_size(self) -> Decimal:
        """Smallest step of a price."""
        return Decimal(1).scaleb(-self.price_decimals)

    @cached_property
    def step_size(self) -> Decimal:
        """Smallest step of an amount."""
        return Decimal(1).scaleb(-self.amount_decimals)

    def exchange_info(self) -> dict[str, Any]:
        """Return the pair's entry in the `symbols` list of `exchangeInfo`."""
        return {
            "symbol": self.symbol,
            "status": "TRADING",
            "baseAsset": self.base,
            "baseAssetPrecision": PRECISION,
            "quoteAsset": self.quote,
            "quotePrecision": PRECISION,
            "quoteAssetPrecision": PRECISION,
            "baseCommissionPrecision": PRECISION,
            "quoteCommissionPrecision": PRECISION,
            "orderTypes": list(ORDER_TYPES),
            "icebergAllowed": False,
            "ocoAllowed": False,
            "otoAllowed": False,
            "quoteOrderQtyMarketAllowed": True,
            "allowTrailingStop": False,
            "cancelReplaceAllowed": False,
            "amendAllowed": False,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "filters": self._filters(),
            "permissions": ["SPOT"],
            "permissionSets": [["SPOT"]],
            "defaultSelfTradePreventionMode": "NONE",
            "allowedSelfTradePreventionModes": ["NONE"],
        }

    def _filters(self) -> list[dict[str, Any]]:
        return [
            *self._steps(most=9 * self._magnitude(MOST_VALUE / self.price, least=8)),
            {
                "filterType": "NOTIONAL",
                "minNotional": decimal_text(self.least_value),
                "applyMinToMarket": True,
                "maxNotional": decimal_text(max(_MOST_NOTIONAL, _MOST_ORDERS * self.least_value)),
                "applyMaxToMarket": False,
                "avgPriceMins": 5,
            },
        ]

    @staticmethod
    def _magnitude(value: float, *, least: int) -> Decimal:
        """Power of ten that is no less than a value, and no less than ten to the power of `least`."""
        return Decimal(10) ** max(math.ceil(math.log10(value)), least)

    def _steps(self, most: Decimal) -> list[dict[str, Any]]:
        """Filters of prices and amounts, with the largest amount of an order."""
        tick, step = decimal_text(self.tick_size), decimal_text(self.step_size)
        amounts = {"minQty": step, "maxQty": decimal_text(most), "stepSize": step}
        highest = self._magnitude(100 * (self.highest or self.price), least=7)
        return [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": tick,
                "maxPrice": decimal_text(highest),
                "tickSize": tick,
            },
            {"filterType": "LOT_SIZE", **amounts},
            {"filterType": "MARKET_LOT_SIZE", **amounts},
        ]
