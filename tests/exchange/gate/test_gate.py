"""Keys, signatures, timestamps and limits: what passes, and every way not to."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.keyed_exchange import KEY, NOON, SECRET, make_venue

from auriga.errors import ParameterError
from auriga_exchange import ApiKeys, create_app
from auriga_exchange.gate import FUTURES_LIMITS, SPOT_LIMITS, sign
from auriga_exchange.gate._bans import Conduct

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.1"}
HEADER = {"X-MBX-APIKEY": KEY}


class Account:
    """An exchange whose clock stands still until it is moved."""

    def __init__(self, make_client: Callable[..., Any], **options: Any) -> None:
        self.now = NOON
        self.venue = make_venue(lambda: self.now, **options)
        self.client = make_client(create_app(self.venue))

    def send(self, method: str, path: str, *, query: str = "", body: str = "", key: str = KEY) -> Any:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if key:
            headers["X-MBX-APIKEY"] = key
        url = f"/api/v3/{path}" + (f"?{query}" if query else "")
        return self.client.request(method, url, content=body, headers=headers)

    def signed(self, secret: str = SECRET, **fields: Any) -> str:
        text = urlencode({"timestamp": self.now, **fields})
        return f"{text}&signature={sign(secret, text.encode())}"

    def order(self, **fields: Any) -> Any:
        return self.send("POST", "order", body=self.signed(**ORDER, **fields))

    def depth(self) -> Any:
        return self.client.get("/api/v3/depth", params={"symbol": "BTCUSDT", "limit": 5000})


@pytest.fixture
def account(make_client: Callable[..., Any]) -> Iterator[Account]:
    yield Account(make_client)


def code(answer: Any) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def test_signature_is_the_one_of_binances_documentation() -> None:
    secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    text = (
        b"symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
        b"&timestamp=1499827319559"
    )
    assert sign(secret, text) == "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"


def test_query_body_and_both_can_be_signed(account: Account) -> None:
    assert account.order().status_code == 200
    assert account.send("POST", "order", query=account.signed(**ORDER)).status_code == 200
    query, body = urlencode({"symbol": "BTCUSDT", "side": "BUY"}), "type=MARKET&quantity=0.1"
    body += f"&timestamp={account.now}"
    signature = sign(SECRET, (query + body).encode())
    answer = account.send("POST", "order", query=query, body=f"{body}&signature={signature.upper()}")
    assert answer.status_code == 200
    assert len(account.venue.spot.orders()) == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text.replace("quantity=0.1", "quantity=0.2"), (400, -1022)),
        (lambda text: text + "&recvWindow=10000", (400, -1022)),
        (lambda text: text.replace("side=BUY", "side=SELL"), (400, -1022)),
        (lambda text: text.partition("&signature")[0], (400, -1102)),
        (lambda text: text.partition("&signature")[0] + "&signature=", (400, -1102)),
        (lambda text: text.partition("&signature")[0] + "&signature=é", (400, -1022)),
        (lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"), (400, -1022)),
        (lambda text: text[:-2], (400, -1022)),
    ],
)
def test_tampering_is_refused_and_nothing_is_placed(
    account: Account, change: Callable[[str], str], expected: tuple[int, int]
) -> None:
    text = account.signed(**ORDER)
    assert code(account.send("POST", "order", body=change(text))) == expected
    assert code(account.send("POST", "order", query=change(text))) == expected
    assert account.venue.spot.orders() == []
    assert account.send("POST", "order", body=text).status_code == 200


def test_query_counts_before_the_body(account: Account) -> None:
    """As Binance says; a body cannot replace what the query string asked for."""
    body = account.signed(**ORDER)
    assert code(account.send("POST", "order", query="quantity=5", body=body)) == (400, -1022)


@pytest.mark.parametrize(
    ("key", "expected"), [("", (401, -2014)), ("Unknown", (401, -2015)), (KEY.lower(), (401, -2015))]
)
def test_foreign_keys_are_refused(account: Account, key: str, expected: tuple[int, int]) -> None:
    assert code(account.send("POST", "order", body=account.signed(**ORDER), key=key)) == expected
    assert account.venue.spot.orders() == []


def test_another_secret_is_refused(account: Account) -> None:
    assert code(account.send("POST", "order", body=account.signed("Other", **ORDER))) == (400, -1022)


def test_without_keys_nothing_signed_passes(make_client: Callable[..., Any]) -> None:
    account = Account(make_client)
    account.venue.gate.keys = None
    assert code(account.order()) == (401, -2015)
    assert account.depth().status_code == 200


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"timestamp": NOON + 999}, None),
        ({"timestamp": NOON + 1000}, "ahead of the server's time"),
        ({"timestamp": NOON - 5000}, None),
        ({"timestamp": NOON - 5001}, "outside of the recvWindow"),
        ({"timestamp": NOON - 9999, "recvWindow": 10000}, None),
        ({"timestamp": NOON - 101, "recvWindow": 100}, "outside of the recvWindow"),
        ({"timestamp": NOON, "recvWindow": "60000.5"}, "must be less than 60000"),
        ({"timestamp": NOON, "recvWindow": "-1"}, "Illegal characters"),
        ({"timestamp": "noon"}, "Illegal characters"),
        ({"timestamp": ""}, "Mandatory parameter 'timestamp'"),
        ({"timestamp": "9" * 20}, "ahead of the server's time"),
    ],
)
def test_timestamps(account: Account, fields: dict[str, Any], expected: str | None) -> None:
    answer = account.send("POST", "order", body=account.signed(**ORDER, **fields))
    assert (answer.status_code == 200) == (expected is None)
    assert expected is None or expected in answer.json()["msg"]


def test_limits_are_told_as_they_are(account: Account) -> None:
    info = account.client.get("/api/v3/exchangeInfo").json()["rateLimits"]
    assert info == [limit.info() for limit in SPOT_LIMITS]
    assert {(limit.header, limit.most) for limit in FUTURES_LIMITS} == {
        ("X-MBX-USED-WEIGHT-1M", 2400),
        ("X-MBX-ORDER-COUNT-1M", 1200),
        ("X-MBX-ORDER-COUNT-10S", 300),
    }


def test_weight_runs_out_and_comes_back_with_the_minute(account: Account) -> None:
    account.now += 15_000
    used = [int(account.depth().headers["X-MBX-USED-WEIGHT-1M"]) for _ in range(24)]
    assert used == list(range(250, 6001, 250))
    refused = account.depth()
    assert code(refused) == (429, -1003) and refused.headers["Retry-After"] == "45"
    assert int(refused.headers["X-MBX-USED-WEIGHT-1M"]) == 6250
    account.now += 45_000
    assert account.depth().status_code == 200


def _knock_until_banned(account: Account) -> int:
    for knocks in range(1, 100):
        answer = account.depth()
        if answer.status_code == 418:
            return knocks
    raise AssertionError("never banned")


def test_knocking_on_leads_to_bans_that_grow(account: Account) -> None:
    lasting = []
    for _ in range(3):
        assert _knock_until_banned(account) == 35  # 24 pass, 10 are told to wait
        banned = account.depth()
        assert code(banned) == (418, -1003) and "IP banned until" in banned.json()["msg"]
        assert account.order().status_code == 418
        seconds = int(banned.headers["Retry-After"])
        lasting.append(seconds)
        account.now += (seconds - 1) * 1000
        assert account.depth().status_code == 418
        account.now += 61_000 - account.now % 60_000
    assert lasting == [120, 240, 480]


def test_bans_end_at_three_days_and_are_forgiven_after_three_more() -> None:
    conduct, now, lasting = Conduct(), 0, []
    for _ in range(13):
        while not conduct.knock(now):
            pass
        lasting.append(conduct.banned_until - now)
        now = conduct.banned_until
    assert lasting == [min(120_000 * 2**ban, 3 * 86_400_000) for ban in range(13)]
    now += 3 * 86_400_000 + 1
    while not conduct.knock(now):
        pass
    assert conduct.banned_until - now == 120_000


def test_without_limits_weight_is_counted_alone(make_client: Callable[..., Any]) -> None:
    account = Account(make_client, limited=False)
    answers = [account.depth() for _ in range(30)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[-1].headers["X-MBX-USED-WEIGHT-1M"] == "7500"


def test_orders_are_limited(account: Account) -> None:
    answers = [account.order() for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert answers[0].headers["X-MBX-ORDER-COUNT-10S"] == "1"
    assert answers[99].headers["X-MBX-ORDER-COUNT-1D"] == "100"
    assert answers[100].json()["code"] == -1015
    assert answers[100].json()["msg"] == "Too many new orders; current limit is 100 orders per 10 SECOND."
    assert answers[100].headers["Retry-After"] == "10"
    assert len(account.venue.spot.orders()) == 100
    account.now += 10_000
    assert account.order().headers["X-MBX-ORDER-COUNT-10S"] == "1"


def test_refused_orders_do_not_count(account: Account) -> None:
    assert account.order(price="1").status_code == 400
    assert account.order().headers["X-MBX-ORDER-COUNT-10S"] == "1"


@pytest.mark.parametrize("pair", [("", "s"), ("k", ""), ("k ey", "s"), ("k", "sé"), ("k" * 300, "s")])
def test_impossible_keys_are_not_shown(pair: tuple[str, str]) -> None:
    with pytest.raises(ParameterError) as caught:
        ApiKeys(dict([pair]))
    assert "sé" not in str(caught.value) and "kkk" not in str(caught.value)


def test_random_keys_are_new_and_hidden() -> None:
    keys, key, secret = ApiKeys.random()
    assert keys.secret(key) == secret and len(key) == len(secret) == 64
    assert key not in repr(keys) and secret not in repr(keys)
    assert ApiKeys.random()[1] != key
