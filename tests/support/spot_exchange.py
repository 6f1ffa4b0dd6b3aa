"""A spot exchange with an account: within the test, and as a process whose clock the test moves."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.keyed_exchange import KEY, NOON, SECRET, simulated_store

from auriga_exchange import (
    ApiKeys,
    CandleStore,
    Venue,
    bind_loopback,
    create_app,
    exit_on_signals,
    serve,
    wall_clock,
)
from auriga_exchange.gate import sign


def make_spot_venue(store: CandleStore, clock: Callable[[], int], **options: Any) -> Venue:
    return Venue(store, clock, keys=ApiKeys({KEY: SECRET}), limited=False, **options)


class SpotAccount:
    """Signed requests to an exchange in this process, whose clock stands still until it is moved."""

    def __init__(self, make_client: Callable[..., Any], store: CandleStore, **options: Any) -> None:
        self.now = NOON
        self.venue = make_spot_venue(store, lambda: self.now, **options)
        self.client = make_client(create_app(self.venue))

    def send(self, method: str, path: str, **fields: Any) -> Any:
        text = urlencode({"timestamp": self.now, **fields})
        url = path if path.startswith("/") else f"/api/v3/{path}"
        query = f"{text}&signature={sign(SECRET, text.encode())}"
        return self.client.request(method, f"{url}?{query}", headers={"X-MBX-APIKEY": KEY})

    def get(self, path: str, **fields: Any) -> Any:
        return self.send("GET", path, **fields).json()

    def post(self, path: str, **fields: Any) -> Any:
        return self.send("POST", path, **fields).json()

    def delete(self, path: str, **fields: Any) -> Any:
        return self.send("DELETE", path, **fields).json()


@dataclass(frozen=True)
class MovedClock:
    """Wall time moved by what a file says, so that a test can let hours pass."""

    file: Path

    def __call__(self) -> int:
        return wall_clock() + int(self.file.read_text())

    def start(self) -> None:
        self.file.write_text(str(NOON - wall_clock()))

    def pass_minutes(self, minutes: int) -> None:
        moved = self.file.with_suffix(".new")
        moved.write_text(str(int(self.file.read_text()) + minutes * 60_000))
        moved.replace(self.file)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with exit_on_signals(), bind_loopback(0) as listener:
        port = listener.getsockname()[1]
        clock = MovedClock(folder / "clock")
        venue = make_spot_venue(simulated_store(), clock, state=folder / "state.sqlite")
        serve(create_app(venue), listener, lambda: print(port, flush=True))
