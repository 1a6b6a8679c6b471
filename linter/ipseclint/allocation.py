"""How large texts are held in memory, so that it is given back as they are let go."""

from __future__ import annotations

import sys
from functools import cache

_M_MMAP_THRESHOLD = -3


@cache
def give_back(least_bytes: int) -> None:
    """Have what is as large taken from the system each by itself, once for the process.

    The C library of Linux raises that size with each such piece that is freed, to 32 MB (mallopt(3),
    `M_MMAP_THRESHOLD`): the next text lies among what stays, and its memory is not given back.
    """
    if sys.platform != "linux":
        return
    from ctypes import CDLL

    mallopt = getattr(CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, least_bytes)
