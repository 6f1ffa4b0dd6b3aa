"""Who may steer the exchange: programs on this machine, and never a web page.

The interface has no password, so two doors have to stay shut. Other machines are kept out by the socket,
which listens on the loopback interface, and by the check of the `Host` header, which also stops names that
were rebound to 127.0.0.1. A page in a browser on this machine passes both: it may send requests anywhere,
although it cannot read the answers. But a browser names the page in `Origin` whenever a script or a form
sends something, and without asking first (which is answered with a refusal) it cannot declare a body to be
JSON. A request with `Origin`, or with a body of another type, is therefore none of ours.
"""

import json
from typing import Any

from starlette.requests import Request

MOST_BYTES = 100_000
_JSON = "application/json"


class ControlError(Exception):
    """A request to the control interface that is refused, with its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def refuse_web_pages(request: Request) -> None:
    """Refuse what a web page could have sent.

    Raises
    ------
    ControlError
        403 with an `Origin` header.
    """
    if "origin" in request.headers:
        raise ControlError(403, "the control interface refuses requests of web pages (header Origin)")


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises
    ------
    ControlError
        415 for another content type, 413 for too much, 400 for anything but a JSON object.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON:
        raise ControlError(415, f"content type is {kind[:50]!r}; send JSON as {_JSON}")
    body = bytearray()
    async for part in request.stream():
        body.extend(part)
        if len(body) > MOST_BYTES:
            raise ControlError(413, f"more than {MOST_BYTES} bytes; send one object at a time")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ControlError(400, 'the body is not a JSON object such as {"kind": "429"}')
    return value
