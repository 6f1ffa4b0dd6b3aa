"""What the least order of a pair is worth, by the currency it is priced in."""

from decimal import Decimal

_A_FEW_DOLLARS = Decimal(5)

# `minNotional` of Binance's filter NOTIONAL (spot, `/api/v3/exchangeInfo`). 5 USDT and 0.0001 BTC were looked
# up in public samples; the others are of the right size but were not, as no network is at hand. Binance
# changes them now and then, and single pairs differ. Currencies worth about a dollar ask for 5.
_LEAST_VALUES = {
    "BTC": Decimal("0.0001"),
    "ETH": Decimal("0.001"),
    "BNB": Decimal("0.01"),
    "SOL": Decimal("0.01"),
    "XRP": Decimal(10),
    "TRX": Decimal(10),
    "DOGE": Decimal(10),
    "TRY": Decimal(10),
    "BRL": Decimal(10),
    "PLN": Decimal(10),
    "RON": Decimal(10),
    "ZAR": Decimal(50),
    "MXN": Decimal(50),
    "UAH": Decimal(100),
    "RUB": Decimal(100),
    "CZK": Decimal(100),
    "JPY": Decimal(100),
    "NGN": Decimal(500),
    "ARS": Decimal(1000),
    "COP": Decimal(10_000),
    "IDR": Decimal(20_000),
    "IDRT": Decimal(20_000),
    "BIDR": Decimal(20_000),
}
# `MIN_NOTIONAL` of USDT-M contracts: 5 for nearly all; contracts priced in BTC ask for 0.001.
_LEAST_CONTRACT_VALUES = {"BTC": Decimal("0.001"), "ETH": Decimal("0.01"), "BNB": Decimal("0.01")}


def least_order_value(quote: str) -> Decimal:
    """Least value of a spot order in its quote currency; 5 for dollars, euros and what is worth about one.

    Examples
    --------
    >>> [str(least_order_value(quote)) for quote in ("USDT", "EUR", "BTC", "JPY")]
    ['5', '5', '0.0001', '100']
    """
    return _LEAST_VALUES.get(quote, _A_FEW_DOLLARS)


def least_contract_value(quote: str) -> Decimal:
    """Least value of an order of a perpetual contract in its quote currency.

    Examples
    --------
    >>> [str(least_contract_value(quote)) for quote in ("USDT", "BTC", "TRY")]
    ['5', '0.001', '10']
    """
    return _LEAST_CONTRACT_VALUES.get(quote, _LEAST_VALUES.get(quote, _A_FEW_DOLLARS))
