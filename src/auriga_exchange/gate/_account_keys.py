"""The API key of the account, made once and kept with its orders."""

from auriga_exchange.gate._keys import ApiKeys
from auriga_exchange.trading import Journal

_KIND, _KEY, _SECRET = "account", "key", "secret"


def account_keys(journal: Journal) -> tuple[ApiKeys, str, str]:
    """Return the keys of an account with its one key and secret; made up when the journal has none.

    Parameters
    ----------
    journal : Journal
        With a file, a restarted exchange knows the same key, so that a running bot goes on.

    Examples
    --------
    >>> from auriga_exchange.trading import Journal
    >>> journal = Journal()
    >>> account_keys(journal)[1:] == account_keys(journal)[1:]
    True
    """
    kept = journal.read(_KIND)
    if _KEY in kept:
        return ApiKeys({kept[_KEY]: kept[_SECRET]}), kept[_KEY], kept[_SECRET]
    keys, key, secret = ApiKeys.random()
    with journal.transaction():
        journal.put(_KIND, _KEY, key)
        journal.put(_KIND, _SECRET, secret)
    return keys, key, secret
