"""Keys of single security associations, set by hand or shown: ip-xfrm(8), setkey(8), `set session-key` of Cisco,
`sa ...-hex` of Huawei, and the table of keys with which Wireshark decrypts ESP."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.places import Place

_FORMS = (
    late(r"\b(?:auth(?:-trunc)?|enc|aead|comp)[ \t]+[\w(),'\"-]{2,60}[ \t]+\"?(0x[^\s\"]+)"),
    late(r"(?<![\w-])-[ea][ \t]+[a-z0-9-]{2,30}[ \t]+(?:\"([^\"\n]+)|(0x[^\s;]+))"),
    late(r"\bsession-key[ \t]+(?:in|out)bound[ \t]+(?:ah|esp)[ \t]+\d+[ \t]+([^\n]+)"),
    late(
        r"\bsa[ \t]+(?:string-key|(?:authentication|encryption)-hex)[ \t]+(?:in|out)bound[ \t]+(?:ah|esp)[ \t]+"
        r"(?:(?:simple|cipher)[ \t]+)?([^\s]+)"
    ),
    late(r"\[rfc ?\d{4}\](?:\"[ \t]*,[ \t]*\"?([^\",\n]+)|[ \t]*,[ \t]*(?:\"([^\",\n]+)|(0x[^\s\",]+)))"),
)


def in_session_keys(lower: str) -> Iterator[Place]:
    """The places of such keys; `lower` is the text in lower case."""
    for form in _FORMS:
        yield from (match.span(match.lastindex or 0) for match in form.finditer(lower))
