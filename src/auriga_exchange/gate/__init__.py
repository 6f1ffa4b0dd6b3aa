"""What a request has to pass before it is answered: limits, API keys, signatures and timestamps."""

from auriga_exchange.gate._account_keys import account_keys
from auriga_exchange.gate._endpoint import Endpoint, Parameters, Security
from auriga_exchange.gate._gate import Gate
from auriga_exchange.gate._incoming import Incoming, read_incoming
from auriga_exchange.gate._keys import ApiKeys
from auriga_exchange.gate._limits import FUTURES_LIMITS, SPOT_LIMITS, RateLimit
from auriga_exchange.gate._listen_keys import ListenKeys
from auriga_exchange.gate._signature import check_signature, sign

__all__ = [
    "FUTURES_LIMITS",
    "SPOT_LIMITS",
    "ApiKeys",
    "Endpoint",
    "Gate",
    "Incoming",
    "ListenKeys",
    "Parameters",
    "RateLimit",
    "Security",
    "account_keys",
    "check_signature",
    "read_incoming",
    "sign",
]
