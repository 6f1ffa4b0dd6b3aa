"""What a client receives instead of the right answer."""

import json
from dataclasses import dataclass, field

from auriga_exchange.faults._rule import FaultRule
from auriga_exchange.wire import Refusal

_MS_A_MINUTE = 60_000
_BAN_SECONDS = 120
_MORE_THAN_ANY_LIMIT = 6001
_CUT = b'{"symbol":"BTCUSDT","orderId":28,"clientOrd'
_FUTURES = ("/fapi/", "/dapi/")

# Binance's statuses where a code does not come with 400.
_STATUSES = {-1000: 500, -1001: 500, -1003: 429, -1006: 500, -1007: 504, -1008: 503, -1015: 429}
_STATUSES |= {-2014: 401, -2015: 401}
_PHRASES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
_PHRASES |= {504: "Gateway Time-out"}


@dataclass(frozen=True)
class Answer:
    """Status, body and headers of one HTTP answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def faulty_answer(rule: FaultRule, path: str, now: int, right: Answer | None) -> Answer:
    """Answer that a rule puts in the place of the right one.

    Parameters
    ----------
    rule : FaultRule
        Any request kind but `timeout` and `reset`, which answer nothing.
    path : str
        Decides between the codes of spot and futures.
    now : int
        Time in ms.
    right : Answer or None
        What the endpoint answered; None when it was not called.
    """
    if rule.kind in ("429", "418"):
        return _limited(rule, now)
    if rule.kind == "5xx":
        return _broken(rule)
    if rule.kind == "malformed":
        return _gateway_page(rule.status or 502) if rule.html else _cut(right)
    if rule.kind == "empty":
        is_list = right is not None and right.body.startswith(b"[")
        return _json(200, b"[]" if is_list else b"{}")
    return _refusal(rule, path)


def _limited(rule: FaultRule, now: int) -> Answer:
    banned = rule.kind == "418"
    seconds = rule.retry_after
    if seconds is None:
        seconds = _BAN_SECONDS if banned else -(-(_MS_A_MINUTE - now % _MS_A_MINUTE) // 1000)
    refusal = Refusal.IP_BANNED if banned else Refusal.TOO_MUCH_WEIGHT
    detail = str(now + seconds * 1000) if banned else str(_MORE_THAN_ANY_LIMIT - 1)
    headers = {"Retry-After": str(seconds), "X-MBX-USED-WEIGHT-1M": str(_MORE_THAN_ANY_LIMIT)}
    return _error(int(rule.kind), refusal.code, rule.msg or refusal.message(detail), headers)


def _broken(rule: FaultRule) -> Answer:
    status = rule.status or 503
    # Most of Binance's 5xx come from the gateway in front of it, which speaks HTML.
    if rule.code is None and rule.msg is None:
        return _gateway_page(status)
    return _error(status, rule.code or Refusal.UNKNOWN.code, rule.msg or Refusal.UNKNOWN.message())


def _gateway_page(status: int) -> Answer:
    title = f"{status} {_PHRASES.get(status, 'Error')}"
    page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
    return Answer(status, page.encode(), {"Content-Type": "text/html"})


def _cut(right: Answer | None) -> Answer:
    body = right.body[: max(1, len(right.body) // 2)] if right and len(right.body) > 2 else _CUT
    return _json(200, body)


def _refusal(rule: FaultRule, path: str) -> Answer:
    if rule.kind == "code":
        code = rule.code or Refusal.UNKNOWN.code
        return _error(rule.status or _STATUSES.get(code, 400), code, rule.msg or _message(code))
    refusal, details = _refused(rule.kind, path.startswith(_FUTURES))
    return _error(rule.status or 400, refusal.code, rule.msg or refusal.message(*details))


def _refused(kind: str, is_futures: bool) -> tuple[Refusal, tuple[str, ...]]:
    if kind == "clock_skew":
        return Refusal.INVALID_TIMESTAMP, ("Timestamp for this request is outside of the recvWindow.",)
    if kind == "unknown_order":
        return Refusal.NO_SUCH_ORDER, ()
    if is_futures:
        return Refusal.INSUFFICIENT_MARGIN, ()
    return Refusal.ORDER_REJECTED, ("Account has insufficient balance for requested action.",)


def _message(code: int) -> str:
    plain = {each.code: each.value[1] for each in reversed(Refusal) if "{0}" not in each.value[1]}
    return plain.get(code, Refusal.UNKNOWN.message())


def _error(status: int, code: int, msg: str, headers: dict[str, str] | None = None) -> Answer:
    return _json(status, json.dumps({"code": code, "msg": msg}).encode(), headers)


def _json(status: int, body: bytes, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, body, {"Content-Type": "application/json", **(headers or {})})
