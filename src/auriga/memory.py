"""Giving freed memory back to the system."""

import ctypes
import os
from functools import cache
from typing import Any

import pyarrow as pa

_M_MMAP_THRESHOLD = -3
_LARGE = 256 * 1024


@cache
def _glibc(name: str) -> Any:
    """Return glibc's function, or None where the C library has none (musl, macOS, Windows)."""
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None


@cache
def map_large_blocks() -> None:
    """Have the C library map blocks of 256 KiB and more on their own, so that they return when freed.

    glibc raises this threshold up to 32 MB by itself; then columns of candles lie among small objects, and
    what is freed of them cannot be used or returned. It holds for the whole process; a threshold that the
    environment gives (`MALLOC_MMAP_THRESHOLD_`, `GLIBC_TUNABLES`) stays.
    """
    asked = "MALLOC_MMAP_THRESHOLD_" in os.environ or "mmap_threshold" in os.environ.get("GLIBC_TUNABLES", "")
    mallopt = _glibc("mallopt")
    if mallopt is not None and not asked:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)


def release_memory() -> None:
    """Ask the C library and pyarrow, which reads candles, to return what is free.

    glibc keeps freed blocks of up to 32 MB for itself; after LightGBM has sorted rows into bins that is
    more than the bins themselves, and Freqtrade's own peak would come on top of it.
    """
    pa.default_memory_pool().release_unused()
    trim = _glibc("malloc_trim")
    if trim is not None:
        trim(0)
