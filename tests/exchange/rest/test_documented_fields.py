"""Every field that Binance documents is in the answer of the address."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.documented_fields import DOCUMENTED
from tests.support.keyed_exchange import KEY, NOON, SECRET, make_venue

from auriga_exchange import create_app
from auriga_exchange.gate import sign

SYMBOL = {"symbol": "BTCUSDT"}
_SPOT = {**SYMBOL, "side": "BUY", "quantity": "0.1", "newOrderRespType": "FULL"}
_FUTURES = {**SYMBOL, "side": "BUY", "quantity": "0.1", "newOrderRespType": "RESULT"}
_FAR = {"type": "LIMIT", "timeInForce": "GTC", "price": "95"}
_STOP = {**SYMBOL, "side": "SELL", "algoType": "CONDITIONAL", "type": "STOP_MARKET", "quantity": "0.1"}
# What each address is asked for, where that is more than a symbol.
PARAMETERS: dict[str, dict[str, Any]] = {
    "POST /api/v3/order": {**_SPOT, "type": "MARKET"},
    "POST /fapi/v1/order": {**_FUTURES, "type": "MARKET"},
    "POST /fapi/v1/algoOrder": {**_STOP, "triggerPrice": "90"},
    "POST /fapi/v1/leverage": {**SYMBOL, "leverage": 5},
    "POST /fapi/v1/marginType": {"symbol": "ETHUSDT", "marginType": "ISOLATED"},
    "GET /fapi/v1/positionSide/dual": {},
    "GET /fapi/v1/multiAssetsMargin": {},
    "GET /api/v3/account": {},
    "GET /fapi/v3/account": {},
    "GET /fapi/v1/income": {},
}


class Account:
    """A signed client in front of an exchange without a network."""

    def __init__(self, make_client: Callable[..., Any]) -> None:
        self.client = make_client(create_app(make_venue()))

    def ask(self, address: str, **fields: Any) -> Any:
        method, path = address.split(" ")
        query = urlencode({"timestamp": NOON, **fields})
        url = f"{path}?{query}&signature={sign(SECRET, query.encode())}"
        answer = self.client.request(method, url, headers={"X-MBX-APIKEY": KEY})
        assert answer.status_code == 200, (address, answer.text)
        return answer.json()


@pytest.fixture(scope="module")
def account(make_client: Callable[..., Any]) -> Account:
    """One market order and one that waits on each market, and a stop."""
    account = Account(make_client)
    for market, order in (("/api/v3/order", _SPOT), ("/fapi/v1/order", _FUTURES)):
        account.ask(f"POST {market}", **order, type="MARKET")
        account.ask(f"POST {market}", **order, **_FAR)
    account.ask("POST /fapi/v1/algoOrder", **_STOP, triggerPrice="93")
    return account


def _newest(account: Account, market: str, **order: Any) -> dict[str, Any]:
    placed = account.ask(f"POST {market}", **order, **_FAR)
    return {**SYMBOL, "orderId": placed["orderId"]}


def _parameters(account: Account, address: str) -> dict[str, Any]:
    if address in PARAMETERS:
        return PARAMETERS[address]
    if address.endswith("/fapi/v1/algoOrder"):
        placed = account.ask("POST /fapi/v1/algoOrder", **_STOP, triggerPrice="91")
        return {"algoId": placed["algoId"]}
    if address.endswith("/api/v3/order"):
        return _newest(account, "/api/v3/order", **_SPOT)
    if address.endswith("/fapi/v1/order"):
        return _newest(account, "/fapi/v1/order", **_FUTURES)
    return SYMBOL


@pytest.mark.parametrize("entry", DOCUMENTED)
def test_every_documented_field_is_there(account: Account, entry: str) -> None:
    method, path, *inner = entry.split(" ")
    answer = account.ask(f"{method} {path}", **_parameters(account, f"{method} {path}"))
    if isinstance(answer, list) and inner:
        answer = answer[0]
    for name in inner:
        answer = answer[name]
    rows = answer if isinstance(answer, list) else [answer]
    assert rows, f"{entry} is empty"
    for row in rows:
        missing = DOCUMENTED[entry] - set(row)
        assert not missing, f"{entry} lacks {sorted(missing)}"
