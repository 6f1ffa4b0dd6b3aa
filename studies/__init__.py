"""Measurements with a verdict: each writes its page from real or simulated candles, and counts its tries."""
