"""What FreqUI draws, checked from the JSON that it asks for; FreqUI itself is not needed."""

import json
import secrets
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from auriga.columns import REGIME
from auriga.typing import Regime
from rig import Process, Rest

TAGS = {f"{regime.label}_{side}" for regime in Regime.known() for side in ("long", "short")}
REASONS = {"opposite", "decay", "regime"}


class WebServer(Process):
    """`freqtrade webserver`, which FreqUI shows backtests with.

    Parameters
    ----------
    folder : Path
        For its configuration and log.
    options : sequence of str
        Configuration, user folder and candles.
    """

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        super().__init__(folder, "webserver")
        self.options = [*options]
        self.rest = Rest("", ("trader", secrets.token_urlsafe(16)))

    def start(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.rest = Rest(f"http://127.0.0.1:{port}", self.rest.auth)
        user, password = self.rest.auth
        server = {"enabled": True, "listen_ip_address": "127.0.0.1", "listen_port": port}
        server |= {"username": user, "password": password, "jwt_secret_key": secrets.token_hex(32)}
        file = self.folder / "webserver.json"
        file.write_text(json.dumps({"api_server": server}))
        self.launch([sys.executable, "-m", "freqtrade", "webserver", *self.options, "-c", str(file)])

    def answers(self) -> bool | None:
        return True if self.rest.get("ping")["status"] == "pong" else None


def drawn_candles(answer: dict[str, Any], plots: dict[str, Any]) -> pd.DataFrame:
    """Candles of `pair_candles` or `pair_history`, after a look at all that is drawn over them."""
    frame = pd.DataFrame(answer["data"], columns=answer["columns"])
    frame["date"] = pd.to_datetime(frame["date"], utc=True)
    assert len(frame) == answer["length"] > 0
    assert {name for plot in plots["subplots"].values() for name in plot} <= set(answer["columns"])
    assert {"probability", "confidence", "regime"} <= set(plots["subplots"])
    _check_bands(frame, answer["annotations"])
    _check_tags(frame)
    return frame


def _check_bands(frame: pd.DataFrame, bands: list[dict[str, Any]]) -> None:
    """Every candle lies in the band of its regime, and no known one in none."""
    told = pd.Series(int(Regime.UNKNOWN), index=frame.index)
    for band in bands:
        assert band["type"] == "area"
        assert band["color"].startswith("rgba(")
        start, stop = pd.Timestamp(band["start"]), pd.Timestamp(band["end"])
        inside = (frame["date"] >= start) & (frame["date"] < stop)
        assert inside.any()
        told[inside] = int(Regime[band["label"].upper()])
    assert told.tolist() == frame[REGIME].tolist()


def _check_tags(frame: pd.DataFrame) -> None:
    """Signals carry a tag, other candles none."""
    for column, known, marks in (
        ("enter_tag", TAGS, ["enter_long", "enter_short"]),
        ("exit_tag", REASONS, ["exit_long", "exit_short"]),
    ):
        marked = frame.reindex(columns=marks).fillna(0).any(axis=1)
        assert set(frame.loc[marked, column]) <= known
        assert frame.loc[~marked, column].isna().all()
