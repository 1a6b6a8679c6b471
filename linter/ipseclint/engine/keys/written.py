"""Keys in the documents that users write, such as a file of waivers: masked before anything is made or said of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ipseclint.engine.keys.gate import hidden
from ipseclint.secrets.masks import MASK, is_telling
from ipseclint.secrets.names import names_key

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_TAKEN_AS_WRITTEN = frozenset(
    {"baseline", "exclude", "output", "path", "paths", "policy", "ruleset", "waivers", "when"}
)
"""The keys whose values find files, or are evaluated: another value would change what is done."""


def without_keys(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document with every key masked in its names and values that is announced within them."""
    result: dict[str, Any] = {}
    for name, value in document.items():
        shown = hidden(name)
        while shown in result:
            shown += "*"
        result[shown] = value if name in _TAKEN_AS_WRITTEN else _of_any(value)
    return result


def _of_any(value: Any) -> Any:
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, list):
        return [*map(_of_any, value)]
    return without_keys(value) if isinstance(value, dict) else value


def without_given(message: str, details: Iterable[ErrorDetails]) -> str:
    """A message about wrong values, which it may repeat, with every key masked that these hold or that their name
    announces."""
    given = {text: shown for detail in details for text, shown in _masked(detail)}
    for text in sorted(given, key=len, reverse=True):
        for spelt in (repr, json.dumps, *((str,) if is_telling(text) else ())):
            message = message.replace(spelt(text), spelt(given[text]))
    return message


def _masked(detail: ErrorDetails) -> Iterator[tuple[str, str]]:
    """The texts in what an error is about that have keys, each with its mask."""
    place = [part for part in detail["loc"] if isinstance(part, str)]
    is_named = any(map(names_key, place[-1:]))
    texts = [(text, MASK if is_named else hidden(text)) for text in texts_in(detail["input"])]
    yield from ((text, shown) for text, shown in [*texts, *((part, hidden(part)) for part in place)] if text != shown)


def texts_in(value: Any) -> Iterator[str]:
    """The texts in a value of a document, however deep."""
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for part in parts:
        yield from texts_in(part)
