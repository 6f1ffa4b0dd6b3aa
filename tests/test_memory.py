"""Freed memory goes back to the system."""

import subprocess
import sys

import pytest

# What glibc's mallinfo2 gives: `hblks`, the number of blocks that are mapped on their own, is the fourth.
PROGRAM = """
import ctypes
import numpy as np
from auriga.memory import map_large_blocks

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks e f g h i j".split()]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Info
big = np.ones(30_000_000 // 8)
del big  # glibc now keeps blocks of up to 30 MB in its heap

def mapped(megabytes):
    before = mallinfo().hblks
    block = np.ones(megabytes * 125_000)
    return mallinfo().hblks - before

before = mapped(1)
map_large_blocks()
print(before, mapped(8))  # larger than what the first left free
"""


def answer(**environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc")
def test_large_blocks_are_mapped_on_their_own_after_the_call() -> None:
    assert answer() == "0 1"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc")
def test_threshold_of_the_environment_stays() -> None:
    assert answer(MALLOC_MMAP_THRESHOLD_="33000000") == "0 0"
