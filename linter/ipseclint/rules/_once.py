"""Caches the result of a function for each object, by identity."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
V = TypeVar("V")


def once_each(compute: Callable[[T], V]) -> Callable[[T], V]:
    """The same function, with its results cached by the identity of the argument.

    A set with a thousand methods that ten thousand rules share is then searched once. It is for use within one check,
    while the objects live.
    """
    known: dict[int, V] = {}

    def answer(thing: T) -> V:
        key = id(thing)
        if key not in known:
            known[key] = compute(thing)
        return known[key]

    return answer
