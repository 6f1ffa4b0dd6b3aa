"""A kit for tests of your own code: candles, checks that raise, and a stock backtest.

Whoever writes an indicator, a feature, a regime detector, a label, an entry rule or a strategy calls the
check that fits, in a test of any runner or in a session. A check raises `ContractError` (an
`AssertionError`) with a sentence that names the code, a candle, the value there and what to do; it returns
nothing where all is well.

| what you wrote | check |
|---|---|
| an indicator: candles to a series | `check_series` |
| feature columns: frame to frame | `check_features` |
| a regime detector | `check_detector` |
| a label | `check_label` |
| entries and exits | `check_signals` |
| a whole strategy on one of our models | `check_strategy`, `backtest` |

The parts of `check_series` can be called on their own: `check_no_look_ahead`, `check_input_unchanged`,
`check_deterministic`, `check_index_kept`, `check_beginning`, `check_scale`. Nothing here needs a test
runner, and only `backtest` and `check_strategy` import Freqtrade.

Examples
--------
>>> from auriga.testing import check_series, random_walk
>>> def momentum(candles):
...     return candles["close"].pct_change(10)
>>> check_series(momentum, random_walk(600, seed=1), warmup=10, scale_free=True)
"""

from auriga.testing._candles import made_up_predictions, random_walk
from auriga.testing._detector import check_detector
from auriga.testing._error import ContractError
from auriga.testing._features import check_features
from auriga.testing._label import check_label
from auriga.testing._series import (
    check_beginning,
    check_deterministic,
    check_index_kept,
    check_input_unchanged,
    check_no_look_ahead,
    check_scale,
    check_series,
)
from auriga.testing._signals import check_signals
from auriga.testing._strategy import backtest, check_strategy

__all__ = [
    "ContractError",
    "backtest",
    "check_beginning",
    "check_detector",
    "check_deterministic",
    "check_features",
    "check_index_kept",
    "check_input_unchanged",
    "check_label",
    "check_no_look_ahead",
    "check_scale",
    "check_series",
    "check_signals",
    "check_strategy",
    "made_up_predictions",
    "random_walk",
]
