"""Stock `freqtrade trade` in a process of its own."""

import json
import secrets
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pandas as pd

from auriga.columns import DO_PREDICT
from rig._clock import FastClock
from rig._exchange import Exchange
from rig._process import Process
from rig._receiver import Receiver
from rig._rest import Rest
from rig._settings import FAST, PAIRS, ROOT, merged
from rig._strategies import write_strategy

Json = dict[str, Any]
Found = TypeVar("Found")

ENDED_BY_SIGNAL = 130
"""What Freqtrade returns after it has put everything in order."""

_NOT_YET = (httpx.HTTPError, FileNotFoundError, json.JSONDecodeError)
_COMPLAINTS = (" - ERROR - ", " - CRITICAL - ", "Traceback", "raised exception", "Unable to analyze")


class Bot(Process):
    """A bot with its own user folder and database; a `with` block starts and ends it.

    Parameters
    ----------
    folder : Path
        For configuration, user folder, database and logs; a bot in the same folder goes on with them.
    exchange : Exchange
    name : str
        Of the log files.
    live : bool
        Trade with the keys of the exchange's overlay; otherwise `--dry-run`.
    overlay : dict, optional
        Merged over `FAST`.
    parameters : dict, optional
        Of a copy of the strategy, as `NEVER`; None runs the shipped one.
    receiver : Receiver, optional
        Where messages go.
    clock : FastClock, optional
        By default the exchange's.
    """

    def __init__(
        self,
        folder: Path,
        exchange: Exchange,
        name: str = "bot",
        *,
        live: bool = False,
        overlay: Json | None = None,
        parameters: Json | None = None,
        receiver: Receiver | None = None,
        clock: FastClock | None = None,
    ) -> None:
        super().__init__(folder, name, clock or exchange.clock)
        self.exchange, self.live = exchange, live
        self.userdir, self.database = folder / "user_data", folder / "trades.sqlite"
        self.userdir.mkdir(exist_ok=True)
        self._auth = ("trader", secrets.token_urlsafe(16))
        self.settings = merged(FAST, overlay or {})
        if receiver is not None:
            self.settings["webhook"] = receiver.config
        if parameters is not None:
            self.tune(parameters)
        self.rest = Rest("", self._auth)

    @property
    def pairs(self) -> list[str]:
        """The whitelist."""
        return list(self.settings["exchange"]["pair_whitelist"] or PAIRS)

    @property
    def files(self) -> list[str]:
        """Options that name configuration, user folder and database, for any command about this bot."""
        shipped = [ROOT / "config.json"]
        if self.exchange.market == "futures":
            shipped.append(ROOT / "configs" / "futures.json")
        configs = (*shipped, self.exchange.overlay, self.folder / f"{self.name}.json")
        options = [word for file in configs for word in ("-c", str(file))]
        return [*options, "--userdir", str(self.userdir), "--db-url", f"sqlite:///{self.database}"]

    @property
    def models(self) -> Path:
        """FreqAI's folder."""
        return self.userdir / "models" / str(self.exchange.config["freqai"]["identifier"])

    def tune(self, parameters: Json) -> None:
        """Write the strategy's parameter file; a running bot reads it after `rest.reload_config()`."""
        self.settings["strategy_path"] = str(write_strategy(self.userdir, parameters))

    def start(self) -> None:
        """Start it, on a free port; `wait(bot.running, ...)` tells when it trades."""
        self.configure()
        command = [sys.executable, "-m", "freqtrade", "trade"]
        command += [] if self.live else ["--dry-run"]
        self.launch([*command, *self.files])

    def configure(self) -> None:
        """Write its configuration, with a free port."""
        settings = merged(self.settings, {"api_server": self._api_server()})
        (self.folder / f"{self.name}.json").write_text(json.dumps(settings, indent=1))

    def _api_server(self) -> Json:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.rest = Rest(f"http://127.0.0.1:{port}", self._auth)
        user, password = self._auth
        return {
            "enabled": True,
            "listen_ip_address": "127.0.0.1",
            "listen_port": port,
            "username": user,
            "password": password,
            "jwt_secret_key": secrets.token_hex(32),
        }

    # --- what it does -----------------------------------------------------------------------------

    def wait(
        self,
        condition: Callable[[], Found | None],
        seconds: float,
        what: str,
        *,
        passing: tuple[type[Exception], ...] = _NOT_YET,
    ) -> Found:
        """`Process.wait`; not listening yet, or a file half written, is no error."""
        return super().wait(condition, seconds, what, passing=passing)

    def report(self, what: str) -> None:
        """Say when something was reached; `pytest -rP` shows it."""
        seconds, trainings = time.monotonic() - self.started, self.log.count(": trained on ")
        print(f"{what}: {seconds:.1f} s after the start, {trainings} trainings, {len(self.tags())} trades")

    def running(self) -> bool | None:
        """Whether it has been through its loop once."""
        state, looped_at = self.rest.get("show_config")["state"], self.rest.health()["last_process_ts"]
        return True if state == "running" and looped_at else None

    def trained(self, after: float = 0) -> dict[str, int] | None:
        """Time of each pair's newest model, once all are younger than a moment."""
        pairs = json.loads((self.models / "pair_dictionary.json").read_text())
        times = {pair: info["trained_timestamp"] for pair, info in pairs.items()}
        return times if set(times) == set(self.pairs) and min(times.values()) > after else None

    def candles(self, pair: str, limit: int = 1000) -> pd.DataFrame | None:
        """What the strategy made of a pair's latest candles; it is what FreqUI draws."""
        answer = self.rest.get("pair_candles", pair=pair, timeframe="1m", limit=str(limit))
        frame = pd.DataFrame(answer["data"], columns=answer["columns"])
        return frame.assign(date=pd.to_datetime(frame["date"])) if len(frame) else None

    def analyzed(self, limit: int = 1000) -> dict[str, pd.DataFrame] | None:
        """The latest candles of every pair, once every pair has some."""
        frames = {pair: frame for pair in self.pairs if (frame := self.candles(pair, limit)) is not None}
        return frames if len(frames) == len(self.pairs) else None

    def predicted(self) -> dict[str, pd.DataFrame] | None:
        """The latest candles of every pair, once the last one of each has a usable prediction."""
        # It is asked ten times a second, and a thousand rows of each pair would keep a core busy.
        if not _usable(self.analyzed(limit=1)):
            return None
        frames = self.analyzed()
        return frames if _usable(frames) else None

    def tags(self) -> list[str]:
        """Entry tags of all trades, open and closed."""
        return [trade["enter_tag"] for trade in self.rest.all_trades()]

    def complaints(self) -> list[str]:
        """Lines that no healthy bot writes; look before `stop`, which may fall into a database query."""
        lines = self.log.splitlines()
        return [line for line in lines if any(mark in line for mark in _COMPLAINTS)]


def _usable(frames: dict[str, pd.DataFrame] | None) -> bool:
    return frames is not None and all(frame[DO_PREDICT].iloc[-1] == 1 for frame in frames.values())
