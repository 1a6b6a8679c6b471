"""Keys in the documents that users write, such as a file of waivers: masked before anything is made or said of them."""

from __future__ import annotations

import json
import re
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
    details = list(details)
    given = {text: shown for detail in details for text, shown in _masked(detail)}
    for text in sorted(given, key=len, reverse=True):
        for spelt in (repr, json.dumps, *((str,) if is_telling(text) else ())):
            message = message.replace(spelt(text), spelt(given[text]))
    for number in {repr(detail["input"]) for detail in details if _is_number(detail["input"]) and _is_of_key(detail)}:
        message = re.sub(rf"(?<![\w.]){re.escape(number)}(?![\w.])", MASK, message)
    return message


def _masked(detail: ErrorDetails) -> Iterator[tuple[str, str]]:
    """The texts in what an error is about that have keys, each with its mask."""
    is_named = _is_of_key(detail)
    texts = [(text, MASK if is_named else hidden(text)) for text in texts_in(detail["input"])]
    names = [(part, hidden(part)) for part in _names(detail)]
    yield from ((text, shown) for text, shown in [*texts, *names] if text != shown)


def _names(detail: ErrorDetails) -> list[str]:
    """The names that lead to what an error is about."""
    return [part for part in detail["loc"] if isinstance(part, str)]


def _is_of_key(detail: ErrorDetails) -> bool:
    """Whether an error is about what stands below the name of a key."""
    return any(map(names_key, _names(detail)[-1:]))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def texts_in(value: Any) -> Iterator[str]:
    """The texts in a value of a document, however deep."""
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for part in parts:
        yield from texts_in(part)
