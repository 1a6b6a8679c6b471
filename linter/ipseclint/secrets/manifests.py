"""Secrets in manifests of Kubernetes: whatever its members are called, each value of a Secret is one.

Source: https://kubernetes.io/docs/concepts/configuration/secret/ (`data` is in base64, `stringData` is plain).
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.names import occurrences
from ipseclint.secrets.places import Place

_KIND = late(r"\bkind[\"']?:[ \t]*[\"']?secret(?![\w-])")
_BLOCK = late(r"(?P<margin>[> \t]*)(?:string)?data:[ \t]*(?:#[^\n]*)?(?:\n(?:(?P=margin)[ \t]+[^\n]*|[> \t]*(?=\n)))++")
_MEMBER = late(
    r"\n(?P<margin>[> \t]+)[\"']?[\w.-]{1,253}[\"']?:[ \t]+(?:[|>][+-]?\d?[ \t]*"
    r"(?P<lines>(?:\n(?:(?P=margin)[ \t]+[^\n]+|[> \t]*(?=\n)))++)|[\"']?(?P<given>[^\s|>\"'][^\n\"']*))"
)
_OBJECT = late(r"(?:string)?data\"[ \t\n]{0,40}:[ \t\n]{0,40}\{[^{}]{0,65536}+\}")
_TEXT = late(r":[ \t\n]{0,40}\"([^\"\n]+)\"")
_MAX_CHARACTERS = 65_536
"""So much of a document around the word that tells its kind is looked at (reasoned: a Secret is one of a few lines)."""


def in_manifests(lower: str) -> Iterator[Place]:
    """The places of what is given to the members of Secrets; `lower` is the text in lower case."""
    for at in occurrences(lower, "stringdata"):
        yield from _given_at(lower, at)
    reach = 0
    for kind in _KIND.finditer(lower):
        begin = max(reach, lower.rfind("\n---", max(0, kind.start() - _MAX_CHARACTERS), kind.start()), 0)
        reach = lower.find("\n---", kind.end(), kind.end() + _MAX_CHARACTERS)
        reach = reach if reach >= 0 else min(len(lower), kind.end() + _MAX_CHARACTERS)
        for at in occurrences(lower[begin:reach], "data"):
            yield from _given_at(lower, begin + at)


def _given_at(lower: str, at: int) -> Iterator[Place]:
    """The values of the members below a place, in YAML or JSON."""
    line = lower.rfind("\n", max(0, at - 100), at) + 1
    block = _BLOCK.match(lower, line)
    for member in _MEMBER.finditer(lower, *block.span()) if block is not None else ():
        yield member.span(member.lastgroup or 0)
    whole = _OBJECT.match(lower, at)
    yield from (text.span(1) for text in _TEXT.finditer(lower, *whole.span())) if whole is not None else ()
