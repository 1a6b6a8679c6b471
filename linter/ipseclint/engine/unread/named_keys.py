"""Prose that names a registry key of IPsec, or a value there, as instructions do for what is to be set by hand.

Go to HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent and create the value ... = 2
"""

from __future__ import annotations

from ipseclint.engine.unread.sign_words import WORDS, first_of, folded_bytes
from ipseclint.formats.pasted.prose import WRITTEN, is_prose
from ipseclint.late import late
from ipseclint.source import Source, suffix_of
from ipseclint.vocabulary.registry_keys import VALUES

_KEY = late(
    rb"(?:computer\\)?(?:hkey_local_machine|hklm:?)\\{1,2}system\\{1,2}(?:currentcontrolset|controlset00\d)"
    rb"\\{1,2}services\\{1,2}[\w\\]{1,120}|" + VALUES.encode()
)
_HOLDS_VALUES = late(
    rb"\breg_(?:sz|dword|qword|binary|multi_sz|expand_sz)\b|=[ ]?(?:dword|hex)\b|\[-?hkey_|\n\"[^\"\n]{1,80}\"="
)
"""What stands in a text that shows values of a key, whole or damaged."""


def names_key(source: Source) -> bool:
    """Whether prose names such a key or value, and shows no values and nothing else of IPsec."""
    if suffix_of(source.path) not in WRITTEN or not source.is_in_head:
        return False
    folded = folded_bytes(source.head)
    return (
        _KEY.search(folded) is not None
        and _HOLDS_VALUES.search(folded) is None
        and first_of(WORDS, _KEY.sub(b"", folded)) is None
        and any(is_prose(line) for line in source.head_text.split("\n"))
    )
