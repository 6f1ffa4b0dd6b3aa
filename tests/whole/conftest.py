"""Small FreqAI runs for every test below."""

from tests.support.freqai_runs import datadir, freqai_run, write_candles_fixture

__all__ = ["datadir", "freqai_run", "write_candles_fixture"]
