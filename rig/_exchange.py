"""`auriga exchange` in a process of its own."""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from rig._clock import FastClock
from rig._control import Control
from rig._http import HTTP
from rig._process import Process
from rig._settings import MARKET_OPTIONS, PAIRS

Json = dict[str, Any]


class Exchange(Process):
    """The offline exchange; a `with` block starts and ends it.

    Parameters
    ----------
    folder : Path
        For the overlay, the state and logs.
    *options : str
        Of `auriga exchange`; by default six days of a simulated market up to now.
    pairs : list of str
        Simulated pairs.
    market : str
        What the bot trades there, `spot` or `futures`.
    state : bool
        Keep the state in `folder/exchange.sqlite`, so that a restart goes on.
    clock : FastClock, optional
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        pairs: list[str] = PAIRS,
        market: str = "spot",
        state: bool = False,
        clock: FastClock | None = None,
    ) -> None:
        super().__init__(folder, "exchange", clock)
        self.overlay = folder / "exchange.json"
        self.port, self.market = 0, market
        self.options = [*(options or MARKET_OPTIONS), "--mode", market, "--pairs", ",".join(pairs)]
        if state:
            self.options += ["--state", str(folder / "exchange.sqlite")]

    @property
    def config(self) -> Json:
        """The overlay it wrote."""
        return dict(json.loads(self.overlay.read_text()))

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        public = self.config["exchange"]["ccxt_config"]["urls"]["api"]["public"]
        parts = urlsplit(public)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def control(self) -> Control:
        """Its control interface."""
        return Control(self.url)

    def start(self) -> None:
        """Start it and wait until it answers; a restart keeps the port."""
        command = [sys.executable, "-m", "auriga.cli", "exchange", "--port", str(self.port)]
        self.launch([*command, "--overlay", str(self.overlay), *self.options])
        self.wait(self._answers, 120, "it answers", passing=(FileNotFoundError, httpx.HTTPError))
        self.port = urlsplit(self.url).port or 0

    def _answers(self) -> bool | None:
        return HTTP.get(f"{self.url}/api/v3/ping", timeout=5).is_success or None
