"""What `exchangeInfo` says about a perpetual contract."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from auriga_exchange.markets._quote_currencies import least_contract_value
from auriga_exchange.markets._symbols import FINEST_AMOUNT, MOST_VALUE, PRECISION, SpotSymbol

FUTURES_ORDER_TYPES = (
    "LIMIT",
    "MARKET",
    "STOP",
    "STOP_MARKET",
    "TAKE_PROFIT",
    "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
)
TIMES_IN_FORCE = ("GTC", "IOC", "FOK", "GTX", "GTD")
LIQUIDATION_FEE_FRAC = Decimal("0.01")
PERPETUAL_DELIVERY = 4_133_404_800_000  # Binance's date for contracts that never end, in 2100


@dataclass(frozen=True)
class FuturesSymbol(SpotSymbol):
    """One USDT-M perpetual contract; its margin currency is its quote currency.

    Examples
    --------
    >>> bitcoin = FuturesSymbol("BTC", "USDT", 61234.5)
    >>> bitcoin.symbol, bitcoin.pair, bitcoin.step_size
    ('BTCUSDT', 'BTC/USDT:USDT', Decimal('0.0001'))
    """

    @property
    def pair(self) -> str:
        """Freqtrade's name of the pair."""
        return f"{super().pair}:{self.quote}"

    @cached_property
    def amount_decimals(self) -> int:
        """Decimals of an amount: one step is worth twice the least order or less, ten times a spot step."""
        steps_per_price = (self.highest or self.price) / float(self.least_value) / 2
        return min(max(math.floor(math.log10(steps_per_price)) + 1, 0), FINEST_AMOUNT - 1)

    @property
    def least_value(self) -> Decimal:
        """Least value of an order in quote currency."""
        return least_contract_value(self.quote)

    @property
    def most_amount(self) -> Decimal:
        """Largest amount of an order."""
        return self._magnitude(MOST_VALUE / self.price, least=8)

    def exchange_info(self, onboard_date: int = 0) -> dict[str, Any]:
        """Return the contract's entry in `symbols` of `exchangeInfo`; `onboard_date` in ms."""
        return {
            "symbol": self.symbol,
            "pair": self.symbol,
            "contractType": "PERPETUAL",
            "deliveryDate": PERPETUAL_DELIVERY,
            "onboardDate": onboard_date,
            "status": "TRADING",
            "maintMarginPercent": "2.5000",
            "requiredMarginPercent": "5.0000",
            "baseAsset": self.base,
            "quoteAsset": self.quote,
            "marginAsset": self.quote,
            "pricePrecision": self.price_decimals,
            "quantityPrecision": self.amount_decimals,
            "baseAssetPrecision": PRECISION,
            "quotePrecision": PRECISION,
            "underlyingType": "COIN",
            "underlyingSubType": [],
            "triggerProtect": "0.0500",
            "liquidationFee": f"{LIQUIDATION_FEE_FRAC:.6f}",
            "marketTakeBound": "0.05",
            "maxMoveOrderLimit": 10000,
            "filters": self._filters(),
            "orderTypes": list(FUTURES_ORDER_TYPES),
            "timeInForce": list(TIMES_IN_FORCE),
            "permissionSets": [],
        }

    def _filters(self) -> list[dict[str, Any]]:
        return [
            *self._steps(most=self.most_amount),
            {"filterType": "MAX_NUM_ORDERS", "limit": 200},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 100},
            {"filterType": "MIN_NOTIONAL", "notional": str(self.least_value)},
            {
                "filterType": "PERCENT_PRICE",
                "multiplierUp": "1.0500",
                "multiplierDown": "0.9500",
                "multiplierDecimal": "4",
            },
        ]
