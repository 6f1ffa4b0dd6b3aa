"""What does each feature group add, and which regime detector helps most? On real candles, with intervals."""
