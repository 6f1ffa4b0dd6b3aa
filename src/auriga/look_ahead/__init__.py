"""What changes when later candles are taken away: the same computation of candles that end earlier, compared.

The doctor, the check of labels before a training and the public checks of `auriga.testing` all look here.
"""

from auriga.look_ahead._differences import Difference, differences, differing
from auriga.look_ahead._label_reach import LONGEST_HORIZON, Reach, label_reach, rare_rows

__all__ = [
    "LONGEST_HORIZON",
    "Difference",
    "Reach",
    "differences",
    "differing",
    "label_reach",
    "rare_rows",
]
