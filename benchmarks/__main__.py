"""Run every measurement and print its table."""

from benchmarks import simulated

simulated.main()
