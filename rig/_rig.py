"""What a cell of the matrix needs of a running bot and its exchange."""

from pathlib import Path
from typing import Any, Protocol

from rig._agreement import Snapshot


class Rig(Protocol):
    """One exchange with one bot on it."""

    market: str

    def pair(self) -> str:
        """Pair that was used longest ago: a refused entry is tried again with the next candle only."""

    def signal(self, **signals: list[str]) -> None:
        """Let signals stand from now on: `long`, `short`, `exit` with pairs; none takes all back."""

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the exchange's control interface; the path follows `/_control/`."""

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the bot's REST interface; the path follows `/api/v1/`. None when it refuses or is busy."""

    def snapshot(self) -> Snapshot:
        """Both books now."""

    def steps(self) -> dict[str, Any]:
        """Smallest amount of every pair."""

    def log(self) -> Path:
        """Where the bot writes."""

    def reconcile(self) -> list[dict[str, Any]] | None:
        """What `auriga reconcile` finds; None where there is none."""

    def clear(self) -> bool:
        """Take everything out of both books by hand; False where that does not work."""

    def fresh(self) -> None:
        """Start exchange and bot anew, with nothing in either of the books."""

    def restart(self) -> None:
        """Stop the bot with SIGTERM and start it again."""
