"""Room: host."""
