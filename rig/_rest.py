"""Freqtrade's REST interface, as far as it is used here."""

from typing import Any

from rig._http import HTTP


class Rest:
    """A client of one bot's REST interface.

    Parameters
    ----------
    url : str
    auth : tuple of str
        User and password.
    """

    def __init__(self, url: str, auth: tuple[str, str]) -> None:
        self.url, self.auth = f"{url}/api/v1", auth

    def get(self, path: str, **params: str) -> Any:
        return self._call("GET", path, params=params)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._call("POST", path, json=body or {})

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Any other call, the path following `/api/v1/`."""
        return self._call(method, path, json=body)

    def forceenter(self, pair: str, **options: Any) -> Any:
        """Open a trade now; options: side, price, ordertype, stakeamount, entry_tag, leverage."""
        return self.post("forceenter", {"pair": pair, **options})

    def forceexit(self, trade: int | str, **options: Any) -> Any:
        """Close a trade now ("all": every one); options: ordertype, amount, price."""
        return self.post("forceexit", {"tradeid": str(trade), **options})

    def status(self) -> list[dict[str, Any]]:
        """Open trades."""
        return list(self.get("status"))

    def trades(self) -> list[dict[str, Any]]:
        """Closed trades, oldest first."""
        return list(self.get("trades", limit="500", order_by_id="true")["trades"])

    def all_trades(self) -> list[dict[str, Any]]:
        """Closed trades, then open ones."""
        return [*self.trades(), *self.status()]

    def reload_trade(self, trade: int) -> Any:
        """Ask the exchange for all orders of a trade."""
        return self.post(f"trades/{trade}/reload")

    def cancel(self, trade: int) -> Any:
        """Cancel the open order of a trade."""
        return self.delete(f"trades/{trade}/open-order")

    def health(self) -> dict[str, Any]:
        """When the bot last went through its loop."""
        return dict(self.get("health"))

    def logs(self, limit: int = 500) -> list[Any]:
        """Last lines of the log."""
        return list(self.get("logs", limit=str(limit))["logs"])

    def balance(self) -> dict[str, Any]:
        """The wallet as the bot sees it."""
        return dict(self.get("balance"))

    def reload_config(self) -> Any:
        """Read configuration and parameter file again."""
        return self.post("reload_config")

    def _call(self, method: str, path: str, **request: Any) -> Any:
        answer = HTTP.request(method, f"{self.url}/{path}", auth=self.auth, timeout=60, **request)
        answer.raise_for_status()
        return answer.json()
