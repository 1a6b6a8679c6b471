"""Prose that names a registry key of IPsec, or a value there, as instructions do for what is to be set by hand,
or speaks of commands.

Go to HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent and create the value ... = 2
"""

from __future__ import annotations

import re

from ipseclint.engine.unread.sign_words import WORDS, first_of, folded_bytes, search
from ipseclint.formats.pasted.prose import WRITTEN, is_prose, speaks_of_commands
from ipseclint.late import late
from ipseclint.source import Source, bytes_source, suffix_of
from ipseclint.vocabulary.registry_keys import VALUES

_KEY = late(
    rb"(?:computer\\)?(?:hkey_local_machine|hklm:?)\\{1,2}system\\{1,2}(?:currentcontrolset|controlset00\d)"
    rb"\\{1,2}services\\{1,2}[\w\\]{1,120}|" + VALUES.encode()
)
_OF_COMMANDS = ("netsh", "-net", "-vpn")
"""How the names of the commands begin that sentences name, or a part of these."""
_LOOKS = late(rb"\b(?:get|show|test)-(?:net|vpn)\w{1,60}", re.IGNORECASE)
"""A cmdlet that sets nothing, whatever stands behind it."""
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


def only_speaks_of_commands(source: Source) -> bool:
    """Whether a text that people write has signs of IPsec in sentences that name netsh or a cmdlet alone."""
    if suffix_of(source.path) not in WRITTEN or not source.is_in_head:
        return False
    text = source.head_text
    others = (line for line in text.split("\n") if not (_names(line) and speaks_of_commands(line)))
    rest = _LOOKS.sub(b"", "\n".join(others).encode())
    has_such = len(rest) < len(text.encode())  # a sign in what is encoded stands in no sentence
    return has_such and search(bytes_source(source.path, rest), WORDS) is None


def _names(line: str) -> bool:
    folded = line.casefold()
    return any(map(folded.__contains__, _OF_COMMANDS))
