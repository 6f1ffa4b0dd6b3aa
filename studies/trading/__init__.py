"""What each trading rule does to the same predictions on real candles, and what hyperopt finds in them."""
