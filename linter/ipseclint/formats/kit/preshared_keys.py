"""A preshared key as a value of a policy: the one that is written, or one that a script asks a person for."""

from __future__ import annotations

from ipseclint.formats.kit.token import Token
from ipseclint.model.setting import Secret, Setting, Unknown

ASKED = "\ue000asked\ue000"
"""What stands in a command for the answer to a question. Characters of private use: nobody writes them."""

WHEN_ASKED = Unknown("asked for when the script runs", hidden=True)
"""The key that stands in no input."""


def preshared_key(token: Token) -> Setting[Secret]:
    """The key that a token is."""
    return Setting(WHEN_ASKED if token.text == ASKED else Secret(token.text), token.span)
