"""Faults on demand: rules, what they put in the place of answers, and how they get there."""

from auriga_exchange.faults._connection import OpenProtocol, drop_connection, reset_connection
from auriga_exchange.faults._middleware import FaultMiddleware
from auriga_exchange.faults._plan import FaultPlan
from auriga_exchange.faults._rule import REQUEST_KINDS, STREAM_KINDS, FaultRule, read_rule, shown

__all__ = [
    "REQUEST_KINDS",
    "STREAM_KINDS",
    "FaultMiddleware",
    "FaultPlan",
    "FaultRule",
    "OpenProtocol",
    "drop_connection",
    "read_rule",
    "reset_connection",
    "shown",
]
