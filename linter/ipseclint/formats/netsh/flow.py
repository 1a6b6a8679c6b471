"""Control flow of a script: which commands surely run, by blocks, conditions, jumps and operators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.formats.netsh.labels import CALLS, CALLS_SECTION, ENDS_OR_JUMPS, GOTO, RETURNS, blocks_opened
from ipseclint.formats.netsh.words import Part
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in

CONDITIONS = frozenset({"if", "for", "do", "else", "elseif", "foreach", "while", "switch"})
DOUBT = "this command stands"
"""How the message begins that a command may not run."""
MAY_BE_JUMPED_OVER = f"{DOUBT} behind a jump under a condition: whether it runs is not known"
READ_AS_IF_RUN = f"{DOUBT} behind a jump under a condition: it is read as if it ran"
ONLY_IF_IT_FAILS = "this command runs only if one before it fails: it is not followed"

_LABEL = late(r"[ \t]*:[ \t]*([^\s:+,;=]+)")
_BY_ARGUMENT = late(
    r"[ \t]*@?if[ \t]+(?:/i[ \t]+)?([\"\[]?)%~?1([\"\]]?)[ \t]*==[ \t]*\1[^\s\"\[\]%]+\2"
    r"[ \t]+goto[ \t]*+:?+[ \t]*+([^\s:+,;=&|()]+)\s*",
    re.IGNORECASE,
)
"""A jump that is made only if the first argument is a certain word."""
_BY_FAILURE = late(
    r"(.*)(?:\|\||\bif[ \t]+(?:errorlevel[ \t]+1|not[ \t]+\"?%errorlevel%\"?[ \t]*==[ \t]*\"?0\"?"
    r"|\"?[%!]errorlevel[%!]\"?[ \t]+(?:neq|gtr)[ \t]+\"?0\"?))"
    r"[ \t]*(?:\([ \t]*)?goto[ \t]*(?::[ \t]*)?([^\s:+,;=&|()]+)[\s)]*",
    re.IGNORECASE,
)
"""A jump that is made only if a command has failed; one that is understood has not."""
_NAMED = late(r"\b(?:goto|call)\b[ \t]*+:?+[ \t]*+([^\s:+,;=&|()]+)", re.IGNORECASE)
_TARGET = late(r":?([^\s:+,;=&|()]*)")
"""The label that `goto` names."""
_JUMPS = late(r"(?:goto|exit)(?![^:/,;])", re.IGNORECASE)
_LEAVING = frozenset({"exit", "return", "break", "continue", "throw"})
_CHECK = late(
    r"\bif[ \t]+(?:errorlevel[ \t]+[1-9]|not[ \t]+\"?[%!]errorlevel[%!]\"?[ \t]*==[ \t]*\"?0\b"
    r"|\"?[%!]errorlevel[%!]\"?[ \t]+(?:neq[ \t]+\"?0|gtr[ \t]+\"?0|geq[ \t]+\"?1)\b"
    r"|\([ \t]*\$lastexitcode[ \t]+-(?:ne|gt)[ \t]+0\b)",
    re.IGNORECASE,
)
"""A test whether the last command failed; a netsh command that is understood did not."""
_QUITS = late(r"\bexit\b(?![ \t]*/b)", re.IGNORECASE)
_SUCCEEDS = frozenset(
    {
        "echo", "cls", "title", "setlocal", "ver", "rem", "chcp", "timeout", "pause",
        "write-host", "write-output",
    }
)  # fmt: skip
_LEAVES_ERRORLEVEL = frozenset({"echo", "cls", "title", "setlocal", "rem", "pause"})
"""Commands that leave `%errorlevel%` unchanged."""
_PUTS = late(r"[ \t]*@?set[ \t]+\"?[^/\s\"=][^=\"]*=[^\r\n]*", re.IGNORECASE)
"""An assignment; a prompt (`/p`), arithmetic (`/a`) and a listing may fail."""
_GOES_WHERE_IT_LIES = late(
    r"[ \t]*@?(?:cd|chdir|pushd)[ \t]*(?:/d[ \t]*)?\"?"
    r"(?:%~dp0|%(?:windir|systemroot|systemdrive|temp|programdata)%|c:|\\(?!\\))[\\.]*\"?[ \t]*",
    re.IGNORECASE,
)
"""A change to a folder that exists: the script's own, one of Windows, or the root of the drive."""
_SETS = ("add", "set")
"""Verbs of netsh: a command of theirs that is understood succeeds, or was reported."""


