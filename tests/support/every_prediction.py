"""Settings of tests that trade every prediction: see `rig.EVERY_PREDICTION`."""

import copy
from typing import Any

from rig import EVERY_PREDICTION, merged

__all__ = ["EVERY_PREDICTION", "every_prediction"]


def every_prediction(block: dict[str, Any] | None = None) -> dict[str, Any]:
    """`EVERY_PREDICTION` with other settings of the block `regime` over it; null is a value like others."""
    return copy.deepcopy(merged(EVERY_PREDICTION, block or {}))
