"""Does the regime split pay on real candles? `python -m studies.split` measures it and writes the page."""
