"""Does the regime split pay on real candles? `python -m benchmarks.study` measures it and writes the page."""
