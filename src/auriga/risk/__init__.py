"""Room: risk."""
