"""A preshared key as a value of a policy: the one that is written, or one that stands in no input."""

from __future__ import annotations

import re

from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.model.setting import Secret, Setting, Unknown

ASKED = "\ue000asked\ue000"
"""What stands in a command for the answer to a question. Characters of private use: nobody writes them."""

FILLED_IN = "\ue000filled in\ue000"
"""What stands in a command for a key that the script takes from elsewhere when it runs, as such characters too."""

WHEN_ASKED = Unknown("asked for when the script runs", hidden=True)
WHEN_RUN = Unknown("filled in when the script runs", hidden=True)
"""The keys that stand in no input."""

_KEPT_OUT = {ASKED: WHEN_ASKED, FILLED_IN: WHEN_RUN}

BLOTTED = Unknown("blotted out", hidden=True)
"""The key that somebody took out of the input before it was handed on."""
_MAX_BLOTTED = 128
_BLOTTED = late(
    r"[*•●]{3,}|x{6,}|\.{3,}|…|hidden|masked|redacted"
    r"|[*<\[({]+[\w .-]*\b(?:hidden|key|masked|omitted|psk|redacted|removed|secret)\b[\w .-]*[*>\])}]+",
    re.IGNORECASE,
)


def is_blotted(text: str) -> bool:
    """Whether a text only holds the place of a key: `********`, `**hidden**`, `<redacted>`."""
    return len(text) <= _MAX_BLOTTED and _BLOTTED.fullmatch(text.strip()) is not None


def preshared_key(token: Token) -> Setting[Secret]:
    """The key that a token is."""
    if (kept_out := _KEPT_OUT.get(token.text)) is not None:
        return Setting(kept_out, token.span)
    return Setting(BLOTTED if is_blotted(token.text) else Secret(token.text), token.span)


def key_of(text: str) -> Secret | None:
    """The key that is written; None for one that is blotted out."""
    return None if is_blotted(text) else Secret(text)
