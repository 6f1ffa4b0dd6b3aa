"""What the rooms cost: features, labels and regimes, without a backtest around them."""
