"""How often 95 % intervals of the stationary bootstrap cover the truth, on simulated returns."""
