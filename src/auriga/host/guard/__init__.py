"""The guard before each entry, and the comparison of exchange and trades."""

from auriga.host.guard._guard import EntryGuard, guarded_adjustment
from auriga.host.guard._reconcile import Reconciler, Reconciliation
from auriga.host.guard._state import guard_file

__all__ = [
    "EntryGuard",
    "Reconciler",
    "Reconciliation",
    "guard_file",
    "guarded_adjustment",
]
