"""The scripts of PowerShell that stand in blocks of YAML: tasks of Ansible, steps of a pipeline.

Sources: the modules win_shell and win_powershell (ansible.windows), the keys `run` of GitHub Actions, `powershell`,
`pwsh`, `script` and `inlineScript` of Azure Pipelines, and YAML's literal blocks, each kept line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_BLOCK = late(
    r"^(?P<indent>[ ]{0,80}(?:-[ ]{1,8})?)(?:ansible\.(?:windows|builtin)\.)?"
    r"(?P<key>win_shell|win_powershell|powershell|pwsh|script|inline_?script|run)[ ]*:[ ]*\|[+-]?\d?[ \t]*\r?\n",
    re.MULTILINE | re.IGNORECASE,
)
_VALUE = (
    r"[ ]*:[ ]+(?:'(?P<single>[^'\r\n]+)'|\"(?P<double>[^\"\\\r\n]+)\""
    r"|(?P<plain>[^\s'\"|>{\[&*!%@`#][^\r\n]*?))(?:[ \t]+#[^\r\n]*)?[ \t]*\r?$"
)
_KEY = r"^[ ]{0,80}(?:-[ ]{1,8})?(?:ansible\.(?:windows|builtin)\.)?"
_IN_LINE = late(
    rf"{_KEY}(?:win_shell|win_powershell|powershell|pwsh|script|inline_?script|run){_VALUE}",
    re.MULTILINE | re.IGNORECASE,
)
"""A script of one line, plain or in quotation marks without an escape."""
_COMMAND = late(rf"{_KEY}win_command{_VALUE}", re.MULTILINE | re.IGNORECASE)
"""A program that is run without a shell, and its words."""
_LINE = late(r"(?P<indent>[ ]*)(?P<first>[^\r\n])?[^\r\n]*(?:\r?\n|\Z)")
DECIDES = late(
    r"^[ ]{0,80}(?:-[ ]{1,8})?(?:when|loop|until|retries|with_\w{1,20}|condition|if|strategy)[ ]*:", re.MULTILINE
)
"""What decides whether a task or step runs, and how often."""
SIGNS_OF_TASKS = ("win_regedit", "win_service", "reg.present", "reg.absent")
"""One of these stands in every text with a task that sets values of the registry itself, in lower case."""


def powershell_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """The offsets of the blocks that set IPsec or VPN policy by cmdlets."""
    return tuple(_blocks(text)) if "|" in text else ()


def lines_beside(text: str, blocks: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The offsets of scripts of one line that concern IPsec or a VPN, outside of blocks."""
    return tuple(
        (start, end)
        for start, end in _of_concern(_IN_LINE, text)
        if not any(first <= start < behind for first, behind in blocks)
    )


def commands_beside(text: str) -> tuple[tuple[int, int], ...]:
    """The offsets of commands of one line that no shell runs and that concern IPsec."""
    return tuple(_of_concern(_COMMAND, text))


def _of_concern(key: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in key.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        if mention_within(text[start:end]) is not None:
            yield start, end


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    behind = 0
    while opening := _BLOCK.search(text, behind):
        behind = opening.end()
        end = end_of_block(text, behind, len(opening["indent"]))
        mention = mention_within(text[behind:end])
        if mention is not None and mention.tool.kind == "cmdlet":
            yield behind, end
        behind = max(end, behind)


def end_of_block(text: str, start: int, indent: int) -> int:
    """Where a block ends that begins at an offset: before the first line that is not indented further than its key."""
    end = start
    while end < len(text) and (line := _LINE.match(text, end)) is not None:
        if line["first"] is not None and len(line["indent"]) <= indent:
            break
        end = line.end()
    return end
