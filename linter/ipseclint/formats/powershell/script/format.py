"""The format of PowerShell scripts: how a script is recognised; it is evaluated, never run."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.kit.yaml_blocks import (
    DECIDES,
    commands_beside,
    folded_line_ends,
    lines_beside,
    powershell_blocks,
)
from ipseclint.formats.netsh.hosts import POWERSHELL
from ipseclint.formats.netsh.recognition import calls_cmdlets, held_script, is_of_cmdlets, is_of_other_tool
from ipseclint.formats.netsh.wrapped import with_rests_told
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.pasted.prose import COMMAND, WRITTEN, without_call
from ipseclint.late import late, late_names
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.source import DOCUMENTS, Source, lines_of_text, suffix_of
from ipseclint.vocabulary.ipsec_tools import mention_in

if TYPE_CHECKING:
    from ipseclint.formats.carried.literals import blanks, straightened
    from ipseclint.formats.netsh.own_script import OwnScript
else:
    blanks, straightened = late_names("ipseclint.formats.carried.literals", "blanks", "straightened")

_OPENING = late(
    r"^[ \t]*(?:(`{3,20}|~{3,20})[ \t]*+([\w+#.-]*+)[^\r\n]*+"
    r"|\{%-?[ \t]*highlight[ \t]++([\w+#.-]++)[^%\r\n]*+%\}"
    r"|\[source,[ \t]*+([\w+#.-]++)[^\r\n]*+\r?\n-{4,}[ \t]*"
    r"|<(powershell)>[ \t]*)\r?$",
    re.MULTILINE,
)
"""Where a block of code begins, with its language: a fence of Markdown, a tag of Liquid, a listing of AsciiDoc, the
element of a cloud's user data."""
_CODE_BESIDE = late(r"\$\w+[ \t]*\+?=")
"""Code in the place of the language of a block, as chats have it: no language begins so."""
_SIGNS_OF_BLOCKS = ("```", "~~~", "highlight", "[source", "<powershell>")
"""Signs of a text with such a block; faster to search for."""
_CLOSING_LINE = late(
    r"^[ \t]*(?:\{%-?[ \t]*endhighlight\b[^\r\n]*|-{4,}[ \t]*|</powershell>[^\r\n]*)\r?$", re.MULTILINE
)
_COMMAND_LINE = late(rf"^[ \t]*+(?:{COMMAND.pattern})", re.IGNORECASE | re.MULTILINE)
"""A line that begins with a command that sets IPsec or a VPN up."""
_STATEMENT = late(r"^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|function[ \t]+[\w-]+[ \t]*[({])", re.IGNORECASE | re.MULTILINE)
"""How lines of a script begin, unlike lines of prose."""
_TAG = late(
    r"\{%-?[ \t]*(?:if|for|set|block|include|macro)\b|^[ \t]*+\{#|<%[-=]?[ \t]|</?%[a-z]{3,12}\b"
    r"|%\{~?[ \t]*(?:if|for)\b[^${}\n]{0,200}\}",
    re.MULTILINE,
)
"""A tag of a template (Jinja, ERB, Mako, Terraform) that decides what the script contains."""
_BETWEEN_WORDS = late(r"'([^'\r\n]++)'|(\"[^\"\r\n]*+\")|,")
"""The words in quotation marks of a list, and the commas between all of them."""
_FILE = late(
    r"\bpath:[ ]++['\"]?([^\r\n'\"]{1,260})['\"]?[ \t]*\r?\n(?:[ ]+[\w-]{1,40}:[^\r\n]{0,200}\r?\n){0,6}?"
    r"[ ]+content:[^\r\n]{0,40}(?:\r?\n)?\Z"
)
"""The path of a file of cloud-init, and the key of its content, before that."""
_MAX_OF_FILE = 1000
_NAMED_AND_RUN = 2
"""How often a text names a file that it writes and runs."""
_OF_DAEMON = late(r"[ ]+(conn[ ]+[\w%-]{1,80}|connections[ ]*\{)[ \t]*\r?")
"""How the connections of an IKE daemon begin in its file."""
_MAX_LEAD = 20
"""How far before a list its dash and bracket are looked for (reasoned)."""
_LANGUAGES = frozenset(
    {"powershell", "ps1", "ps", "pwsh", "posh", "powershell-interactive", "azurepowershell", "psh", "ps1con"}
)
_OF_ANY_SHELL = frozenset(
    {
        *(
            "",
            "cmd",
            "bat",
            "batch",
            "batchfile",
            "dos",
            "dosbatch",
            "bash",
            "sh",
            "shell",
            "zsh",
            "console",
            "terminal",
        ),
        *(
            "text",
            "txt",
            "plain",
            "plaintext",
            "none",
            "code",
            "command",
            "shell-session",
            "shellsession",
            "sh-session",
        ),
    }
)
"""What people write above commands of PowerShell too, or leave out."""


