"""Secrets of Kubernetes in manifests and Terraform: whatever its members are called, each value of one is a secret.

Sources: https://kubernetes.io/docs/concepts/configuration/secret/ (`data` is in base64, `stringData` is plain), and the
resource kubernetes_secret of Terraform's provider.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.names import occurrences
from ipseclint.secrets.places import Place

_KIND = late(r"\bkind[\"']?:[ \t]*[\"']?secret(?![\w-])")
_BLOCK = late(r"(?P<margin>[> \t]*)(?:string)?data:[ \t]*(?:#[^\n]*)?(?:\n(?:(?P=margin)[ \t]+[^\n]*|[> \t]*(?=\n)))++")
_MEMBER = late(
    r"\n(?P<margin>[> \t]+)[\"']?[\w.-]{1,253}[\"']?:(?:[ \t]+!{1,2}\w{1,20})?"
    r"(?:[ \t]+[|>][+-]?\d?[ \t]*(?P<lines>(?:\n(?:(?P=margin)[ \t]+[^\n]+|[> \t]*(?=\n)))++)"
    r"|(?:[ \t]+|[ \t]*(?:#[^\n]*)?\n(?P=margin)[ \t]+)[\"']?(?P<given>[^\s|>\"'#][^\n\"']*))"
)
_OBJECT = late(r"(?:string)?data\"[ \t\n]{0,40}:[ \t\n]{0,40}\{[^{}]{0,65536}+\}")
_TEXT = late(r":[ \t\n]{0,40}\"([^\"\n]+)\"")
_OF_TERRAFORM = late(r"\bdata[ \t]*=[ \t]*\{(?:[^{}$]|\$(?:\{[^{}]*+\})?)*+\}")
_SET = late(r"=[ \t]*\"([^\"\n]+)\"")
_MAX_BEHIND = 4_096
"""So far behind a resource of Terraform its data is looked for (reasoned: it is of a few lines)."""
_MAX_CHARACTERS = 65_536
"""So much of a document around the word that tells its kind is looked at (reasoned: a Secret is one of a few lines)."""


def in_manifests(lower: str) -> Iterator[Place]:
    """The places of what is given to the members of Secrets; `lower` is the text in lower case."""
    for at in occurrences(lower, "stringdata"):
        yield from _given_at(lower, at)
    for at in occurrences(lower, "kubernetes_secret"):
        data = _OF_TERRAFORM.search(lower, at, at + _MAX_BEHIND)
        yield from (text.span(1) for text in _SET.finditer(lower, *data.span())) if data is not None else ()
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
