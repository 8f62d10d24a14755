"""Seconds of a piece of work, and how they are told."""

import statistics
import time
from collections.abc import Callable


def figures(name: str, seconds: list[float], busy: list[float] | None = None) -> float:
    """Print p50, p99 and the largest in milliseconds; gives the p99. `busy`: seconds of the processor alone, which
    tell more than the clock does where other programs want the same core."""
    p50, p99, largest = _percentiles(seconds)
    shown = f"{name:<78} p50 {p50 * 1000:8.2f}   p99 {p99 * 1000:8.2f}   max {largest * 1000:8.2f} ms"
    if busy:
        p50_busy, p99_busy, _ = _percentiles(busy)
        shown += f"   n {len(seconds)}   processor p50 {p50_busy * 1000:.2f}   p99 {p99_busy * 1000:.2f}"
    print(shown, flush=True)
    return p99


def _percentiles(seconds: list[float]) -> tuple[float, float, float]:
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.99)], ordered[-1]


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Seconds of each call."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found
