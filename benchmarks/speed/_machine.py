"""What the figures belong to: the machine and the versions."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.speed._overlays import ROOT

_PACKAGES = ("freqtrade", "lightgbm", "numpy", "pandas", "scikit-learn", "TA-Lib")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def commit() -> str:
    """Short name of the commit, with a plus when files differ from it."""
    try:
        git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*"]
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def describe_machine() -> list[str]:
    """Lines about processor, memory, load, Python and packages."""
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    memory = psutil.virtual_memory().total / 2**30
    system = f"{platform.system()} {platform.release()}"
    return [
        f"- {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}",
        f"- Python {platform.python_version()}, {packages}; Auriga at {commit()}",
        f"- load average of the machine before the first run: {os.getloadavg()[0]:.2f}",
    ]
