"""Whether the move that a prediction expects is the one that comes, on recorded candles."""
