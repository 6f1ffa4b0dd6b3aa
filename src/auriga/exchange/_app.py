"""The application: every address of the interface in front of one venue."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from auriga.exchange._endpoint import Call, Endpoint, Parameters
from auriga.exchange._refusals import RequestError
from auriga.exchange._venue import Venue
from auriga.exchange.rest import FUTURES_MARKET, FUTURES_TRADING, SPOT_MARKET, SPOT_TRADING

LOOPBACK_HOSTS = ["127.0.0.1", "localhost"]
ENDPOINTS = (*SPOT_MARKET, *SPOT_TRADING, *FUTURES_MARKET, *FUTURES_TRADING)


def create_app(venue: Venue) -> Starlette:
    """Build the application.

    Parameters
    ----------
    venue : Venue
        What to serve.

    Returns
    -------
    Starlette
        Binance's REST interface. Requests for other hosts than the loopback interface are refused; paths
        that are not served answer 404.

    Examples
    --------
    >>> from auriga.exchange import SimulationPlan, simulate_exchange
    >>> app = create_app(Venue(simulate_exchange(SimulationPlan(days=1))))
    >>> [route.path for route in app.routes][:3]
    ['/api/v3/ping', '/api/v3/time', '/api/v3/exchangeInfo']
    """
    return Starlette(
        routes=_routes(venue, ENDPOINTS),
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS, www_redirect=False)],
        exception_handlers={HTTPException: _not_served},
    )


def _routes(venue: Venue, endpoints: Iterable[Endpoint]) -> list[BaseRoute]:
    paths: dict[str, dict[str, Endpoint]] = defaultdict(dict)
    for endpoint in endpoints:
        paths[endpoint.path][endpoint.method] = endpoint
    return [
        Route(path, partial(_respond, venue, methods), methods=list(methods))
        for path, methods in paths.items()
    ]


async def _respond(venue: Venue, methods: dict[str, Endpoint], request: Request) -> Response:
    endpoint = methods["GET" if request.method == "HEAD" else request.method]
    try:
        call = Call(venue, await _parameters(request), venue.clock())
        return JSONResponse(endpoint.answer(call))
    except RequestError as error:
        return JSONResponse(error.body, status_code=error.status, headers=error.headers)


async def _parameters(request: Request) -> Parameters:
    body = (await request.body()).decode(errors="replace")  # Binance reads a form from query and body alike
    return {**request.query_params, **dict(parse_qsl(body, keep_blank_values=True))}


async def _not_served(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"{request.method} {request.url.path} is not served by the offline exchange"
    return JSONResponse({"code": -1, "msg": message}, status_code=status)
