"""The exchange's control interface."""

from typing import Any

from rig._errors import FireError
from rig._http import HTTP

Json = dict[str, Any]


class Control:
    """Asks the exchange for its books and tells it what to do wrong.

    Parameters
    ----------
    url : str
        Where the exchange listens.
    """

    def __init__(self, url: str) -> None:
        self.url = f"{url}/_control"

    def inject(self, kind: str, endpoint: str = "* *", **options: Any) -> int:
        """Add a fault rule and return its number; options as in `docs/exchange.md`."""
        return int(self.call("POST", "faults", {"kind": kind, "endpoint": endpoint, **options})["id"])

    def faults(self) -> Any:
        """Fault rules with how often each was injected."""
        return self.call("GET", "faults")

    def clear(self, rule: int | None = None) -> None:
        """Remove one fault rule, or all."""
        self.call("DELETE", "faults" if rule is None else f"faults/{rule}")

    def market(self, kind: str, symbol: str, **options: Any) -> Any:
        """Disturb a market: halt, resume, delist, price_gap, missing_candles."""
        return self.call("POST", "market", {"kind": kind, "symbol": symbol, **options})

    def fills(self, fill_frac: str | None = None, *, release: bool = False) -> Any:
        """Let the next order fill in part only, or let the rest go."""
        return self.call("POST", "fills", {"release": True} if release else {"fill_frac": fill_frac})

    def balances(self, asset: str, amount: str, market: str = "spot") -> Any:
        """Set the free balance of an asset."""
        return self.call("POST", "balances", {"market": market, "asset": asset, "amount": amount})

    def books(self) -> Json:
        """Balances, orders and trades of every market."""
        return dict(self.call("GET", "books"))

    def counts(self) -> Json:
        """Requests, faults by kind, and orders placed."""
        return dict(self.call("GET", "counts"))

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """Any call, the path following `/_control/`.

        Raises
        ------
        FireError
            If the exchange refuses, with its reason.
        """
        answer = HTTP.request(method, f"{self.url}/{path}", json=body, timeout=60)
        if answer.is_error:
            raise FireError(f"{method} {path} {body}: {answer.text}")
        return answer.json() if answer.content else {}
