"""The middleware that shows faults: before an endpoint is called, or in the place of its answer."""

import asyncio
from collections import Counter
from collections.abc import Collection
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auriga_exchange.faults._answers import Answer, faulty_answer
from auriga_exchange.faults._connection import drop_connection
from auriga_exchange.faults._plan import FaultPlan
from auriga_exchange.faults._rule import REQUEST_KINDS, FaultRule
from auriga_exchange.wire import Clock

OUTSIDE_BINANCE = ("/_control", "/_ws")
_HELD_SECONDS = 30.0
_OTHER = "other"


class FaultMiddleware:
    """Faults for every request but those of the control interface; counts requests on the way.

    Parameters
    ----------
    app : ASGI application
        What answers when nothing goes wrong.
    plan : FaultPlan
        Which requests go wrong.
    clock : callable
        Time of the exchange in ms.
    requests : Counter of str
        Counts requests by method and path.
    served : collection of str
        Endpoints that are counted by name, such as `GET /api/v3/klines`; all others are `other`, so that
        a client that tries many paths cannot fill the memory.
    """

    def __init__(
        self, app: ASGIApp, plan: FaultPlan, clock: Clock, requests: Counter[str], served: Collection[str]
    ) -> None:
        self._app = app
        self._plan = plan
        self._clock = clock
        self._requests = requests
        self._served = frozenset(served)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].startswith(OUTSIDE_BINANCE):
            return await self._app(scope, receive, send)
        endpoint = f"{scope['method']} {scope['path']}"
        self._requests[endpoint if endpoint in self._served else _OTHER] += 1
        now = self._clock()
        if not self._plan.concerns(REQUEST_KINDS, endpoint, now):
            return await self._app(scope, receive, send)
        body = await _read_body(receive)
        if body is None:
            return None
        rule = self._plan.take(REQUEST_KINDS, endpoint, _symbol(scope, body), now)
        if rule is None:
            return await self._app(scope, _replay(body, receive), send)
        await self._fail(rule, scope, _replay(body, receive), receive, send)

    async def _fail(
        self, rule: FaultRule, scope: Scope, replay: Receive, receive: Receive, send: Send
    ) -> None:
        right = await self._carry_out(scope, replay) if _runs(rule, scope) else None
        if rule.kind == "timeout":
            await _wait(_HELD_SECONDS if rule.delay is None else rule.delay, receive)
        elif rule.delay:
            await _wait(rule.delay, receive)
        if rule.kind in ("timeout", "reset"):
            return await drop_connection(scope, receive, reset=rule.kind == "reset")
        await _send(faulty_answer(rule, scope["path"], self._clock(), right), send)

    async def _carry_out(self, scope: Scope, replay: Receive) -> Answer:
        """Let the endpoint answer into the void."""
        status, body = 200, bytearray()

        async def keep(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, replay, keep)
        return Answer(status, bytes(body))


def _runs(rule: FaultRule, scope: Scope) -> bool:
    """Whether the endpoint is called: when accepted, or when its harmless answer is needed to spoil it."""
    return rule.accepted or (scope["method"] == "GET" and rule.kind in ("malformed", "empty"))


async def _read_body(receive: Receive) -> bytes | None:
    """Read the whole body; None when the client left before its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body.extend(message.get("body", b""))
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the application the body that was read already, then whatever follows."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _symbol(scope: Scope, body: bytes) -> str | None:
    texts = (scope["query_string"].decode("latin-1"), body.decode(errors="replace"))
    return {name: value for text in texts for name, value in parse_qsl(text)}.get("symbol")


async def _wait(seconds: float, receive: Receive) -> None:
    """Sleep, at most until the client leaves."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def _send(answer: Answer, send: Send) -> None:
    headers = {**answer.headers, "Content-Length": str(len(answer.body))}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})
