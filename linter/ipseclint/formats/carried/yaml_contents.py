r"""The contents of files that cloud-init writes, where YAML has one in double quotation marks.

    content: "netsh ipsec ...\r\nnetsh ipsec ...\r\n"

Its lines become commands of one line, each in its place. Sources: `write_files` of cloud-init; the double-quoted style
of YAML 1.2, 7.3.1.
"""

from __future__ import annotations

import re

from ipseclint.formats.carried.literals import blanks, straightened
from ipseclint.formats.carried.shown import Places, in_one_line
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_CONTENT = late(
    r"^(?P<lead>[ ]{0,80}(?:-[ ]{1,8})?(?P<key>content)[ ]*:[ ]+)"
    r"\"(?P<script>(?:[^\"\\]++|\\[\s\S])*+)\"(?=[ \t]*\r?$)",
    re.MULTILINE,
)
_IS_FOLLOWED = late(r"(?:[^\\\r\n]++|\\n\\\r?\n|\\[nrt\"\\/])*+")
"""Escapes that are followed, and line ends of YAML that are those of the script."""
_SAME_END = late(r"\\n\\(?=\r?\n)")


def with_contents(text: str, then: str, diagnostics: Diagnostics) -> str:
    """The text with such contents as commands with `then` between them, and without those that are not followed."""

    def shown(content: re.Match[str]) -> str:
        if mention_within(content["script"]) is None:
            return content[0]
        if _IS_FOLLOWED.fullmatch(content["script"]) is None:
            place = diagnostics.place(*Places(text, "").line_and_column(content.start("key")), len(content["key"]))
            diagnostics.not_understood("commands of IPsec stand here in a text whose escapes are not followed", place)
            return blanks(content[0])
        script = straightened(_SAME_END.sub(lambda end: blanks(end[0]), content["script"]))
        return f"{blanks(content['lead'])} {in_one_line(script, then)} "

    return _CONTENT.sub(shown, text)
