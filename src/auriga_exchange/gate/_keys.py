"""API keys and their secrets."""

import secrets
from collections.abc import Mapping

from auriga.errors import ParameterError

_LONGEST = 256
_BYTES = 32


class ApiKeys:
    """Keys that may trade, each with the secret that signs its requests.

    Neither `repr` nor an error shows any of them, so that they cannot end up in a log.

    Parameters
    ----------
    secrets_by_key : mapping of str to str
        Secret of each API key; both are texts of printable ASCII without spaces.

    Raises
    ------
    ParameterError
        If a key or a secret is empty, too long or has other characters.

    Examples
    --------
    >>> ApiKeys({"a-key": "a-secret"})
    ApiKeys(<1 hidden>)
    """

    def __init__(self, secrets_by_key: Mapping[str, str]) -> None:
        for key, secret in secrets_by_key.items():
            if not _is_token(key) or not _is_token(secret):
                raise ParameterError(
                    f"an API key or its secret is not 1 to {_LONGEST} printable ASCII characters without "
                    "spaces; they are not shown here"
                )
        self._secrets = dict(secrets_by_key)

    @classmethod
    def random(cls) -> tuple["ApiKeys", str, str]:
        """Make up one key and its secret, 64 characters each as Binance's; returns all three."""
        key, secret = secrets.token_hex(_BYTES), secrets.token_hex(_BYTES)
        return cls({key: secret}), key, secret

    def secret(self, key: str) -> str | None:
        """Return the secret of a key, None for an unknown one."""
        return self._secrets.get(key)

    def __len__(self) -> int:
        return len(self._secrets)

    def __repr__(self) -> str:
        return f"ApiKeys(<{len(self)} hidden>)"


def _is_token(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and all("!" <= character <= "~" for character in text)
