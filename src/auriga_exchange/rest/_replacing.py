"""What became of an order that was to replace another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auriga_exchange.wire import Refusal, RequestError


@dataclass(frozen=True)
class Attempt:
    """One half of a replacement and its answer."""

    answer: dict[str, Any]
    failed: bool

    @property
    def result(self) -> str:
        """Binance's word for it."""
        return "FAILURE" if self.failed else "SUCCESS"


def attempt(act: Callable[[], dict[str, Any]]) -> Attempt:
    """Do one half; a refusal becomes its answer."""
    try:
        return Attempt(act(), failed=False)
    except RequestError as error:
        return Attempt(error.body, failed=True)


def replaced(ended: Attempt, placed: Attempt | None) -> dict[str, Any]:
    """Answer a replacement; `placed` is None when the new order was not attempted.

    Raises
    ------
    RequestError
        -2022 if nothing was done, -2021 if one half was, with what happened in `data`.

    Examples
    --------
    >>> replaced(Attempt({}, failed=False), Attempt({}, failed=False))["newOrderResult"]
    'SUCCESS'
    """
    data = {
        "cancelResult": ended.result,
        "newOrderResult": "NOT_ATTEMPTED" if placed is None else placed.result,
        "cancelResponse": ended.answer,
        "newOrderResponse": None if placed is None else placed.answer,
    }
    if not ended.failed and placed is not None and not placed.failed:
        return data
    nothing = ended.failed and (placed is None or placed.failed)
    error = RequestError(
        Refusal.REPLACE_FAILED if nothing else Refusal.REPLACE_PARTLY_FAILED, status=400 if nothing else 409
    )
    error.body["data"] = data
    raise error
