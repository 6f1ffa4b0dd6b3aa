"""A web server that keeps what the bot's webhook sends."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Json = dict[str, Any]

_TRADE = {"trade_id": "{trade_id}", "pair": "{pair}", "enter_tag": "{enter_tag}"}
_EXIT = {**_TRADE, "exit_reason": "{exit_reason}"}
_FORMS: Json = {
    "entry": {"type": "entry", **_TRADE},
    "entry_fill": {"type": "entry_fill", **_TRADE},
    "entry_cancel": {"type": "entry_cancel", **_TRADE, "reason": "{reason}"},
    "exit": {"type": "exit", **_EXIT},
    "exit_fill": {"type": "exit_fill", **_EXIT},
    "exit_cancel": {"type": "exit_cancel", **_TRADE, "reason": "{reason}"},
    "status": {"type": "status", "text": "{status}"},
    "warning": {"type": "warning", "text": "{status}"},
    "exception": {"type": "exception", "text": "{status}"},
    "startup": {"type": "startup", "text": "{status}"},
    "strategy_msg": {"type": "strategy_msg", "text": "{msg}"},
}


class Receiver:
    """Listens on the loopback interface while the `with` block lasts.

    Attributes
    ----------
    messages : list of dict
        In the order they came; each has a `type` as in Freqtrade's `RPCMessageType`.
    """

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def config(self) -> Json:
        """The `webhook` block of a bot's configuration."""
        port = self._server.server_address[1]
        options = {"enabled": True, "format": "json", "allow_custom_messages": True}
        return {**options, "url": f"http://127.0.0.1:{port}/", **_FORMS}

    def of_type(self, kind: str) -> list[Json]:
        """Messages of one type."""
        return [message for message in self.messages if message["type"] == kind]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        messages = self.messages

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                messages.append(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
