"""A dry-run of days in minutes, and whether the backtest path says the same of each of its candles."""