def sections_by_argument(lines: Iterable[str]) -> frozenset[str]:
    """The folded labels to which the script jumps only on failure, or for a certain first argument."""
    by_argument: set[str] = set()
    others: set[str] = set()
    for line in lines:
        if "goto" not in (folded := line.casefold()) and "call" not in folded:
            continue
        if (match := _BY_ARGUMENT.fullmatch(line)) is not None:
            by_argument.add(match[3].casefold())
            continue
        if (failing := _BY_FAILURE.fullmatch(line)) is not None:
            by_argument.add(failing[2].casefold())
            folded = failing[1].casefold()
        others.update(each[1] for each in _NAMED.finditer(folded))
    return frozenset() if any("%" in name or "!" in name for name in others) else frozenset(by_argument - others)


def sections_by_failure(lines: Iterable[str]) -> frozenset[str]:
    """The folded labels to which the script jumps on failure."""
    jumps = (_BY_FAILURE.fullmatch(line) for line in lines if "goto" in line.casefold())
    return frozenset(jump[2].casefold() for jump in jumps if jump is not None)


def labels_run_into(lines: Sequence[str]) -> frozenset[str]:
    """The folded labels that commands run into and go on from to one for IPsec: a jump to them leaves some out."""
    found: set[str] = set()
    if not any("goto" in line.casefold() for line in lines):
        return frozenset()
    is_followed = False
    label, blocks = "", 0
    for line in reversed(lines):
        if not line.strip() or line.lstrip(" \t").startswith("::"):
            continue
        blocks = max(0, blocks - blocks_opened(line))
        ends = not blocks and ENDS_OR_JUMPS.fullmatch(line) is not None
        if label and not ends:
            found.add(label)
        named = _LABEL.match(line)
        is_followed = not ends and (is_followed or (named is None and _concerns(line)))
        label = named[1].casefold() if named is not None and is_followed else ""
    return frozenset(found)


def _concerns(line: str) -> bool:
    """Whether a line may be a command for IPsec, or call a section with one."""
    return CALLS_SECTION.search(line) is not None or mention_in(line) is not None


