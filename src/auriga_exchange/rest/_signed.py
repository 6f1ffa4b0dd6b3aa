"""Endpoints that need a signature."""

from collections.abc import Callable
from typing import Any

from auriga_exchange.gate import Parameters, Security
from auriga_exchange.rest._call import Call, RestEndpoint


def signed(
    method: str,
    path: str,
    answer: Callable[[Call], Any],
    weight: int | Callable[[Parameters], int],
    *,
    places_order: bool = False,
) -> RestEndpoint:
    """Describe a signed endpoint; a path without a leading slash is one below `/api/v3`."""
    return RestEndpoint(
        method=method,
        path=path if path.startswith("/") else f"/api/v3/{path}",
        answer=answer,
        weight=weight,
        security=Security.SIGNED,
        places_order=places_order,
    )
