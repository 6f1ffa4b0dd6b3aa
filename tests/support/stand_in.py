"""A base for stand-ins of Freqtrade's objects, which have the few attributes that a test needs.

mypy takes such a class for anything; at run time it is a plain one, since `typing.Any` of Python 3.11 takes
no arguments.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    StandIn = Any
else:

    class StandIn:
        """Nothing of its own."""
