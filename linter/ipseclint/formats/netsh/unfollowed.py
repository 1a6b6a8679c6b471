"""Parts of a script that are not followed: how each is reported, and what it may have made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import ALONE_TO_FILL_IN, Token
from ipseclint.formats.netsh.called_files import runs_script
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN, WHAT_IS_NOT_KNOWN, open_names
from ipseclint.formats.netsh.command_words import (
    LABELLED,
    behind_if,
    calls_netsh,
    is_behind,
    is_unknown,
    misspelt_tool,
    names_in,
    service_of,
    speaks_of_ipsec,
    stopped_service,
    takes_commands,
)
from ipseclint.formats.netsh.hosts import BATCH, Host
from ipseclint.formats.netsh.words import Part
from ipseclint.formats.netsh.wrappers import CHANGES_EARLIER, encoded_script
from ipseclint.late import late, late_names
from ipseclint.model.policy import Policy
from ipseclint.source import Span
from ipseclint.vocabulary.ipsec_tools import PHONE_BOOK_WRITTEN, RUNS_LATER, Mention, mention_in
from ipseclint.vocabulary.services import UNNAMED, may_be_one, misspelt

if TYPE_CHECKING:
    from ipseclint.vocabulary.console_errors import error_at
else:
    (error_at,) = late_names("ipseclint.vocabulary.console_errors", "error_at")

MAX_OPEN_ENDS = 3
"""How many commands with unknown effect are named as a possible source of a missing object (reasoned)."""

_GIVES_SIGN = late(
    r"'?\"?prompt\b[^|<>&]{0,80}&[ ]{0,8}echo on[ ]{0,8}"
    r"&[ ]{0,8}for[ ]{1,8}%%?\w[ ]{1,8}in[ ]{0,8}\(1\)[ ]{0,8}do[ ]{1,8}rem\b",
    re.IGNORECASE,
)
"""How batch files get a sign that no editor writes, a backspace or an escape: from the prompt of another cmd.exe."""
_ELEVATION = late(r"(?>[\s\S]*?%~?1[ \t]+(?:start[ \t]+\"\"[ \t]*)?\"?mshta\b)[^\r\n]*%~?s?0", re.IGNORECASE)
"""How batch files restart themselves with more rights; if called with an argument, nothing of the line runs."""
_ASSIGNMENT = late(r"[ \t]*[A-Za-z_]\w{0,60}=[\w.:/-]{0,200}[ \t]*\r?")
"""An assignment in another shell, which calls no program here."""
_ADDRESS = late(r"[ \t<(\"']*[a-z][a-z0-9+.-]{1,15}://(?!%)", re.IGNORECASE)
"""An address of the web, in which `%5B` is a sign and no variable: it runs nothing."""
_WORKED_OUT = late(r"[ \t]*[&.][ \t]*\(")
"""How PowerShell calls a computed command."""

_ELSEWHERE = "{} runs this on another machine: it is not policy of this machine"
_NOT_NOW_AND_HERE = {
    "schtasks": RUNS_LATER,
    "at": RUNS_LATER,
    "winrs": _ELSEWHERE,
    "psexec": _ELSEWHERE,
    "psexec64": _ELSEWHERE,
    "paexec": _ELSEWHERE,
}
"""Programs that run their command later, or elsewhere."""

FED_FROM_ELSEWHERE = "netsh takes its commands from elsewhere here, which is not followed"
UNKNOWN_WORK_OF_NETSH = "what netsh is to do here is not known"
UNKNOWN_TEXT = "runs a text whose commands are not known"
UNKNOWN_PROGRAM = "an unknown program mentions IPsec here: what it does is not followed"
FILLED_IN = "what is filled in here is not known: it may be more commands"
WRITES_A_FILE = "writes this command into a file, which is not part of this input"
ON_ANOTHER_MACHINE = "this command acts on another machine"
"""Messages that several readers of commands have."""
_STARTS_ITSELF = late(r"%~?[a-z]{0,6}0", re.IGNORECASE)

_HEADING = late(r"h[1-6]\.")
"""The mark of a heading of Jira and Textile."""
_TELLS = frozenset({"path:", "name:", "dest:", "src:", "file:", "filename:", "title:", "description:", "id:"})
"""Keys of YAML that say what or where something is, and run nothing."""
_LISTED = late(r"[ \t]*[^\W\d_][^\r\n:\"]{2,40}:[ \t]{2,60}(?=netsh\b|cmd\b|\S{1,100}\\netsh\b)", re.IGNORECASE)
"""A command behind a label and blanks, as `schtasks /query /v /fo list` shows that of a task."""
_OF_A_LIST = (
    "a command that a list shows behind a label is not followed: give the script that runs it, of a task what"
    " `schtasks /query /xml` shows"
)

_SHOWS = late(r"`netsh(?:\.exe)?[ \t](?=[^`\r\n]*+`)[^`\r\n]*\bshow\b[^`\r\n]*`", re.IGNORECASE)
"""A command within prose that only looks."""

_LOOKED_UP = late(r"[ \t]*+(['`])[ \t]*+@?\"?(?:[^\s\"'`|]{0,200}\\)?netsh(?:\.exe)?\"?[ \t]++([^\r\n]*)\1[ \t]*")
"""The command of netsh over whose output a loop runs: `for /f %%i in ('netsh ...') do`."""
_LOOKS = late(r"(?:-c[ \t]+)?(?:(?!add|set|del|res|imp|exec)[a-z]{2,30}[ \t]+){1,3}(?:show|dump)\b", re.IGNORECASE)
_LOOKS_AT_PROMPT = late(
    rf"PS(?:[ \t][^\r\n>]{{0,260}})?>[ \t]*+netsh(?:\.exe)?[ \t]++{_LOOKS.pattern}[^;|&\r\n]*+", re.IGNORECASE
)
"""A command behind the prompt of PowerShell that only looks: without its output nothing was said with it."""
_OF_CONTEXT = late(r"(?:-c[ \t]+)?(?!exec\b)[a-z]", re.IGNORECASE)

_NETSH = late(r"\bnetsh(?:\.exe)?\b", re.IGNORECASE)
_NAMED = late(
    r"`netsh(?:\.exe)?(?:[ ](?:advfirewall|consec|mainmode|monitor|firewall|ipsec|static|dynamic)){0,2}`", re.IGNORECASE
)
"""A context of netsh in Markdown, without a command in it."""
_NETSH_WITH_WORDS = late(r"\bnetsh(?:\.exe)?[\"']?[ \t]+[\w%!$/-]", re.IGNORECASE)

_REMARK = late(r"[ \t]*@?(?:rem\b|::)", re.IGNORECASE)
_WRITES_BOOK = late(
    r">[ \t]*\"?(?P<book>[^\"<>&|\r\n]{0,300}\.pbk)\b"
    r"|\b(?:x?copy|robocopy|move)(?:\.exe)?[ \t][^\r\n]{0,400}[ \t\"\\](?P<copied>(?:pbk|rasphone\.pbk)\b)[\\\"]{0,2}"
    r"[ \t]*(?:/\w{1,9}[ \t]*){0,9}\r?$",
    re.IGNORECASE,
)
"""A redirection into a phone book, and a copy to where phone books are."""


_STAYS = (
    "cmd.exe puts in no variable here, as `setlocal enabledelayedexpansion` does not stand before it: "
    "this stays as it is written, unless what runs the script has turned that on"
)


class Unfollowed:
    """The commands of a script that are not followed, each reported in `diagnostics`.

    `words` are their words, folded: objects with these names may exist. `open_names` are partly unknown names as
    written, folded. `open_ends` are the places of the first commands that may create objects of any name.
    `has_firewall_rules`: a command may have made a firewall rule that bears on IPsec. `stays` are the places in
    exclamation marks that cmd.exe keeps as they are written.
    """

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.words: set[str] = set()
        self.open_names: set[str] = set()
        self.open_ends: list[Span] = []
        self.has_firewall_rules = False
        self.stays: Set[Span] = frozenset()
        self._books: set[tuple[str, int]] = set()

    def says(self, message: str, word: Token) -> None:
        """Report something that is not understood."""
        self.diagnostics.not_understood(message, word.span)

    def opens(self, message: str, word: Token) -> None:
        """Report a command that may do anything."""
        self.leaves_open((word,))
        self.says(message, word)

    def leaves_open(self, words: Sequence[Token]) -> None:
        """Record a command that makes something unknown."""
        self.open_ends += [word.span for word in words[: MAX_OPEN_ENDS - len(self.open_ends)]]

    def fills_in(self, places: Sequence[Token], words: Sequence[Token]) -> None:
        """Record a command that makes objects with a name or filter filled in at run time."""
        names = open_names(places, words)
        self.open_names.update(word.text.casefold() for word in names)
        is_filter = [word.word for word in words[1:2]] == ["filter"]
        if is_filter and places:
            self.keeps(words)  # its list holds what is not known
        self.leaves_open(places if is_filter else names)

    def runs_elsewhere(self, word: Token) -> None:
        """Report that netsh takes its commands from a file."""
        self.opens("runs netsh commands from another file, which is not part of this input", word)

    def keeps(self, words: Iterable[Token]) -> None:
        """Record the words of a command that was not followed."""
        for word in words:
            self.words |= names_in(word.text) | {word.text.casefold()}

    def written_book(self, lines: Iterable[tuple[int, str]], path: str) -> None:
        """Report the first numbered line of a batch file that writes a phone book, which has a reader of its own."""
        for number, line in lines:
            if "pbk" in line.casefold() and not _REMARK.match(line) and (book := _WRITES_BOOK.search(line)) is not None:
                begin, end = book.span(book.lastgroup or 0)
                if (path, number) not in self._books:
                    self._books.add((path, number))
                    self.diagnostics.not_understood(PHONE_BOOK_WRITTEN, Span(path, number, begin + 1, end - begin))
                return

    def line(self, line: Token) -> None:
        """Report a line that is not read, if it names a tool."""
        if mention := mention_in(line.text):
            self.names(mention, line.strip() if line.text.strip() else line, line.text)
            self.words |= names_in(line.text)

    def names(self, mention: Mention, place: Token, text: str) -> None:
        """Report a tool that a text names, unless a program has answered so."""
        if error_at(text.strip()) is not None:
            return
        shown = f"behind {quoted(place.text)}" if mention.tool.kind == "netsh" else ""
        if shown and _LISTED.match(text) is not None:
            self.says(_OF_A_LIST, place)
        elif shown and place.text.casefold() != mention.words:
            self.says(f"a netsh command for IPsec {shown} is not followed", place)
        else:
            at = text.lower().find(mention.words)
            words = text[at : at + len(mention.words)] if at >= 0 else mention.words
            self.says(mention.sentence(quoted(words.lstrip("\\/"))), place)

    def command(self, part: Part, words: tuple[Token, ...], host: Host, *, is_netsh: bool) -> None:
        """Report a command that is not one of netsh for IPsec, if it may change IPsec policy."""
        if is_netsh:
            self._netsh(part, words)
            return
        if _ASSIGNMENT.fullmatch(part.raw) or self._is_encoded(words):
            return
        first, name = words[0], _name_of(words[0])
        if (told := _not_named(words, host)) is not None:
            self.says(*told)
            return
        arguments = _SHOWS.sub(" ", part.raw)
        if (host is BATCH or name == "ps") and _is_looked_up(part.raw):
            return
        if host is BATCH and name == "set":
            arguments = arguments.partition("=")[2]
        mention = _mention_of(name, words) or (None if _only_names_netsh(arguments) else mention_in(arguments))
        if mention is None:
            if name == "if" and host is BATCH and (inner := behind_if(part, words)):
                words, name = inner, _name_of(inner[0])
                if calls_netsh(name) and part.fed:
                    self.opens(FED_FROM_ELSEWHERE, first)
            if why := self._may_do_anything(part, name, words, host):
                self.opens(why, first)
            return
        if mention.tool.kind == "netsh":
            self.leaves_open(part.variables)
        if says := _NOT_NOW_AND_HERE.get(name.removesuffix(".exe")):
            self.says(says.format(quoted(name)), first)
        else:
            self.names(mention, first, part.raw)

    def _is_encoded(self, words: tuple[Token, ...]) -> bool:
        """Whether a command passes a script in base64 to PowerShell; one that may be about IPsec is reported."""
        script = encoded_script(words)
        if script is not None and (not script or mention_in(script) or CHANGES_EARLIER.search(script)):
            self.opens(UNKNOWN_TEXT, words[0])
        return script is not None

    def _netsh(self, part: Part, words: tuple[Token, ...]) -> None:
        """Report a call of netsh with an unknown command."""
        first = words[0]
        is_given = words[1].text.startswith("%")  # by a loop over what is not known
        mention = mention_in(" ".join(each.text for each in words[1:]))
        if mention is not None and mention.tool.kind == "another context":
            self.names(mention, first, part.raw)
        elif is_given or mention or any(is_behind(each, first, True) for each in part.variables):
            self.opens(UNKNOWN_WORK_OF_NETSH, first)

    def _may_do_anything(self, part: Part, name: str, words: tuple[Token, ...], host: Host) -> str:
        """Why a program that names no tool may do anything, as a message; empty if it does not."""
        if part.raw.lstrip()[:1] in {"{", "_", "@"} and ALONE_TO_FILL_IN.fullmatch(part.raw.strip()) is not None:
            return FILLED_IN
        if host.variable is not None and _ADDRESS.match(part.raw) is None and is_unknown(name, part):
            is_itself = host is BATCH and (_ELEVATION.match(part.raw) or _GIVES_SIGN.match(name))
            return "" if is_itself else "a variable is put in here when the script runs: what is run is not known"
        if _WORKED_OUT.match(part.raw):
            return UNKNOWN_TEXT
        if runs_script(name, words) and not (name.startswith("mshta") and _STARTS_ITSELF.search(part.raw)):
            return "runs another script, which is not part of this input"
        is_field = _is_item(words) or LABELLED.match(part.raw) is not None
        if host is BATCH and not is_field and speaks_of_ipsec(name, words):
            return UNKNOWN_PROGRAM
        takes = (part.fed or part.separator == "|") and takes_commands(name, words) and not self._is_told(words[0].line)
        return "takes its commands from elsewhere here, which is not followed" if takes else ""

    def tell_what_stays(self) -> None:
        """Say of places that were taken for variables that they are none."""
        for at, problem in enumerate(self.diagnostics.problems):
            if problem.span in self.stays and problem.message in {VALUE_IS_NOT_KNOWN, WHAT_IS_NOT_KNOWN}:
                self.diagnostics.problems[at] = problem.model_copy(update={"message": _STAYS})

    def without_certainty(self, policy: Policy) -> Policy:
        """The policy, marked with the names its rules refer to that commands would create which are not followed, or
        are refused."""
        words = self.words | self.diagnostics.names_refused
        references = (
            reference.target.casefold()
            for rule in (policy.connection_security_rules if words else ())
            for reference in (rule.policy, rule.filter_list, rule.filter_action)
            if reference is not None
        )
        names = tuple(sorted({*words.intersection(references), *self.open_names, *policy.names_not_followed}))
        if not names and not self.open_ends:
            return policy
        return policy.model_copy(update={"names_not_followed": names, "open_ends": tuple(self.open_ends)})

    def _is_told(self, line: int) -> bool:
        """Whether the last problem is on a line."""
        return any(problem.span.line == line for problem in self.diagnostics.problems[-1:])


def _not_named(words: tuple[Token, ...], host: Host) -> tuple[str, Token] | None:
    """Why it is not known what a command does by its name of a service, or nothing by a slip in it; and that word."""
    stopped = stopped_service(words)
    if stopped is not None and _may_be_of_ipsec(stopped.text, host):
        return UNNAMED, stopped
    service = service_of(words)
    if service is not None and (why := misspelt(service.text)) is not None:
        return why, service
    tool = misspelt_tool(words)
    if tool is None:
        return None
    return f"no program of Windows has this name: {quoted(tool)} may be meant, and is not run", words[0]


def _may_be_of_ipsec(service: str, host: Host) -> bool:
    """Whether the name of a service is put in when the script runs, and may be that of one that IPsec needs."""
    if host.variable is None:
        return False
    shown, count = host.variable.subn("*", service)
    return count > 0 and may_be_one(shown)


def _mention_of(name: str, words: Sequence[Token]) -> Mention | None:
    """What the name of a command says of IPsec; netsh with words behind it does not wait for commands."""
    mention = mention_in(name)
    is_session = mention is not None and mention.tool.kind == "session of netsh"
    return mention_in(f"{name} -") if is_session and len(words) > 1 else mention


def _name_of(program: Token) -> str:
    """The folded name of a program, without its folder."""
    return program.text.replace("/", "\\").rpartition("\\")[2].casefold()


def _is_item(words: tuple[Token, ...]) -> bool:
    """Whether a line is a list item or a heading of prose, rather than a program or a YAML key."""
    if _HEADING.fullmatch(words[0].text) is not None:
        return True
    if any(map(str.isalpha, words[0].text)):
        return False
    return not any(word.text.endswith(":") and word.text.casefold() not in _TELLS for word in words[1:2])


def _is_looked_up(text: str) -> bool:
    """Whether a text is the command of a loop over output of netsh, or over something without bearing on IPsec; or one
    at a prompt that only looks."""
    command = _LOOKED_UP.fullmatch(text)
    if command is None:
        return _LOOKS_AT_PROMPT.fullmatch(text.strip()) is not None
    first, *others = re.split(r"\^?[|&]", command[2])
    is_of_none = _OF_CONTEXT.match(first) is not None and mention_in(first) is None
    return (_LOOKS.match(first) is not None or is_of_none) and not any(map(mention_in, others))


def _only_names_netsh(text: str) -> bool:
    """Whether a text mentions netsh, as prose does, without calling it."""
    plain, named = _NAMED.subn(" ", text)
    rest, count = _NETSH.subn(" ", plain)
    return named + count > 0 and _NETSH_WITH_WORDS.search(plain) is None and mention_in(rest) is None
