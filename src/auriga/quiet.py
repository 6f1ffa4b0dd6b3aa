"""Keep the log silent for a while, and leave it as it was: whoever calls a command may go on logging."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_log(level: int) -> Iterator[None]:
    """Drop what is logged at `level` and below, in the whole process; also a decorator of functions.

    `logging.disable` alone would stay: warnings of whatever runs later in this process would be lost.
    """
    before = logging.root.manager.disable
    logging.disable(level)
    try:
        yield
    finally:
        logging.disable(before)
