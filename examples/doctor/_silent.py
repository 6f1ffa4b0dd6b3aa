"""A check of `auriga doctor`: copy it to `src/auriga/host/doctor/_silent.py`.

It needs two lines in `src/auriga/host/doctor/_registry.py`, an import and in `CHECKS`

    Check("silent", "candles without volume", silent),
"""

from collections.abc import Iterator

from auriga.host.examination import Examination, Finding, Level, fine

_MUCH = 0.05
"""Share of silent candles that costs a pair many of its rows."""


def silent(exam: Examination) -> Iterator[Finding]:
    """Warn of pairs whose candles often have no volume: they are neither learned from nor traded."""
    shares = {
        pair: float((exam.market.features(pair).frame["volume"] == 0).mean()) for pair in exam.known_pairs
    }
    for pair, share in shares.items():
        if share > _MUCH:
            yield Finding(
                "silent", Level.WARNING, f"{share:.0%} of the candles of {pair} have no volume",
                "take a slower timeframe, or leave the pair out",
            )  # fmt: skip
    if max(shares.values(), default=0.0) <= _MUCH:
        yield fine("silent", f"at most {_MUCH:.0%} of the candles of each pair have no volume")
