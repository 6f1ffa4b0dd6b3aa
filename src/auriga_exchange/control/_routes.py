"""Addresses of the control interface below `/_control`."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from auriga.errors import AurigaError
from auriga_exchange.control._actions import add_fault, books, change_market, counts, set_balance, set_fills
from auriga_exchange.control._guard import ControlError, read_object, refuse_web_pages
from auriga_exchange.venue import Venue
from auriga_exchange.wire import RequestError

_LOGGER = logging.getLogger(__name__)
ROOT = "/_control"
Action: TypeAlias = Callable[[Request], Awaitable[Any]]
_READ: dict[str, Callable[[Venue], Any]] = {"books": books, "counts": counts}
_CHANGE: dict[str, Callable[[Venue, dict[str, Any]], Any]] = {
    "market": change_market,
    "fills": set_fills,
    "balances": set_balance,
}


def control_routes(venue: Venue) -> list[BaseRoute]:
    """Routes that read and change one exchange; see `control._guard` for who may use them.

    Parameters
    ----------
    venue : Venue
        What is steered.

    Returns
    -------
    list
        `GET books`, `GET counts`, `GET|POST|DELETE faults`, `DELETE faults/{id}`, `POST market`,
        `POST fills` and `POST balances`. What is refused is answered as `{"error": ...}`.
    """
    read = [
        Route(f"{ROOT}/{name}", partial(_answer, _reader(venue, act)), methods=["GET"])
        for name, act in _READ.items()
    ]
    change = [
        Route(f"{ROOT}/{name}", partial(_answer, _changer(venue, act)), methods=["POST"])
        for name, act in _CHANGE.items()
    ]
    return [
        *read,
        *change,
        Route(f"{ROOT}/faults", partial(_answer, partial(_faults, venue)), methods=["GET", "POST", "DELETE"]),
        Route(f"{ROOT}/faults/{{number:int}}", partial(_answer, partial(_fault, venue)), methods=["DELETE"]),
    ]


async def _answer(action: Action, request: Request) -> Response:
    try:
        refuse_web_pages(request)
        return JSONResponse(await action(request))
    except ControlError as error:
        return JSONResponse({"error": str(error)}, status_code=error.status)
    except (AurigaError, RequestError) as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    except Exception:
        _LOGGER.exception("%s of the control interface failed", request.method)
        return JSONResponse({"error": "the exchange failed; its log says where"}, status_code=500)


def _reader(venue: Venue, act: Callable[[Venue], Any]) -> Action:
    async def read(request: Request) -> Any:
        return act(venue)

    return read


def _changer(venue: Venue, act: Callable[[Venue, dict[str, Any]], Any]) -> Action:
    async def change(request: Request) -> Any:
        return act(venue, await read_object(request))

    return change


async def _faults(venue: Venue, request: Request) -> Any:
    if request.method == "POST":
        return add_fault(venue, await read_object(request))
    if request.method == "DELETE":
        venue.faults.clear()
        return {}
    return venue.faults.rules()


async def _fault(venue: Venue, request: Request) -> Any:
    venue.faults.remove(request.path_params["number"])
    return {}