@of_source
def parse(source: Source) -> Parsed:
    """The policy set up by a script, or by the script in a document's code blocks, and by the files it runs."""
    files, text, diagnostics = RunFiles(source), source.read_text(), Diagnostics(source.path)
    if (own := held_script(text, source.path)) is not None:
        return _of_batch(own, files, text, diagnostics)
    return _parse(files, text, diagnostics)


def _of_batch(own: OwnScript, files: RunFiles, text: str, diagnostics: Diagnostics) -> Parsed:
    """The result for a batch file that runs the PowerShell below its commands."""
    from ipseclint.formats.powershell.script.reader import read_script

    if own.left_out is not None:
        at = diagnostics.place(own.left_out, 1)
        diagnostics.not_understood(
            "cmd.exe ends above this line and PowerShell is given what is below: none runs it", at
        )
    parsed = read_script(text, diagnostics, ((own.start, len(text)),), files)
    return _with_batch(parsed, own.batch, diagnostics.path)


def _parse(files: RunFiles, text: str, diagnostics: Diagnostics) -> Parsed:
    from ipseclint.formats.powershell.script.reader import read_script
    from ipseclint.formats.registry.tasks import read_tasks, tasks_in

    if suffix_of(diagnostics.path) in WRITTEN:
        text = without_call(text)
    blocks = code_blocks(text)
    held = powershell_blocks(text) if not blocks and is_of_other_tool(text, diagnostics.path) else ()
    if held:
        lines = lines_beside(text, held)
        held = tuple(sorted((*held, *lines)))
        _tell_written(text, held, diagnostics)
    commands = commands_beside(text) if held else ()
    text = _unescaped(text, sorted((*held, *commands)))
    tasks = tasks_in(text, diagnostics.path) if held else []
    if held or (blocks and "<powershell>" in text):
        _tell_outside(text, (*commands, *(held or blocks)), {row for task in tasks for row in task.rows}, diagnostics)
    if held and (decides := DECIDES.search(text)) is not None:
        line = len(lines_of_text(text[: decides.start()])) or 1
        at = diagnostics.place(line, len(decides[0]) - len(decides[0].lstrip()) + 1, len(decides[0].strip()))
        diagnostics.not_understood("what decides here which scripts run is not followed: each is read as run once", at)
    blocks = held or blocks
    if not blocks and _tell_blocks_of_others(text, diagnostics):
        return Parsed(problems=diagnostics.listed())
    is_template = not blocks and _TAG.search(text) is not None
    if is_template:
        from ipseclint.formats.kit.templates import without_statements

        text = without_statements(text, diagnostics)
    of_tasks = Diagnostics(diagnostics.path)
    set_by_tasks = read_tasks(tasks, of_tasks) if tasks else Policy()
    diagnostics.take(of_tasks)
    ends = frozenset(folded_line_ends(text) if held else ())
    parsed = read_script(text, diagnostics, blocks, files, folded=ends, is_template=is_template)
    if not set_by_tasks.is_empty:
        parsed = replace(parsed, policy=merge_policies((parsed.policy, set_by_tasks)))
    if commands:
        parsed = _with_commands(parsed, text, commands, diagnostics.path)
    if not held:
        parsed = with_rests_told(parsed, lines_of_text(text), POWERSHELL, diagnostics.path)
    return _as_template(parsed) if is_template else parsed


