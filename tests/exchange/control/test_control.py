"""The control interface: what it changes, and who may not."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.support.keyed_exchange import KEY, SECRET, make_venue

from auriga.errors import ParameterError
from auriga_exchange import FaultPlan, FaultRule, create_app, read_rule

JSON = {"content-type": "application/json"}


@pytest.fixture
def control(make_client: Callable[..., Any]) -> Any:
    return make_client(create_app(make_venue()))


READS = [("GET", "books"), ("GET", "counts"), ("GET", "faults")]
CHANGES = [("POST", "faults"), ("POST", "market"), ("POST", "fills"), ("POST", "balances")]
REMOVES = [("DELETE", "faults"), ("DELETE", "faults/1")]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:8118", ""])
@pytest.mark.parametrize(("method", "path"), READS + CHANGES + REMOVES)
def test_web_pages_are_refused(control: Any, method: str, path: str, origin: str) -> None:
    control.request("POST", "/_control/faults", json={"kind": "429", "endpoint": "* /never"})
    answer = control.request(method, f"/_control/{path}", json={"kind": "429"}, headers={"origin": origin})
    assert answer.status_code == 403 and "web pages" in answer.json()["error"]
    rules = control.get("/_control/faults").json()
    assert [(rule["id"], rule["active"]) for rule in rules] == [(1, True)]


@pytest.mark.parametrize(("method", "path"), READS + CHANGES + REMOVES)
def test_other_hosts_are_refused(control: Any, method: str, path: str) -> None:
    answer = control.request(method, f"/_control/{path}", json={}, headers={"host": "rebound.example"})
    assert answer.status_code == 400 and "error" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"kind": "429"}', "text/plain", 415),
        (b'{"kind": "429"}', "application/x-www-form-urlencoded", 415),
        (b'{"kind": "429"}', "", 415),
        (b"kind=429", "application/json", 400),
        (b"", "application/json", 400),
        (b'["429"]', "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b'{"kind": "' + b"4" * 200_000 + b'"}', "application/json", 413),
        (b"\xff\xfe", "application/json", 400),
    ],
)
@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_only_json_objects_are_read(
    control: Any, method: str, path: str, body: bytes, kind: str, status: int
) -> None:
    answer = control.request(method, f"/_control/{path}", content=body, headers={"content-type": kind})
    assert answer.status_code == status and answer.json()["error"]
    assert control.get("/_control/faults").json() == []


@pytest.mark.parametrize(
    ("path", "given", "said"),
    [
        ("fills", {}, "fill_frac"),
        ("fills", {"fill_frac": "0.4", "release": True}, "either"),
        ("fills", {"fill_frac": 0.4}, "as text"),
        ("fills", {"fill_frac": "1.1"}, "from 0 to 1"),
        ("fills", {"fill_frac": "NaN"}, "from 0 to 1"),
        ("fills", {"fill_frac": "1e999999999"}, "from 0 to 1"),
        ("fills", {"frac": "1"}, "no field"),
        ("balances", {"asset": "USDT", "amount": "-1"}, "from 0"),
        ("balances", {"asset": "EURO", "amount": "1"}, "choose one of BTC, ETH, USDT"),
        ("balances", {"asset": ["BTC"], "amount": "1"}, "choose one of BTC"),
        ("balances", {"market": "futures", "asset": "BTC", "amount": "1"}, "choose one of USDT"),
        ("balances", {"market": "margin", "asset": "USDT", "amount": "1"}, "choose spot or futures"),
        ("balances", {"market": ["spot"], "asset": "USDT", "amount": "1"}, "choose spot or futures"),
        ("market", {"kind": "halt", "self": 1}, "no field"),
        ("faults", {"kind": "420"}, "has to be one of"),
        ("faults", {}, "without kind"),
    ],
)
def test_refusals_name_the_value_and_the_remedy(
    control: Any, path: str, given: dict[str, Any], said: str
) -> None:
    answer = control.request("POST", f"/_control/{path}", json=given)
    assert answer.status_code == 400 and said in answer.json()["error"]


def test_unknown_faults_and_paths(control: Any) -> None:
    assert "no fault 7" in control.request("DELETE", "/_control/faults/7").json()["error"]
    assert control.get("/_control/keys").status_code == 404
    assert control.request("DELETE", "/_control/faults/x").status_code == 404
    assert control.request("PUT", "/_control/faults").status_code == 405


def test_faults_never_reach_the_control_interface(control: Any) -> None:
    control.request("POST", "/_control/faults", json={"kind": "5xx"})
    assert control.get("/api/v3/ping").status_code == 503
    assert control.get("/_control/faults").json()[0]["injected"] == 1
    assert control.request("DELETE", "/_control/faults").status_code == 200
    assert control.get("/api/v3/ping").status_code == 200


def test_counts_do_not_grow_with_invented_paths(control: Any) -> None:
    for number in range(50):
        control.get(f"/api/v3/invented{number}")
    control.get("/api/v3/ping")
    assert control.get("/_control/counts").json() == {
        "requests": {"GET /api/v3/ping": 1, "other": 50},
        "faults": {},
        "orders_placed": 0,
    }


def test_balances_of_both_markets_are_set(control: Any) -> None:
    for market in ("spot", "futures"):
        given = {"market": market, "asset": "USDT", "amount": "7.25"}
        assert control.request("POST", "/_control/balances", json=given).status_code == 200
    books = control.get("/_control/books").json()
    assert {books[market]["balances"]["USDT"]["free"] for market in books} == {"7.25"}


def test_markets_are_disturbed(control: Any) -> None:
    given = {"kind": "halt", "symbol": "BTCUSDT"}
    assert control.request("POST", "/_control/market", json=given).json()["kind"] == "halt"
    symbols = control.get("/api/v3/exchangeInfo").json()["symbols"]
    assert {symbol["symbol"]: symbol["status"] for symbol in symbols} == {
        "BTCUSDT": "BREAK",
        "ETHUSDT": "TRADING",
    }
    refused = control.request("POST", "/_control/market", json={**given, "symbol": "NOPE"})
    assert refused.status_code == 400 and "NOPE" in refused.json()["error"]


def test_books_show_the_account_without_keys(control: Any) -> None:
    answer = control.get("/_control/books")
    assert answer.json()["spot"]["balances"]["USDT"] == {"free": "100000", "locked": "0"}
    assert KEY not in answer.text and SECRET not in answer.text


RULE: dict[str, Any] = {
    "kind": "5xx",
    "endpoint": "POST /api/v3/order",
    "count": 2,
    "seconds": 1.5,
    "skip": 1,
}


def test_rules_are_read_whole() -> None:
    every = {**RULE, "accepted": True, "status": 502, "retry_after": 3, "symbol": "BTCUSDT", "delay": 0.1}
    every |= {"code": -1007, "msg": "No.", "html": True}
    assert read_rule(every) == FaultRule(**every)
    assert read_rule({**RULE, "symbol": None, "status": None}) == FaultRule(**RULE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": 429}, "kind of a fault is 429"),
        ({"kind": ["429"]}, "kind of a fault"),
        ({"kind": "code"}, "without code"),
        ({"endpoint": "/api/v3/order"}, "a method"),
        ({"endpoint": "FETCH /api"}, "FETCH /api"),
        ({"endpoint": 5}, "endpoint of a fault is 5"),
        ({"endpoint": "GET /a b"}, "a method"),
        ({"count": 0}, "count of a fault is 0"),
        ({"count": True}, "whole number >= 1"),
        ({"count": 1.5}, "whole number >= 1"),
        ({"seconds": -1}, "a number of seconds"),
        ({"seconds": float("nan")}, "a number of seconds"),
        ({"seconds": float("inf")}, "a number of seconds"),
        ({"seconds": "5"}, "a number of seconds"),
        ({"skip": -1}, "whole number >= 0"),
        ({"accepted": "yes"}, "true or false"),
        ({"status": 404}, "within 500 and 599"),
        ({"status": 200}, "from 400 to 599"),
        ({"retry_after": 1.5}, "retry_after"),
        ({"symbol": ""}, "symbol such as BTCUSDT"),
        ({"code": 5}, "whole number < 0"),
        ({"msg": "x" * 501}, "500 characters"),
        ({"kind": "ws_drop", "accepted": True, "status": None}, "cannot be accepted"),
        ({"times": 3}, "no field ['times']"),
    ],
)
def test_impossible_rules_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read_rule({**RULE, **change})
    assert said in str(caught.value) and len(str(caught.value)) < 700


def test_the_plan_is_taken_in_order() -> None:
    now = 0
    plan = FaultPlan(lambda: now)
    first = plan.add(FaultRule(kind="429", count=2, skip=1))
    plan.add(FaultRule(kind="5xx", seconds=10))
    plan.add(FaultRule(kind="ws_drop", endpoint="WS *@kline_1m"))
    taken = [rule.kind for _ in range(4) if (rule := plan.take(("429", "5xx"), "GET /x"))]
    assert taken == ["5xx", "429", "429", "5xx"]
    assert plan.take("ws_drop", "WS btcusdt@kline_1m") and not plan.take("ws_drop", "WS btcusdt@trade")
    now = 10_000
    assert plan.take(("429", "5xx"), "GET /x") is None
    assert plan.counts == {"429": 2, "5xx": 2, "ws_drop": 1}
    assert [(each["id"], each["injected"], each["active"]) for each in plan.rules()] == [
        (first, 2, False),
        (2, 2, False),
        (3, 1, True),
    ]


def test_ended_rules_do_not_fill_the_memory() -> None:
    plan = FaultPlan(lambda: 0)
    for _ in range(5000):
        plan.add(FaultRule(kind="429", count=1))
        assert plan.take("429", "GET /x") is not None
    assert len(plan.rules()) == 1000 and plan.counts["429"] == 5000
