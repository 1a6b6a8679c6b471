"""PowerShell scripts in YAML blocks: tasks of Ansible, steps of a pipeline.

Sources: the modules win_shell and win_powershell (ansible.windows), the keys `run` of GitHub Actions, `powershell`,
`pwsh`, `script` and `inlineScript` of Azure Pipelines, YAML's literal blocks, each kept line by line, and its folded
ones, whose line ends are blanks but behind an empty line or beside one that is indented further (YAML 1.2, 8.1.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_BLOCK = late(
    r"^(?P<indent>[ ]{0,80}(?:-[ ]{1,8})?)(?:ansible\.(?:windows|builtin)\.)?"
    r"(?P<key>win_shell|win_powershell|powershell|pwsh|script|inline_?script|run)"
    r"[ ]*:[ ]*(?P<style>[|>])[+-]?\d?[ \t]*\r?\n",
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
"""Conditions and loops on a task or step."""
SIGNS_OF_RESOURCES = ("registry_value", "registry::value", "dsc_registry", "registry_key")
"""One of these stands in every text with a resource of Puppet or Chef that sets values of the registry."""
SIGNS_OF_TASKS = ("win_regedit", "win_service", "reg.present", "reg.absent")
"""One of these stands in every text with a task that sets values of the registry itself, in lower case."""


def powershell_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """The offsets of the blocks that set IPsec or VPN policy by cmdlets."""
    return tuple((start, end) for start, end, _ in _blocks(text)) if "|" in text or ">" in text else ()


def folded_line_ends(text: str) -> tuple[int, ...]:
    """The offsets of line ends in such blocks that YAML folds to blanks."""
    folded = ((start, end) for start, end, is_folded in _blocks(text) if is_folded)
    return tuple(start + at for start, end in folded for at in _folded(text[start:end])) if ">" in text else ()


def _folded(block: str) -> Iterator[int]:
    """The offsets of the folded line ends of a block: between two lines indented like its first."""
    before: int | None = None
    own: int | None = None
    for line in _LINE.finditer(block):
        indent = None if line["first"] is None else len(line["indent"])
        own = indent if own is None else own
        if own is not None and before == indent == own and line.start():
            yield from range(line.start() - len(_line_end(block, line.start())), line.start())
        before = indent


def lines_beside(text: str, blocks: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The offsets of one-line scripts that concern IPsec or a VPN, outside blocks."""
    return tuple(
        (start, end)
        for start, end in _of_concern(_IN_LINE, text)
        if not any(first <= start < behind for first, behind in blocks)
    )


def commands_beside(text: str) -> tuple[tuple[int, int], ...]:
    """The offsets of one-line commands that concern IPsec and run without a shell."""
    return tuple(_of_concern(_COMMAND, text))


def _of_concern(key: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in key.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        if mention_within(text[start:end]) is not None:
            yield start, end


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """The offsets of each block, and whether it is folded."""
    behind = 0
    while opening := _BLOCK.search(text, behind):
        behind = opening.end()
        end = end_of_block(text, behind, len(opening["indent"]))
        mention = mention_within(text[behind:end])
        if mention is not None and mention.tool.kind == "cmdlet":
            yield behind, end, opening["style"] == ">"
        behind = max(end, behind)


def end_of_block(text: str, start: int, indent: int) -> int:
    """The end of a block that begins at an offset: before the first line not indented more than its key."""
    end = start
    while end < len(text) and (line := _LINE.match(text, end)) is not None:
        if line["first"] is not None and len(line["indent"]) <= indent:
            break
        end = line.end()
    return end


def _line_end(text: str, behind: int) -> str:
    """The line end before an offset."""
    return "\r\n" if text[max(0, behind - 2) : behind] == "\r\n" else "\n"