def _tell_written(text: str, scripts: Sequence[tuple[int, int]], diagnostics: Diagnostics) -> None:
    """Say of which scripts it is only known that they are written into a file."""
    for start, _ in scripts:
        file = _FILE.search(text, max(0, start - _MAX_OF_FILE), start)
        name = "" if file is None else ntpath.basename(file[1].strip()).casefold()
        if file is not None and text.casefold().count(name) < _NAMED_AND_RUN:
            place = diagnostics.place_in(text, file.start(1), len(file[1]))
            diagnostics.not_understood("nothing here runs the script that is written: it is read as run once", place)


def _unescaped(text: str, scripts: Sequence[tuple[int, int]]) -> str:
    """The text with scripts in quotation marks and lists of words as YAML reads them, padded to the same length."""
    shown: list[str] = []
    behind = 0
    for start, end in scripts:
        script = text[start:end]
        if text[start - 1 : start] == '"':
            script = straightened(script)
        elif _is_list(text, start):
            script = _BETWEEN_WORDS.sub(lambda match: f'"{match[1]}"' if match[1] else match[2] or " ", script)
        shown += (text[behind:start], script)
        behind = end
    return "".join(shown) + text[behind:]


def _is_list(text: str, start: int) -> bool:
    return text[max(0, start - _MAX_LEAD) : start].rstrip(" ").endswith("- [")


def _with_commands(parsed: Parsed, text: str, commands: Sequence[tuple[int, int]], path: str) -> Parsed:
    """The policy of a script, and of the commands that stand inline beside it."""
    from ipseclint.formats.carried.shown import laid_out

    return _with_batch(parsed, laid_out(text, ((start, text[start:end]) for start, end in commands)), path)


def _with_batch(parsed: Parsed, batch: str, path: str) -> Parsed:
    """The policy of a script, and of the lines beside it that cmd.exe runs."""
    from ipseclint.formats.netsh.script import read_batch

    ran = read_batch(batch, Diagnostics(path))
    return replace(
        parsed,
        policy=merge_policies((ran.policy, parsed.policy)),
        problems=(*parsed.problems, *ran.problems),
        secrets=tuple(sorted({*parsed.secrets, *ran.secrets}, key=lambda span: (span.line, span.column, span.length))),
    )


def _as_template(parsed: Parsed) -> Parsed:
    """The result for a template of a script: what is missing may be filled in later, so nothing is refused."""
    refused = parsed.policy.refused_commands
    if not refused:
        return parsed
    problems = [
        Problem(
            code=ProblemCode.NOT_UNDERSTOOD,
            message=f"whether Windows takes {quoted(each.command)} is decided where this is rendered: {each.reason}",
            span=each.span,
        )
        for each in refused
    ]
    policy = parsed.policy.model_copy(update={"refused_commands": ()})
    return replace(parsed, policy=policy, problems=(*parsed.problems, *problems))


def _tell_outside(
    text: str, blocks: tuple[tuple[int, int], ...], read: Collection[int], diagnostics: Diagnostics
) -> None:
    """Report IPsec on lines around the code blocks of cloud user data, which are not prose and are not read."""
    shown = list(text)
    for start, end in blocks:
        shown[start:end] = blanks(text[start:end])
    for number, line in enumerate(lines_of_text("".join(shown)), start=1):
        if number not in read:
            _tell_line(number, line, "stands outside of the block of PowerShell, and is not read", diagnostics)
        if (of_daemon := _OF_DAEMON.fullmatch(line)) is not None:
            place = diagnostics.place(number, of_daemon.start(1) + 1, len(of_daemon[1]))
            why = "is of a file for another system that is written here, and is not read: give the file itself"
            diagnostics.not_understood(f"{quoted(of_daemon[1])} {why}", place)


def _tell_line(number: int, line: str, why: str, diagnostics: Diagnostics) -> None:
    """Report the IPsec words of a line with the reason why it is not read."""
    if (mention := mention_in(line)) is not None:
        at = line.lower().find(mention.words) + 1 or len(line) - len(line.lstrip()) + 1
        diagnostics.not_understood(f"{quoted(mention.words)} {why}", diagnostics.place(number, at, len(mention.words)))


