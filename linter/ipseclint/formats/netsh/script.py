"""The format of netsh scripts: batch files, PowerShell scripts and `netsh -f` files with IPsec commands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.run_files import BATCH_ENDINGS, POWERSHELL_ENDINGS, SEVERAL_ON_A_LINE, RunFiles
from ipseclint.formats.kit.token import LEFT_OUT, TAGS
from ipseclint.formats.netsh.called_files import FileRun
from ipseclint.formats.netsh.flow import DOUBT
from ipseclint.formats.netsh.hosts import BATCH, NETSH, POWERSHELL, Host
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.recognition import (
    detect_host,
    hands_cmdlets_on,
    is_carried,
    is_fenced,
    is_of_cmdlets,
    names_other_tool,
)
from ipseclint.formats.netsh.replays import Replays
from ipseclint.formats.netsh.wrapped import BEGINS_ANOTHER, rejoined, with_rests_told
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import LateModule, late, late_names
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.secrets import key_spans
from ipseclint.secrets.values import end_of_line
from ipseclint.source import HEAD_BYTES, Source, Span, begin_of, bytes_source, lines_of_text, suffix_of
from ipseclint.vocabulary import registry_keys
from ipseclint.vocabulary.ipsec_tools import SETS_SERVICE
from ipseclint.vocabulary.services import NAMES

if TYPE_CHECKING:
    from ipseclint.formats.kit.templates import without_statements
    from ipseclint.formats.pasted import prose
else:
    prose = LateModule("ipseclint.formats.pasted.prose")
    (without_statements,) = late_names("ipseclint.formats.kit.templates", "without_statements")

_MARKUP = late(r"\s*<(?!#)")
_COMMAND = late(
    r"\n(?:(?![a-z]:\\[^>\r\n]*>|<)(?>[^\r\n]*?netsh(?<=\bnetsh)\b)[^\r\n]*?\b(?:ips|adv"
    r"|ras[ \t]+set[ \t]+(?:ikev2|wanports\b[^\r\n(]{0,120}\((?:ikev2|l2tp)\)))"
    r"|[ \t]*+\(?(?:@?(?:>>?[ \t]*\S+[ \t]*)?echo[ \t]+)?(?:pushd[ \t]+)?"
    r"(?:ipsec[ \t]+(?:static|dynamic)|advfirewall[ \t]+(?:consec|mainmode|set[ \t]+global))\b)"
)
"""A command of netsh; this and what follows is for folded text behind the end of a line."""


_NAMES = ("netsh", "ipsec", "advfirewall")
"""One of these stands in every such command, and in what enters a context: quicker to look for."""
_SIGNS_OF_COMMANDS = ("netsh", "advfirewall", "static", "dynamic")
"""One of these stands in every such command: texts of other tools have `ipsec` alone."""
_PRINTED = r"[ \t]*+\(?(?:@?(?:>>?[ \t]*\S+[ \t]*)?echo[ \t]+)?(?:pushd[ \t]+)?"
"""What stands before a command that a batch file prints, for a file or for netsh itself."""
_ENTERED = late(
    rf"\n{_PRINTED}(?:ipsec|advfirewall)(?:[ \t]+(?:static|dynamic|consec|mainmode|firewall))?[ \t]*(?:>[^\r\n]*)?\r?$",
    re.MULTILINE,
)
_IN_CONTEXT = late(
    rf"\n{_PRINTED}(?:(?:static|dynamic|consec|mainmode)[ \t]+)?"
    r"(?:add|set|delete)[ \t]+(?:rule|policy|filter|mmpolicy|qmpolicy|global|store|config)"
)
"""A context that is entered by a line of its own, and a command in one."""


_CONTEXT_IN_VARIABLE = late(
    r"\n[ \t]*+@?set[ \t]++\"?\w{1,60}=[ \t]*+\"?(?:(?:[\w%:]{1,40}\\){0,8}netsh(?:\.exe)?\"?[ \t]++)?"
    r"(?:advf\w{0,9}[ \t]++(?:consec|mainmode|set)|advfirewall|ipsec[ \t]++(?:static|dynamic)|ipsec)\b"
    r"|[%!]\w{1,60}[%!]\"?[ \t]++(?:advf\w{0,9}[ \t]++(?:consec|mainmode|set)|ipsec[ \t]++(?:static|dynamic))\b"
)
"""A variable of a batch file that holds a context of netsh, with what is called in it or without, or netsh itself."""
_NAMES_SERVICES = late(
    r"\n[ \t]*+@?(?:for[ \t][^\r\n(]*\bin[ \t]*\([^\r\n)]*?|set[ \t]++\"?\w{1,60}=[^\r\n]{0,200}?"
    rf"|call[ \t]*+:[^\r\n]{{0,200}}?)(?<!\w)(?:{NAMES})(?!\w)"
)
_SETS_ONE = late(r"\breg(?:\.exe)?[ \t]+(?:add|delete)[ \t][^\r\n]{0,200}?\\services\\\"?[%!]")
"""A loop, a variable or a call of a section with a service that IPsec stands on; a key that its name is put into."""
_PRINTS_KEY = late(
    r"echo[.: \t]{1,8}\[-?hk[^\]\r\n]{0,200}?"
    rf"(?:{registry_keys.MENTIONS}|{registry_keys.SERVICES})"
)
"""A key of IPsec in a registry file that a batch file prints."""
_KEY_IN_VARIABLE = late(
    r"\n[ \t]*+@?set[ \t]++\"?\w{1,60}=[ \t]*+\"?(?:hk|registry::)[^\r\n]{0,200}?"
    rf"(?:{registry_keys.MENTIONS}|{registry_keys.SERVICES})"
)
_SETS_A_VARIABLE = late(r"\breg(?:\.exe)?[ \t]+(?:add|delete)[ \t]+\"?[%!]")
"""A variable of a batch file that holds a key of IPsec, and a command that sets what is below a variable."""


def recognise(source: Source) -> bool:
    """Whether a line calls netsh for IPsec or enters one of its IPsec contexts."""
    head = source.head_text
    if _MARKUP.match(head) is not None or not (_has_command(source) or _hands_on(source)):
        return False
    return not (is_carried(head, source.path) or is_of_cmdlets(source))


def _hands_on(source: Source) -> bool:
    names_powershell = any(name in source.head_words for name in ("powershell", "pwsh"))
    return names_powershell and hands_cmdlets_on(source.head_text)


def _calls_netsh(lines: str, path: str) -> bool:
    """Whether one of the lines, behind their ends, is such a command, and no sentence of a text that people write."""
    if path.casefold().endswith(_SCRIPTS) or suffix_of(path) not in prose.WRITTEN:
        return _COMMAND.search(lines) is not None
    begins = (match.start() + 1 for match in _COMMAND.finditer(lines))
    return any(not prose.speaks_of_commands(lines[at : end_of_line(lines, at, len(lines))]) for at in begins)


def _has_command(source: Source) -> bool:
    words, lines = source.head_words, source.head_lines_folded
    if any(name in words for name in _NAMES) and (
        (any(map(words.__contains__, _SIGNS_OF_COMMANDS)) and _calls_netsh(lines, source.path))
        or (_ENTERED.search(lines) and _IN_CONTEXT.search(lines))
    ):
        return True
    if "netsh" in words and "=" in words and _CONTEXT_IN_VARIABLE.search(lines) is not None:
        return True
    sets = names_other_tool(lines) or (
        _NAMES_SERVICES.search(lines) and (SETS_SERVICE.search(lines) or _SETS_ONE.search(lines))
    )
    if not sets and ("[hk" in lines or "[-hk" in lines):
        sets = _PRINTS_KEY.search(lines)
    if not sets and "reg" in words and "set" in words and _SETS_A_VARIABLE.search(lines) is not None:
        sets = _KEY_IN_VARIABLE.search(lines)
    return bool(sets) and not is_fenced(lines)


_SCRIPTS = (*BATCH_ENDINGS, *POWERSHELL_ENDINGS)
"""The endings of files that a shell runs line by line, as they stand."""

_MAY_BE_LEFT_OUT = late(r"[ \t]*(?:[\[(<{]|--|\*\*|==|~~|\.\.|[\u2026\u2702]|snip|8<)", re.IGNORECASE)
"""How a line begins that an author puts in place of others, and hardly any command."""

LONG_LINES = 100
"""From so many lines on the pattern of plain filters is worth making, which takes as long as reading 80 of them."""


@of_source
def parse(source: Source) -> Parsed:
    """Replay the commands of the script, and of the files that it runs, into the resulting policy."""
    text, diagnostics = source.read_text(), Diagnostics(source.path)
    if "%" in text and any(map(text.__contains__, TAGS)):
        text = without_statements(text, diagnostics)
    files = RunFiles(source)
    host = detect_host(text[:HEAD_BYTES], diagnostics.path)
    if host is NETSH and files.has_any and diagnostics.path.casefold().endswith(BATCH_ENDINGS):
        host = BATCH  # all that it has of netsh may stand in the files that it runs
    shown, host = _with_contents(text, host, diagnostics)
    lines = lines_of_text(shown)
    is_run = diagnostics.path.casefold().endswith(_SCRIPTS)
    if not is_run:
        lines = rejoined(lines, host.continuation)
    keys = key_spans(text, diagnostics.path)
    diagnostics.secrets += keys
    parsed = _replayed(host, [(files, lines)], diagnostics)
    if not all(map(BEGINS_ANOTHER.match, lines[1:])) or any(line.count('"') % 2 for line in lines):
        parsed = with_rests_told(parsed, lines, host, diagnostics.path, is_run=is_run)
    parsed = _with_cuts_told(parsed, lines, diagnostics.path)
    if host is not BATCH or not parsed.problems or not parsed.policy.is_empty:
        return _with_doubts_summed_up(parsed)
    from ipseclint.formats.netsh.choices import with_choices

    def read(several: Sequence[list[str]], ran: set[int]) -> Parsed:
        own = Diagnostics(diagnostics.path, secrets=[*keys])
        return _replayed(host, [(RunFiles(source), each) for each in several], own, ran)

    return _with_doubts_summed_up(with_choices(parsed, lines, read))


def _with_contents(text: str, host: Host, diagnostics: Diagnostics) -> tuple[str, Host]:
    """The text with the commands that YAML has in quotation marks or in a list, and the host that runs them."""
    shown = text
    if "write_files:" in text:
        from ipseclint.formats.carried.yaml_contents import with_contents

        shown = with_contents(shown, ";" if host is POWERSHELL else "&", diagnostics)
    if "Fn::Join" in text or "!Join" in text:
        from ipseclint.formats.carried.yaml_joined import with_joined

        shown = with_joined(shown, diagnostics)
    if shown is text or host is not NETSH:
        return shown, host
    if detect_host(shown[:HEAD_BYTES], diagnostics.path) is NETSH:
        return text, host  # netsh itself takes one command from a line
    return shown, BATCH


def _with_cuts_told(parsed: Parsed, lines: list[str], path: str) -> Parsed:
    """The result with a problem for each line that stands in place of others, which may hold commands."""
    within = Diagnostics(path)
    for number, line in enumerate(lines, start=1):
        if _MAY_BE_LEFT_OUT.match(line) is not None and LEFT_OUT.fullmatch(line.strip()) is not None:
            within.cut_short(Span(path, number, begin_of(line) + 1, len(line.strip())))
    return replace(parsed, problems=(*parsed.problems, *within.problems)) if within.problems else parsed


def read_batch(text: str, diagnostics: Diagnostics) -> Parsed:
    """The result of commands that cmd.exe receives from elsewhere than a batch file."""
    files = RunFiles(bytes_source(diagnostics.path, b""))
    return _with_doubts_summed_up(_replayed(BATCH, [(files, lines_of_text(text))], diagnostics))


def _replayed(
    host: Host,
    runs: Sequence[tuple[RunFiles, list[str]]],
    diagnostics: Diagnostics,
    ran: set[int] | None = None,
) -> Parsed:
    """The result of the lines of a file, run once or several times in a row.

    `ran` receives the lines whose commands run.
    """
    replays, ran = Replays(diagnostics), set[int]() if ran is None else ran
    lexers = [Lexer(host, diagnostics, files) for files, _ in runs]
    for lexer, (_, lines) in zip(lexers, runs, strict=True):
        _replay(lines, lexer, replays, ran)
    if host is BATCH and (number := _line_in_open_page(runs[0][1], ran, diagnostics.path)) is not None:
        diagnostics.given[f"letters that the console's code page decides, line {number}"] += 1
    policy = replays.finish()
    for lexer, (files, lines) in zip(lexers, runs, strict=True):
        if lexer.handed_on:
            policy = merge_policies((policy, *_handed_on(policy, lexer, lines, diagnostics)))
        if lexer.apart:
            policy = merge_policies((policy, *_apart(lexer.apart, files, diagnostics)))
    if len(replays.by_tool) > 1 or any(lexer.handed_on or lexer.apart for lexer in lexers):
        from ipseclint.formats.kit.set_last import set_last

        replays.note_aims(policy)
        policy = set_last(policy)
    for lexer in lexers:
        if lexer.unfollowed.stays:
            lexer.unfollowed.tell_what_stays()
        policy = lexer.unfollowed.without_certainty(policy)
        if gone := set(map(id, lexer.taken_back)):
            diagnostics.problems[:] = [each for each in diagnostics.problems if id(each) not in gone]
    policy = policy.model_copy(update={"refused_commands": diagnostics.refused_commands()})
    secrets = sorted(set(diagnostics.secrets), key=lambda span: (span.line, span.column, span.length))
    return replace(
        diagnostics.parsed(policy),
        secrets=tuple(secrets),
        followed=tuple(dict.fromkeys(path for files, _ in runs for path in files.followed)),
        taken=tuple(dict.fromkeys(path for files, _ in runs for path in files.taken)),
    )


_CHOOSES_PAGE = late(r"\bchcp[ \t]+\d", re.IGNORECASE)
_SETS_NO_ECHO = late(r"[ \t]*@?echo[ \t]+off\b", re.IGNORECASE)
_ASSIGNS = late(r"[ \t]*@?set[ \t]", re.IGNORECASE)
_LETTER = late(r"[^\W\d_a-zA-Z]")
_FIRST_LINES = 20


def _line_in_open_page(lines: Sequence[str], ran: Set[int], path: str) -> int | None:
    """The first line of a batch file that gives a letter beyond ASCII to policy before it chooses a code page.

    cmd.exe reads a batch file in the code page of its console, which the file alone does not tell (the page `chcp` of
    the Windows Commands reference; Microsoft's "Code Page Identifiers"). What is typed has none of its own.
    """
    is_file = path.casefold().endswith(BATCH_ENDINGS) or any(map(_SETS_NO_ECHO.match, lines[:_FIRST_LINES]))
    if not is_file or all(map(str.isascii, lines)):
        return None
    for number, line in enumerate(lines, start=1):
        if _CHOOSES_PAGE.search(line) is not None:
            return None
        if (number in ran or _ASSIGNS.match(line) is not None) and _LETTER.search(line) is not None:
            return number
    return None


def _replay(lines: list[str], lexer: Lexer, replays: Replays, ran: set[int]) -> None:
    """Carry out the commands of a file; plain filters of a long one on a fast path."""
    is_long = len(lines) > LONG_LINES
    course, numbered = lexer.begin(lines), enumerate(lines, start=1)
    for number, line, arguments in course or ((number, line, None) for number, line in numbered):
        if is_long and line:
            # Where lines run in an order of their own, each is taken alone.
            beside, place = (lines, number - 1) if course is None else ([line], 0)
            taken = replays.takes_filters(beside, place, number, lexer)
            if taken:
                next(islice(numbered, taken - 1, taken - 1), None)
                continue
            taken = replays.takes_rules(beside, place, number, arguments, lexer)
            if taken:
                ran.update(range(number, number + taken))
                next(islice(numbered, taken - 1, taken - 1), None)
                continue
        for command in lexer.feed(number, line, arguments):
            ran.add(command.line)
            replays.apply(command, lexer)
        if lexer.if_not_added:
            lexer.settle()
    for command in lexer.close():
        replays.apply(command, lexer)


def _handed_on(made: Policy, lexer: Lexer, lines: list[str], diagnostics: Diagnostics) -> Iterator[Policy]:
    """The policies of scripts passed to PowerShell, in the script and in the files that it runs."""
    from ipseclint.formats.powershell.script.commands.handed_on import note_changes, policy_of

    for path in dict.fromkeys(script[0].path for script in lexer.handed_on):
        scripts = [script for script in lexer.handed_on if script[0].path == path]
        within = diagnostics if path == diagnostics.path else Diagnostics(path)
        yield policy_of(scripts, lexer.lines_run.get(path, lines), within)
        if within is not diagnostics:
            diagnostics.take(within)
    if not made.is_empty:
        note_changes(lexer.handed_on, diagnostics)


def _apart(runs: Iterable[tuple[Source, FileRun]], files: RunFiles, diagnostics: Diagnostics) -> Iterator[Policy]:
    """The policies of files for other readers: PowerShell scripts, and imports of `reg import`."""
    for source, run in dict.fromkeys(runs):
        with files.running(source) as text:
            if text is None:
                message = "a file that is run here runs within itself, or cannot be read: it is not followed"
                diagnostics.not_understood(message, diagnostics.place(1, 1))
                continue
            if files.numbers_of(source) is not None:
                diagnostics.not_understood(SEVERAL_ON_A_LINE, diagnostics.place(1, 1))
                continue
            within = Diagnostics(source.path)
            if run.ending == ".reg":
                from ipseclint.formats.registry import reg_text

                parsed = reg_text.parse(source)
                within.problems += parsed.problems
                within.secrets += parsed.secrets
                yield parsed.policy
            else:
                from ipseclint.formats.powershell.script.reader import read_script

                yield read_script(text, within, files=files, words=run.arguments).policy
            diagnostics.take(within)


def _with_doubts_summed_up(parsed: Parsed) -> Parsed:
    """The result with the many problems of commands that may not run replaced by one with their number."""
    first: dict[str, int] = {}
    counts: Counter[str] = Counter()
    kept: list[Problem] = []
    for problem in parsed.problems:
        is_doubt = problem.message.startswith(DOUBT)
        if is_doubt:
            counts[problem.message] += 1
        if not is_doubt or counts[problem.message] == 1:
            first.setdefault(problem.message, len(kept))
            kept.append(problem)
    for message, number in counts.items():
        if number > 1:
            more = "; so does 1 more" if number == 2 else f"; so do {number - 1} more"
            kept[first[message]] = kept[first[message]].model_copy(update={"message": message + more})
    return replace(parsed, problems=tuple(kept))


FORMATS = (
    Format(
        name="netsh-script",
        title="netsh script with IPsec commands",
        short="a netsh script",
        recognise=recognise,
        parse=parse,
        how_to_export="none: it is the script that sets the policy up (.bat, .cmd, .ps1 or for netsh -f)",
        can_express="everything that netsh ipsec and netsh advfirewall consec, mainmode and set global can set; "
        "services and registry values of IPsec; what is audited of it; rules of ipseccmd that block or permit",
        cannot_express="the state of the machine before the script ran",
    ),
)
