"""One HTTP client for what is asked many times a second."""

import httpx

HTTP = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))
"""`httpx.get` and its like read the certificates of every authority each time, 30 ms of a core, even for a
loopback address. Connections are not kept: the bot or exchange at the other end may have been killed."""
