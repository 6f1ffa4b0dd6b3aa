"""Auriga: one LightGBM per market regime for Freqtrade.

The package computes; the two files that Freqtrade loads (`strategies/RegimeStrategy.py` and
`freqaimodels/RegimeLightGBMClassifier.py`) only call it.
"""

__version__ = "0.1.0"
