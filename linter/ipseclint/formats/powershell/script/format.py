"""The format of PowerShell scripts: how one is told from other texts, and that it is evaluated, never run."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.netsh.hosts import calls_cmdlets
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.source import Source

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\r\n]*$", re.MULTILINE)
_LANGUAGES = frozenset(
    {"powershell", "ps1", "ps", "pwsh", "posh", "powershell-interactive", "azurepowershell", "psh", "ps1con"}
)


def recognise(source: Source) -> bool:
    """Whether a text calls, in PowerShell, a cmdlet that sets IPsec or VPN policy."""
    return calls_cmdlets(source.head_text)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy that the script, or the script in a document's blocks of code, sets up."""
    from ipseclint.formats.powershell.script.reader import read_script

    return read_script(text, diagnostics, code_blocks(text))


def code_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """The offsets of the blocks of PowerShell in a document of Markdown; none in a script."""
    blocks: list[tuple[int, int]] = []
    start, fence, language = -1, "", ""
    for match in _FENCE.finditer(text):
        if start < 0:
            start, fence, language = match.end(), match[1], match[2].casefold()
        elif match[1].startswith(fence) and not match[2]:
            if language in _LANGUAGES or (not language and calls_cmdlets(text[start : match.start()])):
                blocks.append((start, match.start()))
            start = -1
    return tuple(blocks)


FORMATS = (
    Format(
        name="powershell-script",
        title="PowerShell script with cmdlets of NetSecurity, VpnClient and RemoteAccess",
        recognise=recognise,
        parse=parse,
        how_to_export="none: it is the script that sets the policy up (.ps1, .psm1, or a runbook with blocks of code)",
        can_express="everything that the cmdlets set, in any number of GPOs; netsh, reg and sc lines in it",
        cannot_express="what it takes from elsewhere (files, parameters, the machine); the state before it ran",
    ),
)
