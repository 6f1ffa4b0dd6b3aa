"""Listen keys by REST: `userDataStream` of the spot market, `listenKey` of the futures market."""

from typing import Any

from auriga_exchange.gate import Security
from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.wire import read_text


def _spot_create(call: Call) -> dict[str, Any]:
    return {"listenKey": call.venue.spot_listen_keys.create(call.now)}


def _spot_extend(call: Call) -> dict[str, Any]:
    call.venue.spot_listen_keys.extend(read_text(call.parameters, "listenKey"), call.now)
    return {}


def _spot_close(call: Call) -> dict[str, Any]:
    call.venue.spot_listen_keys.close(read_text(call.parameters, "listenKey"), call.now)
    return {}


def _futures_create(call: Call) -> dict[str, Any]:
    return {"listenKey": call.venue.futures_listen_keys.create(call.now)}


def _futures_extend(call: Call) -> dict[str, Any]:
    return {"listenKey": call.venue.futures_listen_keys.extend(None, call.now)}


def _futures_close(call: Call) -> dict[str, Any]:
    call.venue.futures_listen_keys.close(None, call.now)
    return {}


def _endpoints(path: str, weight: int, **answers: Any) -> tuple[RestEndpoint, ...]:
    return tuple(
        RestEndpoint(method=method, path=path, answer=answer, weight=weight, security=Security.KEY)
        for method, answer in answers.items()
    )


LISTEN_KEYS = (
    *_endpoints("/api/v3/userDataStream", 2, POST=_spot_create, PUT=_spot_extend, DELETE=_spot_close),
    *_endpoints("/fapi/v1/listenKey", 1, POST=_futures_create, PUT=_futures_extend, DELETE=_futures_close),
)
