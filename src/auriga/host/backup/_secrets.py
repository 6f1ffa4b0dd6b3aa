"""Configuration files without what must stay secret."""

import json
import re
from pathlib import Path
from typing import Any

from freqtrade.configuration.config_secrets import sanitize_config
from freqtrade.configuration.load_config import load_config_file

_REDACTED = "REDACTED"
_SECRET = re.compile(
    r"(key|secret|password|passphrase|token|uid|chat_id|account_?id|address|webhook_url|db_url|proxy|proxies)$",
    re.IGNORECASE,
)


def without_secrets(file: Path) -> bytes:
    """Return a configuration as plain JSON; Freqtrade's secrets, and what looks like one, say REDACTED.

    Comments are lost.
    """
    content = sanitize_config(load_config_file(str(file)))
    return json.dumps(_redacted(content), indent=2).encode()


def _redacted(value: object) -> Any:
    if isinstance(value, dict):
        return {
            name: _REDACTED if _is_secret(name, each) else _redacted(each) for name, each in value.items()
        }
    return [_redacted(each) for each in value] if isinstance(value, list) else value


def _is_secret(name: str, value: object) -> bool:
    if not isinstance(value, str) or not value or name == "listen_ip_address":
        return False
    keeps_files = name == "db_url" and value.startswith("sqlite")
    return bool(_SECRET.search(name)) and not keeps_files
