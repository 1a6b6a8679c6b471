"""Windows commands in a cloud template, such as a machine extension's: reported, and not read."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.vocabulary.ipsec_tools import mention_within, signs_in

_COMMENTS = ("#", "//")


def tell_commands(text: str, diagnostics: Diagnostics) -> None:
    """Note each line that runs an IPsec command on a machine, apart from the gateway's declaration."""
    signs = signs_in(text)
    if not signs:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.lstrip()
        if words.startswith(_COMMENTS) or (mention := mention_within(line, signs)) is None:
            continue
        why = f"{quoted(mention.words)} stands beside what is declared here and is not read: give it as a script"
        diagnostics.not_understood(why, diagnostics.place(number, len(line) - len(words) + 1, len(words.rstrip())))
