"""Giving freed memory back to the system."""

import ctypes
from functools import cache
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]


@cache
def _malloc_trim() -> Any:
    """Return glibc's function, or None where the C library has none (musl, macOS, Windows)."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None


def release_memory() -> None:
    """Ask the C library and pyarrow, which reads candles, to return what is free.

    glibc keeps freed blocks of up to 32 MB for itself; after LightGBM has sorted rows into bins that is
    more than the bins themselves, and Freqtrade's own peak would come on top of it.
    """
    pa.default_memory_pool().release_unused()
    trim = _malloc_trim()
    if trim is not None:
        trim(0)