def _tell_blocks_of_others(text: str, diagnostics: Diagnostics) -> bool:
    """Report IPsec in the code blocks of a document without PowerShell; whether it is such a document."""
    if not any(sign in text for sign in _SIGNS_OF_BLOCKS) or suffix_of(diagnostics.path) not in DOCUMENTS:
        return False
    blocks = list(_all_blocks(text))
    prose = text
    for start, end, _ in reversed(blocks):
        prose = prose[:start] + prose[end:]
    if not blocks or calls_cmdlets(prose):
        return False
    for start, end, language in blocks:
        first = text.count("\n", 0, start)
        for number, line in enumerate(lines_of_text(text[start:end]), start=first + 1):
            _tell_line(number, line, f"stands in a block of {quoted(language)}, of which nothing is read", diagnostics)
    return True


def code_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """The offsets of PowerShell code blocks in a document (Markdown, Liquid, AsciiDoc, user data); none in a script.

    Text with PowerShell statements outside all blocks is a script, and the blocks are texts in it.
    """
    return _told_blocks(text).read if any(sign in text for sign in _SIGNS_OF_BLOCKS) else ()


def has_others_beside(text: str) -> bool:
    """Whether a document has commands that set IPsec or a VPN up beside its code blocks of PowerShell: in other blocks,
    or on lines outside of all."""
    if not code_blocks(text):
        return False
    read, of_others = _told_blocks(text)
    if any(COMMAND.search(text, start, end) for start, end in of_others):
        return True
    starts, ends = zip(*sorted((*read, *of_others)), strict=True)
    gaps = zip((0, *ends), (*starts, len(text)), strict=True)
    return any(_COMMAND_LINE.search(text, begin, end) for begin, end in gaps)


class _Blocks(NamedTuple):
    """The offsets of the code blocks of a document: those of PowerShell, and the others."""

    read: tuple[tuple[int, int], ...] = ()
    of_others: tuple[tuple[int, int], ...] = ()


@lru_cache(maxsize=1)
def _told_blocks(text: str) -> _Blocks:
    """The code blocks of a document; none in a script. Cached: recognition and reading both ask."""
    read: list[tuple[int, int]] = []
    of_others: list[tuple[int, int]] = []
    behind = 0
    for start, end, language in _all_blocks(text):
        if _STATEMENT.search(text, behind, start):
            return _Blocks()
        behind = end
        is_read = language in _LANGUAGES or (language in _OF_ANY_SHELL and calls_cmdlets(text[start:end]))
        (read if is_read else of_others).append((start, end))
    return _Blocks() if _STATEMENT.search(text, behind) else _Blocks(tuple(read), tuple(of_others))


def _all_blocks(text: str) -> Iterator[tuple[int, int, str]]:
    """The offsets of each closed code block, and its language, folded."""
    behind = 0
    while opening := _OPENING.search(text, behind):
        fence, *named = opening.groups()
        ending = _CLOSING_LINE if fence is None else re.compile(rf"^[ \t]*{fence}[`~]*[ \t]*\r?$", re.MULTILINE)
        closing = ending.search(text, opening.end())
        if closing is None:
            return
        is_beside = fence is not None and _CODE_BESIDE.match(text, opening.end(1)) is not None
        start = opening.end(1) if is_beside else opening.end()
        yield start, closing.start(), next((name for name in named if name), "").casefold()
        behind = closing.end()


FORMATS = (
    Format(
        name="powershell-script",
        title="PowerShell script with cmdlets of NetSecurity, VpnClient and RemoteAccess",
        short="a PowerShell script",
        recognise=is_of_cmdlets,
        parse=parse,
        how_to_export="none: it is the script that sets the policy up (.ps1, .psm1, or blocks in a runbook or YAML)",
        can_express="everything that the cmdlets set, in any number of GPOs; netsh, reg, sc and auditpol lines in it",
        cannot_express="what it takes from elsewhere (files, parameters, the machine); the state before it ran",
    ),
)
