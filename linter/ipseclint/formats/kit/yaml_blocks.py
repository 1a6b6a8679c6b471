"""PowerShell scripts in YAML, in blocks and lists: tasks of Ansible, steps of a pipeline, data of a cloud's machines.

Sources: the modules win_shell and win_powershell (ansible.windows), the keys `run` of GitHub Actions, `powershell`,
`pwsh`, `script` and `inlineScript` of Azure Pipelines, `script` and what runs before and after it of GitLab, `runcmd`,
`bootcmd` and `write_files` of cloud-init, `runCommand` of Systems Manager, `content` of EC2Launch; YAML's literal
blocks, each kept line by line, and its folded ones, whose line ends are blanks but behind an empty line or beside one
that is indented further (YAML 1.2, 8.1.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import CALL, mention_within

_BLOCK = late(
    r"^(?P<indent>[ ]{0,80}(?:-[ ]{1,8})?)(?:ansible\.(?:windows|builtin)\.)?"
    r"(?P<key>win_shell|win_powershell|powershell|pwsh|script|inline_?script|run|content)"
    r"[ ]*:[ ]*(?P<style>[|>])[+-]?\d?[ \t]*\r?\n",
    re.MULTILINE | re.IGNORECASE,
)
_SCALAR = (
    r"(?:'(?P<single>[^'\r\n]+)'|\"(?P<double>(?:[^\"\\\r\n]|\\[\\\"])+)\""
    r"|(?![\w.-]{1,80}:[ \t\r\n])(?P<plain>[^\s'\"|>{\[&*!%@`#][^\r\n]*?))(?:[ \t]+#[^\r\n]*)?[ \t]*\r?$"
)
"""A text of one line, plain or in quotation marks, of which backslashes and quotation marks are escaped alone."""
_VALUE = rf"[ ]*:[ ]+{_SCALAR}"
_KEY = r"^[ ]{0,80}(?:-[ ]{1,8})?(?:ansible\.(?:windows|builtin)\.)?"
_IN_LINE = late(
    rf"{_KEY}(?:win_shell|win_powershell|powershell|pwsh|script|inline_?script|run|raw|content){_VALUE}",
    re.MULTILINE | re.IGNORECASE,
)
"""A script of one line."""
_WORD = r"(?:'[^'\r\n]*+'|\"[^\"\\\r\n]*+\"|[^\s\[\]{},'\"#]++)"
"""A word of a command that is written as a list in brackets."""
_LIST = late(
    r"^(?P<indent>[ ]{0,80})(?P<lead>-[ ]{1,8})?"
    r"(?:(?:before_|after_)?script|runcmd|bootcmd|run_?command|commands|inline)[ ]*:[ \t]*(?:#[^\r\n]*)?\r?\n",
    re.MULTILINE | re.IGNORECASE,
)
"""A key whose list has commands."""
_ITEM = late(
    rf"(?P<indent>[ ]{{0,80}})-[ ]{{1,8}}(?:(?P<style>[|>])[+-]?\d?[ \t]*\r?\n"
    rf"|\[[ ]*(?P<words>{_WORD}(?:[ ]*,[ ]*{_WORD})*+)[ ]*\]|{_SCALAR})",
    re.MULTILINE,
)
_COMMAND = late(rf"{_KEY}win_command{_VALUE}", re.MULTILINE | re.IGNORECASE)
"""A program that is run without a shell, and its words."""
_LINE = late(r"(?P<indent>[ ]*)(?P<first>[^\r\n])?[^\r\n]*(?:\r?\n|\Z)")
_OF_PROGRAM = late(rf"^[ \t]*{CALL}[ \t]+[a-z]", re.MULTILINE | re.IGNORECASE)
"""A line of a block that calls a program of Windows that sets policy."""
_SET_BY_OTHERS = frozenset({"registry", "group policy", "service"})
_SETS = late(
    r"\b(?:(?:set|new|remove)-item(?:property)?|set-gp(?:pref)?registryvalue|(?:set|stop)-service)\b", re.IGNORECASE
)
"""The kinds of tools that cmdlets of other modules stand for, and these cmdlets."""
DECIDES = late(
    r"^[ ]{0,80}(?:-[ ]{1,8})?(?:when|loop|until|retries|with_\w{1,20}|condition|if|strategy)[ ]*:", re.MULTILINE
)
"""Conditions and loops on a task or step."""
SIGNS_OF_RESOURCES = (
    "registry_value", "registry::value", "dsc_registry", "registry_key", "service {", "service{", "service '",
    'service "', "service('", "windows_service", "instance of msft_",
)  # fmt: skip
"""One of these stands in every text with a resource of Puppet, Chef or DSC's MOF for values of the registry, or for a
service."""
SIGNS_OF_INSTALLERS = ("writereg", "deleteregvalue", "[registry]", "<registryvalue")
"""One of these stands in every text of an installer that sets values of the registry, in lower case."""
_OF_SALT = ("service.dead", "service.running", "service.disabled", "service.enabled", "service:")
SIGNS_OF_TASKS = ("win_regedit", "win_service", "win_dsc", "reg.present", "reg.absent", *_OF_SALT)
"""One of these stands in every text with a task that sets values of the registry itself, in lower case."""


def powershell_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """The offsets of the blocks and lists that set IPsec or VPN policy by cmdlets."""
    return tuple((start, end) for start, end, _ in _scripts(text))


def folded_line_ends(text: str) -> tuple[int, ...]:
    """The offsets of line ends in such blocks that YAML folds to blanks."""
    folded = ((start, end) for start, end, is_folded in _scripts(text) if is_folded)
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
    """The offsets of commands that concern IPsec and run without a shell, or in one that is not known."""
    listed = (
        (item.start, item.end)
        for items in _lists(text)
        for item in items
        if (item.is_in_words or not _calls(text, items)) and _is_of_concern(text[item.start : item.end])
    )
    blocks = (
        (start, end)
        for start, end, is_folded in _all_blocks(text)
        if not is_folded and _OF_PROGRAM.search(text, start, end) and not _sets_by_cmdlet(text[start:end])
    )
    concerned = ((start, end) for start, end in blocks if _is_of_concern(text[start:end]))
    return tuple(sorted((*_of_concern(_COMMAND, text), *listed, *concerned)))


def _of_concern(key: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in key.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        if _is_of_concern(text[start:end]):
            yield start, end


def _is_of_concern(script: str) -> bool:
    return mention_within(script) is not None


class _Item(NamedTuple):
    """The offsets of an item of a list of commands. `is_in_words`: it is a list of its words."""

    start: int
    end: int
    is_folded: bool = False
    is_in_words: bool = False


def _scripts(text: str) -> Iterator[tuple[int, int, bool]]:
    """The offsets of each block, and of each item of a list that has cmdlets; whether it is folded."""
    called = (items for items in _lists(text) if _calls(text, items))
    listed = (item[:3] for items in called for item in items if not item.is_in_words)
    yield from sorted((*_blocks(text), *listed))


def _calls(text: str, items: Sequence[_Item]) -> bool:
    """Whether an item of a list sets policy by a cmdlet."""
    return any(_sets_by_cmdlet(text[item.start : item.end]) for item in items if not item.is_in_words)


def _sets_by_cmdlet(script: str) -> bool:
    """Whether a script sets policy by a cmdlet, or a value of the registry or a service that concerns it."""
    mention = mention_within(script)
    if mention is None:
        return False
    return mention.tool.kind in {"cmdlet", "DirectAccess"} or (
        mention.tool.kind in _SET_BY_OTHERS and _SETS.search(script) is not None
    )


def _lists(text: str) -> Iterator[list[_Item]]:
    """The items of each list of commands."""
    for opening in _LIST.finditer(text):
        items: list[_Item] = []
        at, least = opening.end(), len(opening["indent"]) + len(opening["lead"] or "")
        while (line := _LINE.match(text, at)) is not None and at < len(text):
            is_within = line["first"] in {None, "#"} or len(line["indent"]) > least
            if not is_within and (line["first"] != "-" or len(line["indent"]) < least):
                break
            item = _ITEM.match(text, at)
            at = line.end()
            if item is not None and item["style"]:
                at = end_of_block(text, item.end(), len(item["indent"]))
                items.append(_Item(item.end(), at, is_folded=item["style"] == ">"))
            elif item is not None:
                items.append(_Item(*item.span(item.lastgroup or 0), is_in_words=item["words"] is not None))
        yield items


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """The offsets of each block that sets policy by cmdlets, and whether it is folded."""
    return (block for block in _all_blocks(text) if _sets_by_cmdlet(text[block[0] : block[1]]))


def _all_blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    behind = 0
    while opening := _BLOCK.search(text, behind):
        behind = opening.end()
        end = end_of_block(text, behind, len(opening["indent"]))
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
