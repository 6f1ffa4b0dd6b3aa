"""What the three profiles are worth on recorded candles, and what the model's timing saves."""
