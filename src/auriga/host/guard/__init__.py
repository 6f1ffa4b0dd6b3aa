"""The guard before each entry, and the comparison of exchange and trades."""

from auriga.host.guard._guard import EntryGuard, guarded_adjustment
from auriga.host.guard._reconcile import Reconciler, Reconciliation

__all__ = [
    "EntryGuard",
    "Reconciler",
    "Reconciliation",
    "guarded_adjustment",
]
