"""What `exchangeInfo` says about a spot pair: its precision and its filters."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from auriga.exchange._numbers import decimal_text

ORDER_TYPES = ("LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
PRECISION = 8
SIGNIFICANT_DIGITS = 6


@dataclass(frozen=True)
class SpotSymbol:
    """One spot pair with a tick and a step size that suit the magnitude of its price.

    Parameters
    ----------
    base, quote : str
        Currencies, such as `BTC` and `USDT`.
    price : float
        A typical price in quote currency, > 0.

    Examples
    --------
    >>> bitcoin = SpotSymbol("BTC", "USDT", 61234.5)
    >>> bitcoin.symbol, bitcoin.tick_size, bitcoin.step_size
    ('BTCUSDT', Decimal('0.01'), Decimal('0.00001'))
    >>> SpotSymbol("DOGE", "USDT", 0.2).tick_size
    Decimal('0.000001')
    """

    base: str
    quote: str
    price: float

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
        """Decimals of a price: six significant digits, at least 2 and at most 8."""
        return min(max(SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(self.price)), 2), PRECISION)

    @cached_property
    def amount_decimals(self) -> int:
        """Decimals of an amount: one step is worth about one unit of the quote currency or less."""
        return min(max(math.floor(math.log10(self.price)) + 1, 0), PRECISION)

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
            *self._steps(most="900000000.00000000"),
            {
                "filterType": "NOTIONAL",
                "minNotional": "5.00000000",
                "applyMinToMarket": True,
                "maxNotional": "9000000.00000000",
                "applyMaxToMarket": False,
                "avgPriceMins": 5,
            },
        ]

    def _steps(self, most: str) -> list[dict[str, Any]]:
        """Filters of prices and amounts, with the largest amount of an order."""
        tick, step = decimal_text(self.tick_size), decimal_text(self.step_size)
        amounts = {"minQty": step, "maxQty": most, "stepSize": step}
        return [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": tick,
                "maxPrice": "10000000.00000000",
                "tickSize": tick,
            },
            {"filterType": "LOT_SIZE", **amounts},
            {"filterType": "MARKET_LOT_SIZE", **amounts},
        ]
