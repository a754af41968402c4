"""How much of the machine this process may use."""

import os


def usable_cores() -> int:
    """Return how many cores this process may use; Ray tells its workers by OMP_NUM_THREADS."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    if given.isdecimal() and int(given):
        return int(given)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
