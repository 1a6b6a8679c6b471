"""Templates by Jinja, Terraform, ERB, Mako and Go: what a configuration holds is known once it is rendered."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import TAGS
from ipseclint.late import late

NOT_RENDERED = "this is a template: render it, or fill it in, and give the file that comes of it"
PUT_IN = r"\{\{[^{}\r\n]{0,80}\}\}|\$\{[^{}\r\n]{0,80}\}|<%=[^{}<>\r\n]{0,80}%>"
"""What Jinja, a shell, Terraform or ERB puts in, whose braces are none of a configuration."""
VALUE = late(
    r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|<%=.{0,200}?%>|\$\{\w{1,60}+[.\[(][^{}\r\n]{0,200}+\}|%\{[^{}\r\n]{0,200}+\}"
)
"""What is put in, in any file."""
NAMED = late(r"\$\{\w{1,60}+(?::?[-=?+][^{}\r\n]{0,200}+)?\}")
"""What a shell, `envsubst` or Terraform puts in by name."""
_STATEMENT = late(
    r"\n(?P<margin>[ \t]*+)(?:\{%[^\n]*%\}|\{#[^\n]*#\}|<%(?!=)[^\n]*%>|</?%[a-z]{3,12}\b[^\n]*>"
    r"|%\{~?[ \t]*+(?:(?:if|for)\b[^${}\n]*|(?:else|endif|endfor)[ \t]*+~?)\}"
    r"|\{\{-?[ \t]*+(?:[#/$]|(?:if|else|end|range|with|define|include|template|block)\b)[^\n]*\}\}"
    r"|%[ \t]*+(?:for|if|elif|else|endif|endfor|while|unless|end)\b[^=\n]*)[ \t\r]*+(?=\n|\Z)"
)
"""A line that is run when a template is rendered, or a comment that is left out then."""
_SIGNS = (*TAGS, "{{", "{#", "\n%", " %", "\t%")


def without_statements(text: str, diagnostics: Diagnostics) -> str:
    """A text whose lines that a template runs are emptied; the first of them is said."""
    whole = f"\n{text}"
    if not any(map(whole.__contains__, _SIGNS)) or (first := _STATEMENT.search(whole)) is None:
        return text
    line = whole.count("\n", 0, first.start() + 1)
    diagnostics.not_understood(NOT_RENDERED, diagnostics.place(line, len(first["margin"]) + 1))
    return _STATEMENT.sub("\n", whole)[1:]
