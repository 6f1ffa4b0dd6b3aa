"""The application: every address of the interface in front of one venue."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from auriga_exchange.control import control_routes
from auriga_exchange.faults import FaultMiddleware
from auriga_exchange.gate import Incoming, read_incoming
from auriga_exchange.rest import (
    FUTURES_MARKET,
    FUTURES_TRADING,
    LISTEN_KEYS,
    SPOT_ACCOUNT,
    SPOT_MARKET,
    SPOT_TRADES,
    SPOT_TRADING,
    Call,
    RestEndpoint,
)
from auriga_exchange.streams import stream_routes
from auriga_exchange.venue import Venue
from auriga_exchange.wire import Refusal, RequestError

_LOGGER = logging.getLogger(__name__)
LOOPBACK_HOSTS = ["127.0.0.1", "localhost"]
_SPOT = (*SPOT_MARKET, *SPOT_TRADES, *SPOT_TRADING, *SPOT_ACCOUNT)
ENDPOINTS = (*_SPOT, *FUTURES_MARKET, *FUTURES_TRADING, *LISTEN_KEYS)


def create_app(venue: Venue) -> Starlette:
    """Build the application.

    Parameters
    ----------
    venue : Venue
        What to serve.

    Returns
    -------
    Starlette
        Binance's REST interface and websockets. Requests for other hosts than the loopback interface are
        refused; paths that are not served answer 404.

    Examples
    --------
    >>> from auriga.simulated import SimulationPlan, simulate_exchange
    >>> app = create_app(Venue(simulate_exchange(SimulationPlan(days=1))))
    >>> [route.path for route in app.routes][:3]
    ['/api/v3/ping', '/api/v3/time', '/api/v3/exchangeInfo']
    """
    return Starlette(
        routes=[*_routes(venue, ENDPOINTS), *control_routes(venue), *stream_routes(venue)],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS, www_redirect=False),
            Middleware(
                FaultMiddleware,
                plan=venue.faults,
                clock=venue.clock,
                requests=venue.requests,
                served=[f"{endpoint.method} {endpoint.path}" for endpoint in ENDPOINTS],
            ),
        ],
        exception_handlers={HTTPException: _not_served},
    )


def _routes(venue: Venue, endpoints: Iterable[RestEndpoint]) -> list[BaseRoute]:
    paths: dict[str, dict[str, RestEndpoint]] = defaultdict(dict)
    for endpoint in endpoints:
        paths[endpoint.path][endpoint.method] = endpoint
    return [
        Route(path, partial(_respond, venue, methods), methods=list(methods))
        for path, methods in paths.items()
    ]


async def _respond(venue: Venue, methods: dict[str, RestEndpoint], request: Request) -> Response:
    endpoint = methods["GET" if request.method == "HEAD" else request.method]
    try:
        incoming = await read_incoming(request)
    except RequestError as error:
        return _refused(error)
    except ClientDisconnect:  # half a request is none, and nobody waits for an answer
        return Response(status_code=400)
    now = venue.clock()
    response = _answer(venue, endpoint, incoming, now)
    response.headers.update(venue.gate.used(endpoint, incoming, now))
    return response


def _answer(venue: Venue, endpoint: RestEndpoint, incoming: Incoming, now: int) -> Response:
    try:
        venue.gate.admit(endpoint, incoming, now)
        answer = endpoint.answer(Call(venue, incoming.parameters, now))
        return JSONResponse(answer, headers=venue.gate.count_order(endpoint, now))
    except RequestError as error:
        return _refused(error)
    except Exception:
        # Neither parameters nor headers: they hold keys. The traceback has the lines, not the values.
        _LOGGER.exception("%s %s failed", endpoint.method, endpoint.path)
        return _refused(RequestError(Refusal.UNKNOWN, status=500))


def _refused(error: RequestError) -> Response:
    return JSONResponse(error.body, status_code=error.status, headers=error.headers)


async def _not_served(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"{request.method} {request.scope['path']} is not served by the offline exchange"
    return JSONResponse({"code": -1, "msg": message}, status_code=status)
