"""machine: what a run was measured on, so that its figures mean something later."""

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.measure import Peak
from ranvier.engine.choose import thread_count

PACKAGES = (
    *("ranvier", "numpy", "torch", "jax", "jaxlib", "optax", "scikit-learn"),
    *("keras", "onnxruntime", "tinygrad"),
)


def describe(peak: Peak, load: float) -> dict[str, Any]:
    """Return the processor, the target, the threads, the versions and the date.

    load: the load average when the run started; near zero on a quiet machine.
    """
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": processor(),
        "system": platform.platform(),
        "target": peak.target,
        "threads": thread_count(None),
        "peak_gflops": {
            "one_core": round(peak.one_core / 1e9, 1),
            "all_cores": round(peak.all_cores / 1e9, 1),
        },
        "load_before": round(load, 2),
        "versions": {"python": platform.python_version(), **_versions()},
    }


def processor() -> str:
    """Return the processor's name as its maker writes it, where the system says it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if "model name" in line)
    return next(names, platform.machine())


def load_average() -> float:
    """Return how many processes wanted to run, on average over the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _versions() -> dict[str, str]:
    installed = {}
    for package in PACKAGES:
        try:
            installed[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return installed
