"""Room: indicators."""
