"""A request as it came: what signatures are computed over, byte by byte."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request

from auriga_exchange.gate._endpoint import Parameters
from auriga_exchange.wire import Refusal, RequestError

MOST_BYTES = 1_000_000
SIGNATURE = "signature"


@dataclass(frozen=True)
class Incoming:
    """One request, unchecked.

    Parameters
    ----------
    address : str
        IP address of the client.
    key : str
        Header `X-MBX-APIKEY`; empty without. Never shown by `repr`.
    query, body : bytes
        Exactly as they came.

    Examples
    --------
    >>> Incoming("127.0.0.1", "", b"symbol=BTCUSDT", b"symbol=no&side=BUY&signature=1").parameters
    {'symbol': 'BTCUSDT', 'side': 'BUY'}
    """

    address: str
    key: str = field(repr=False)
    query: bytes
    body: bytes

    @property
    def parameters(self) -> Parameters:
        """Query string and form body together, without the signature; the query string takes precedence."""
        both = {**_read(self.body), **_read(self.query)}
        both.pop(SIGNATURE, None)
        return both

    @property
    def signature(self) -> str:
        """Signature of the request; empty without."""
        return {**_read(self.body), **_read(self.query)}.get(SIGNATURE, "")

    @property
    def signed(self) -> bytes:
        """What the signature is computed over: query string and body without the signature."""
        return _unsigned(self.query) + _unsigned(self.body)


async def read_incoming(request: Request) -> Incoming:
    """Read a request; a body of more than 1 MB is refused with status 413."""
    body = bytearray()
    async for part in request.stream():
        body.extend(part)
        if len(body) > MOST_BYTES:
            raise RequestError(Refusal.INVALID_MESSAGE, "Request body is too large.", status=413)
    return Incoming(
        address=request.client.host if request.client else "",
        key=request.headers.get("x-mbx-apikey", ""),
        query=request.scope["query_string"],
        body=bytes(body),
    )


def _read(text: bytes) -> dict[str, str]:
    return dict(parse_qsl(text.decode(errors="replace"), keep_blank_values=True))


def _unsigned(text: bytes) -> bytes:
    return b"&".join(part for part in text.split(b"&") if not part.startswith(b"signature="))
