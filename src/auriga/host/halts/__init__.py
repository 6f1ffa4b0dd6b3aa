"""Kill switches: what was lost, and the locks that end trading for a while."""

from auriga.host.halts._halts import Halts
from auriga.host.halts._locks import FOREVER, Halt, HaltKind, as_ms

__all__ = [
    "FOREVER",
    "Halt",
    "HaltKind",
    "Halts",
    "as_ms",
]
