"""What the rooms cost: features, labels and regimes, without Freqtrade."""
