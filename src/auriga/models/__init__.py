"""Arrays to estimators: one model per regime behind scikit-learn's contract.

Nothing here knows candles, columns or Freqtrade; regimes arrive as an array of codes.
"""

from auriga.models._regime_classifier import Expert, RegimeClassifier
from auriga.models._splits import purged_split
from auriga.models._untrained import UntrainedClassifier

__all__ = ["Expert", "RegimeClassifier", "UntrainedClassifier", "purged_split"]