class Flow:
    """Follows the parts of a script in order.

    `may_have_left`: a conditional jump stands behind an IPsec command, so that the script may have ended.
    `may_have_failed`: it ends only if the object to be deleted is missing, which does not matter to other deletions.
    `has_quit`: a plain `exit` ended all that runs. `is_zero`: the command whose `%errorlevel%` is tested succeeded.
    `by_argument` are the labels of `sections_by_argument`. `is_elsewhere`: the script has ended, and such a section,
    for another call, begins; `is_after_failure`: it is for a failure. `owes_word_of_jump`: it is not said what
    a jump may leave out. `run_into` are those of `labels_run_into`.
    `open_calls`: for each section being run, which ends where it is left, what was jumped to and reached at its call.
    """

    def __init__(self, host: Host) -> None:
        self.may_have_left = False
        self.may_have_failed = False
        self.by_argument: frozenset[str] = frozenset()
        self.by_failure: frozenset[str] = frozenset()
        self.is_after_failure = False
        self.owes_word_of_jump = True
        self.run_into: frozenset[str] = frozenset()
        self._may_pass_to = ""
        self.is_elsewhere = False
        self.is_zero = False
        self._may_have_quit = False
        self._is_reached = False
        self._deletes = False
        self._leaves_if_failed = False
        self._passed: dict[str, int] = {}
        self._maybe: list[str] = []
        self._is_check = False
        self._check_depth = 0
        self._host = host
        self._blocks: list[str] = []
        self._jumped_to: str | None = None
        self._condition = ""
        self._has_run = False
        self._is_certain = True
        self.is_skipped = False  # the last part runs only if the one before fails, which it surely does not
        self._succeeded = False
        self._has_stopped = False
        self.open_calls: list[tuple[str | None, bool, bool]] = []
        self.has_quit = False

    @property
    def depth(self) -> int:
        """The number of open blocks."""
        return len(self._blocks)

    @property
    def at_rest(self) -> bool:
        """Whether no block is open and no jump undecided."""
        return not self._blocks and self._jumped_to is None

    def arrive(self, line: str) -> None:
        """Take a line that may be a label: after `goto`, commands surely run again from its label on."""
        if line == CALLS:
            self.open_calls.append((self._jumped_to, self._is_reached, self.may_have_left))
        elif line == RETURNS and self.open_calls:
            jumped_to, is_reached, may_have_left = self.open_calls.pop()
            self.may_have_left = may_have_left or self._may_have_quit
            if self._jumped_to == "" and not self.has_quit:
                self._jumped_to, self._is_reached = jumped_to, is_reached
        label = _LABEL.match(line)
        if label is None:
            return
        if label[1].casefold() == self._jumped_to:
            self._jumped_to = None
        if label[1].casefold() == self._may_pass_to:
            self._may_pass_to = ""
        if self._jumped_to is None:
            self._passed[label[1].casefold()] = len(self._maybe)
        if label[1].casefold() not in self.by_argument:
            self._is_reached, self.is_elsewhere = True, False
        elif self._jumped_to == "" and self._has_run and not self._is_reached:
            self.is_elsewhere = True
            self.is_after_failure = label[1].casefold() in self.by_failure

    def jumps_over(self, line: str) -> bool:
        """Whether a jump leaves a line out: what stands before its label, outside of the block of the jump."""
        label = _LABEL.match(line)
        is_jumped_to = label is not None and label[1].casefold() == self._jumped_to
        return not (self._jumped_to is None or self._blocks or is_jumped_to or line in {CALLS, RETURNS})

    def has_doubts_since(self, label: str) -> bool:
        """Whether a jump that may not be made stands behind a label that was passed."""
        return len(self._maybe) > self._passed.get(label, 0)

    def enter(self, part: Part, keyword: str, words: Sequence[Token]) -> str:
        """Take the next part; the message why it may not run, empty if it surely does."""
        del self._blocks[len(self._blocks) - part.closes :]
        self._check_depth = self._check_depth if len(self._blocks) >= self._check_depth else 0
        if part.is_first:
            self._is_check = self.is_zero and "if" in part.raw.lower() and _CHECK.search(part.raw) is not None
            self._condition = ""
            self._leaves_if_failed = False
        if keyword in CONDITIONS:
            self._condition = self._condition or keyword
        if part.separator in {"", "&", ";"}:
            self._is_certain, self.is_skipped = True, False
        elif part.separator != "|":
            succeeds = self._is_certain and self._succeeded and part.separator == "||"
            self.is_skipped = self.is_skipped or succeeds  # what a part leaves out has no outcome of its own
            goes_on = self._succeeded or (self._has_stopped and [word.word for word in words[1:2]] == ["start"])
            self._is_certain = self._is_certain and goes_on and part.separator == "&&"
        self._has_stopped = False
        self._succeeded = keyword in _SUCCEEDS or any(
            surely.fullmatch(part.raw) is not None for surely in (_PUTS, _GOES_WHERE_IT_LIES)
        )
        under = self._condition or next((reason for reason in self._blocks if reason), "")
        is_check = self._is_check and keyword in CONDITIONS
        if words and not (is_check or keyword in _LEAVES_ERRORLEVEL or _PUTS.fullmatch(part.raw)):
            self.is_zero = False
        doubt = self._doubt(part, under)
        if words and not self.is_skipped:
            self._leave(keyword, words, part, is_certain=not under and self._is_certain)
        self._deletes = False
        if part.opens:
            operator = "" if self._is_certain else part.separator
            is_plain = keyword in self._host.plain_blocks and not under
            self._blocks.append(operator if is_plain else under or keyword)
            self._check_depth = self._check_depth or (len(self._blocks) if self._is_check else 0)
        return doubt

    def ran(self, verb: str) -> None:
        """Note that the last part was a netsh command that is followed."""
        self._has_run = True
        self._succeeded = bool(verb) and any(name.startswith(verb) for name in _SETS)
        self._has_stopped = verb == "stop"
        self.is_zero = self._succeeded
        self._deletes = bool(verb) and "delete".startswith(verb)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Follow a called section, whose lines are in no block of the calling command."""
        kept = self._blocks, self._condition, self._is_certain, self.is_skipped, self._succeeded
        self._blocks, self._condition = [], ""
        yield
        self._blocks, self._condition, self._is_certain, self.is_skipped, self._succeeded = kept

    def hand_over(self, *, quits: bool) -> None:
        """Note that nothing behind another batch file runs: it ran without `call`, or `quits` all that runs."""
        self.has_quit = self.has_quit or quits
        self._jumped_to = ""
        self._is_reached = False

    def failed(self) -> None:
        """Note that the command of the last line may have failed: its `||` may have left the script."""
        self.is_zero = False
        self.may_have_failed = self.may_have_failed or self._leaves_if_failed

    def may_not_run(self, verb: str) -> bool:
        """Whether the script may have ended before a netsh command, if that matters for its verb."""
        is_added, is_deleted = "add".startswith(verb), "delete".startswith(verb)
        return not is_added and (self.may_have_left or (self.may_have_failed and not is_deleted))

    def _doubt(self, part: Part, under: str) -> str:
        if self._jumped_to is not None:
            return f"{DOUBT} behind a jump: whether it runs is not known"
        if under:
            return f"{DOUBT} under `{under}`: whether it runs is not known"
        if self._may_pass_to:
            return MAY_BE_JUMPED_OVER
        if self._is_certain:
            return ""
        how = "fails" if part.separator == "||" else "succeeds, which is not known"
        return f"this command runs only if the one before `{part.separator}` {how}"

    def _leave(self, keyword: str, words: Sequence[Token], part: Part, *, is_certain: bool) -> None:
        leaves = keyword in {"goto", "exit"} if self._host is BATCH else keyword in _LEAVING
        if not is_certain and self._host is BATCH:
            self._maybe += [match[1].casefold() for match in GOTO.finditer(part.raw)]
        if self._host not in {BATCH, POWERSHELL}:
            return
        if self._jumped_to is not None:
            self._is_reached = self._is_reached and not (leaves and is_certain)
            return  # what is jumped over jumps nowhere
        if leaves and is_certain:
            named = _TARGET.match(words[1].text) if len(words) > 1 else None
            target = "" if named is None else named[1].casefold()
            if (since := self._passed.get(target)) is not None:
                out = {name for name in self._maybe[since:] if name not in self._passed}
                target = out.pop() if len(out) == 1 else target  # it goes round until the one jump out of it is made
            self._jumped_to = target if keyword == "goto" and target != "eof" else ""
            self.has_quit = self.has_quit or (keyword == "exit" and target != "/b")
            self._is_reached = False
            return
        if leaves and self._deletes and part.separator == "||":
            self._leaves_if_failed = True
            return
        if self._is_check or self._check_depth:
            return  # the command that is asked for has not failed
        if not is_certain and not self._may_pass_to:
            run_into = self.run_into - (self.by_argument - self.by_failure)
            ahead = {match[1].casefold() for match in GOTO.finditer(part.raw)} & run_into
            self._may_pass_to = next(iter(ahead - self._passed.keys()), "")
        is_partial = self._has_run or bool(self.open_calls)  # what ends before all of it leaves out nothing of it
        if is_partial and (leaves or _jumps_within(keyword, words)) and not self._goes_elsewhere(part):
            self.may_have_left = True
            self._may_have_quit = self._may_have_quit or (self._has_run and _QUITS.search(part.raw) is not None)

    def _goes_elsewhere(self, part: Part) -> bool:
        """Whether a jump happens only if the script is called with an argument."""
        match = _BY_ARGUMENT.fullmatch(part.raw)
        return match is not None and match[3].casefold() in self.by_argument


def _jumps_within(keyword: str, words: Sequence[Token]) -> bool:
    """Whether a condition has a jump on its line."""
    return keyword in CONDITIONS and any(_JUMPS.match(word.text) is not None for word in words[1:])
