"""Speed and memory against stock FreqAI, in one run: `python -m benchmarks.speed`, `--quick` for a smoke."""
